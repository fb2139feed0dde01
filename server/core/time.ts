// Time as the core knows it: numbers that arrive as arguments.

/** Epoch milliseconds, an integer. */
export type Instant = number;
