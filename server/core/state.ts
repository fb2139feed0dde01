// The states of a series, a check and a service.

export const states = ['up', 'degraded', 'down', 'unknown'] as const;
export type State = (typeof states)[number];

/** Some or all of a service's required checks are down. */
export type Extent = 'partial' | 'major';

const severity = { up: 0, unknown: 1, degraded: 2, down: 3 } as const satisfies Record<State, number>;

export const isWorse = (a: State, b: State): boolean => severity[a] > severity[b];
