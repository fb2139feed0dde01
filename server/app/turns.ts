// Work that may be asked for at any time and must never run twice at once.
import type { Log } from './ports.ts';

export interface Turns {
  /** Runs it soon; asked for while it runs, it runs once more after that. */
  (): void;
  /** Runs it, and waits. */
  readonly now: () => Promise<void>;
}

/** What it throws is logged: the next turn may do better. */
export const isolate = (work: () => Promise<void>, log: Log): Turns => {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async (): Promise<void> => {
    do {
      again = false;
      await work().catch((error: unknown) => log.error('work.failed', { error }));
    } while (again);
    running = undefined;
  };
  const now = (): Promise<void> => {
    if (running !== undefined) again = true;
    return (running ??= run());
  };
  return Object.assign(() => void now(), { now });
};
