// What a command of `vigie` is.

export interface Command {
  /** As typed after `vigie`: `check-config FILE`. */
  readonly usage: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** The rest of `--help`, if one line is not enough. */
  readonly details?: string;
  /** Answers the exit code. Throws `UsageError` when the words are off. */
  readonly run: (args: readonly string[]) => Promise<number>;
}

/** The command line is wrong: told with the usage, exit code 2. */
export class UsageError extends Error {}

/** The world is not as the command needs it: told in one line, exit code 1. */
export class CommandFailure extends Error {}
