// The contract of a check type: one file of checks/ default-exports what `defineCheck` returns.
import type { z } from 'zod';
import type { Depth, Explanation } from './explain/bundle.ts';
import { Failure, Unfit, factsMax, printable } from './outcome.ts';
import type { Cause, Facts, Outcome } from './outcome.ts';
import type { Family, Resolver } from './resolver.ts';
import type { Stopwatch } from './timing.ts';

export type { Family };
/** `0`: the check has no address to speak of (a heartbeat that is received). */
export type SeriesFamily = Family | 0;

/** What the runner hands to one probe. */
export interface Probe {
  /** The family every connection of this probe must use; there is no falling back to the other. */
  readonly family: Family;
  /** Ends the probe. Its `reason` is a `Deadline` when the time is up; everything else means that we stop. */
  readonly signal: AbortSignal;
  /** How long the probe may take in all. */
  readonly timeoutMs: number;
  readonly timing: Stopwatch;
  readonly resolver: Resolver;
  /** How often this series was probed before: a target with several addresses is asked at each in turn. */
  readonly turn: number;
  /** What the last probe of this series that could judge has noted, for what takes time to be wrong; empty at first. */
  readonly before: Facts;
  /** Epoch milliseconds, for what is compared with dates (certificates, the age of a datum). */
  readonly now: () => number;
}

/** The reason of a probe's signal when its total time is up. */
export class Deadline extends Error {
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(`no end after ${timeoutMs} ms`);
    this.timeoutMs = timeoutMs;
  }
}

/** What a probe that went well has to say. `warning` keeps the target up but not fine. */
export interface Seen {
  readonly facts?: Facts;
  readonly warning?: Failure;
}

interface Common<Options extends z.ZodObject> {
  /** As shown to administrators: `MariaDB`. */
  readonly title: string;
  /** One sentence for the reference of options: what it measures. */
  readonly summary: string;
  readonly options: Options;
  readonly defaults: { readonly everyMs: number; readonly timeoutMs: number };
}

interface Timed<Options extends z.ZodObject> extends Common<Options> {
  /** Names of the phases in the order they happen; `slow:` of the configuration takes these and `total`. */
  readonly phases: readonly string[];
  /** Above this many milliseconds a phase (or `total`) is slow, unless the configuration says otherwise. */
  readonly slowMs: Readonly<Record<string, number>>;
}

interface ActiveDefinition<Options extends z.ZodObject> extends Timed<Options> {
  /**
   * The host that is dialled. An address fixes the family; a name is probed once a family. Nothing, where the probe needs
   * no network: then the family says nothing.
   */
  readonly target: (options: z.output<Options>) => string | undefined;
  readonly run: (options: z.output<Options>, probe: Probe) => Promise<Seen>;
  /** Given, the time-out below which no probe with these options can end well, whatever the target does: it is refused. */
  readonly timeoutMsMin?: (options: z.output<Options>) => number;
  /** Loads the library that probes import when they run: before the first of them is timed, and never where there is none. */
  readonly load?: () => Promise<unknown>;
  /** Given, it is probed at once when an outage of another check of its service opens with one of these causes. */
  readonly askedOn?: readonly Cause[];
  /** Given, how to ask the target why it is as it is; nothing, where the options do not say how. */
  readonly explain?: (options: z.output<Options>) => Explain | undefined;
  /** Given, probes with the same key are due together and run by one call, in the order of `jobs`. */
  readonly round?: {
    readonly key: (options: z.output<Options>, timeoutMs: number) => string;
    readonly run: (
      jobs: readonly RoundJob<z.output<Options>>[],
    ) => Promise<readonly (Seen | Failure | Unfit)[]>;
  };
}

/** Asks within the probe's signal, over a connection of its own; answers whatever the target does, and rejects only when we stop. */
export type Explain = (probe: Probe, depth: Depth) => Promise<Explanation>;

export interface RoundJob<Options> {
  readonly options: Options;
  readonly probe: Probe;
}

/** A longer token is nobody's: it is not even looked for. */
export const tokenCharsMax = 200;

interface PassiveDefinition<Options extends z.ZodObject> extends Common<Options> {
  /** What the received pings say at `now`. Pure; pings come oldest first, `watchingSince` is when we could first hear one. */
  readonly assess: (options: z.output<Options>, heard: Heard) => Seen | Failure;
  /** The part of the address that names and authorises the sender. */
  readonly token: (options: z.output<Options>) => string;
}

/** What was received, oldest first, and since when we were there to hear it (epoch milliseconds). */
export interface Heard {
  readonly pings: readonly Ping[];
  readonly watchingSince: number;
  readonly now: number;
}

/** A received sign of life. */
export interface Ping {
  /** Epoch milliseconds at which we received it. */
  readonly at: number;
  readonly signal: 'start' | 'done' | 'fail';
}

export interface ActiveCheck<Options extends z.ZodObject = z.ZodObject> extends Timed<Options> {
  readonly kind: 'active';
  // Methods, not properties: a registry holds checks of all options, and only methods may vary so.
  target(options: z.output<Options>): string | undefined;
  /** Answers an outcome, never an exception, whatever the target does; rejects only when we stop, or with a bug. */
  run(options: z.output<Options>, probe: Probe): Promise<Outcome>;
  timeoutMsMin?(options: z.output<Options>): number;
  readonly askedOn?: readonly Cause[];
  explain?(options: z.output<Options>): Explain | undefined;
  readonly load?: () => Promise<unknown>;
  readonly round?: {
    key(options: z.output<Options>, timeoutMs: number): string;
    run(jobs: readonly RoundJob<z.output<Options>>[]): Promise<readonly Outcome[]>;
  };
}

export interface PassiveCheck<Options extends z.ZodObject = z.ZodObject> extends Timed<Options> {
  readonly kind: 'passive';
  assess(options: z.output<Options>, heard: Heard): Seen | Failure;
  token(options: z.output<Options>): string;
}

/** It has no probes of its own: the core makes its outcomes of what the witnesses see, a series for each of their families. */
export interface DerivedCheck<Options extends z.ZodObject = z.ZodObject> extends Timed<Options> {
  readonly kind: 'derived';
}

export type CheckType = ActiveCheck | PassiveCheck | DerivedCheck;

export const defineCheck = <Options extends z.ZodObject>(
  definition: ActiveDefinition<Options>,
): ActiveCheck<Options> => {
  const { round, run, ...rest } = definition;
  return {
    kind: 'active',
    ...rest,
    run: async (options, probe) => conclude(probe, await attempt(run, options, probe)),
    ...(round && {
      round: {
        key: round.key,
        run: async (jobs) => {
          const seen = await round.run(jobs);
          return jobs.map(({ probe }, index) =>
            conclude(probe, seen[index] ?? new Unfit('self_bug', 'the round left this target out')),
          );
        },
      },
    }),
  };
};

export const definePassiveCheck = <Options extends z.ZodObject>(
  definition: PassiveDefinition<Options>,
): PassiveCheck<Options> => ({ kind: 'passive', phases: [], slowMs: {}, ...definition });

export const defineDerivedCheck = <Options extends z.ZodObject>(
  definition: Common<Options>,
): DerivedCheck<Options> => ({ kind: 'derived', phases: [], slowMs: {}, ...definition });

/** What a passive check assessed, as an outcome: nothing of it took time. */
export const concludeHeard = (seen: Seen | Failure): Outcome =>
  conclude({ timing: { phasesUs: {}, totalUs: 0 } }, seen);

const attempt = async <Options>(
  run: (options: Options, probe: Probe) => Promise<Seen>,
  options: Options,
  probe: Probe,
): Promise<Seen | Failure | Unfit> => {
  try {
    probe.signal.throwIfAborted();
    return await run(options, probe);
  } catch (error) {
    if (error instanceof Failure || error instanceof Unfit) return error;
    // Whatever a library throws once the time is up, the reason is the time.
    if (probe.signal.reason instanceof Deadline)
      return new Failure('timeout_reply', probe.signal.reason.message);
    throw error;
  }
};

const conclude = (
  { timing }: { readonly timing: Pick<Stopwatch, 'phasesUs' | 'totalUs'> },
  seen: Seen | Failure | Unfit,
): Outcome => {
  const measured = { phasesUs: timing.phasesUs, totalUs: timing.totalUs };
  if (seen instanceof Unfit)
    return { kind: 'invalid', cause: seen.cause, evidence: seen.message, ...measured, facts: {} };
  if (seen instanceof Failure)
    return {
      kind: seen.kind,
      cause: seen.cause,
      evidence: seen.message,
      ...measured,
      facts: bounded(seen.facts),
    };
  const facts = bounded(seen.facts ?? {});
  const { warning } = seen;
  return warning === undefined
    ? { kind: 'ok', ...measured, facts }
    : { kind: 'warn', cause: warning.cause, evidence: warning.message, ...measured, facts };
};

const bounded = (facts: Facts): Facts =>
  Object.fromEntries(
    Object.entries(facts)
      .slice(0, factsMax)
      .map(([name, value]) => [name, typeof value === 'string' ? printable(value) : value]),
  );
