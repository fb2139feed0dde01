// Is Vigie itself well enough to be believed? Its scheduler runs, what is decided is kept, and somebody can be told.
import type { Effects } from '../core/effects.ts';
import type { Clock, SchedulerCounts, Store, Timers } from './ports.ts';

export const organs = ['scheduler', 'store', 'outbox'] as const;
/** What is sick, and how one can tell. */
export interface Ailment {
  readonly organ: (typeof organs)[number];
  readonly evidence: string;
}

export interface VitalsDeps {
  readonly store: Pick<Store, 'waitingRoutes' | 'undelivered'>;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** The prober reports several times in this time, whether or not anything was due. */
const silenceMsMax = 30_000;
/** A report counts what was missed since the last one; more than these, and it does not keep up. */
const missedShareMax = 0.1;
const missedMin = 3;
/** What is decided is written within a second. */
const unkeptMsMax = 30_000;
/** A question to the store takes milliseconds. */
const answerMsMax = 10_000;
/** While this is the age of the oldest message, and nobody has been told anything since it was decided, nobody can be. */
const waitingMsMax = 300_000;

export class Vitals {
  readonly #deps: VitalsDeps;
  /** On the monotonic clock. */
  #reportedMs: number;
  #unkeptSinceMs: number | undefined;
  #isBehind = false;
  /** On the clock of messages. */
  #deliveredAt = Number.NEGATIVE_INFINITY;

  /** At the start nothing is late yet. */
  constructor(deps: VitalsDeps) {
    this.#deps = deps;
    this.#reportedMs = deps.clock.monotonicMs();
  }

  /** The scheduler has reported. */
  counted({ missed, latenessSeconds }: Pick<SchedulerCounts, 'missed' | 'latenessSeconds'>): void {
    this.#reportedMs = this.#deps.clock.monotonicMs();
    const due = missed + latenessSeconds.length;
    this.#isBehind = missed >= missedMin && missed > due * missedShareMax;
  }

  /** This is decided, and not kept yet. */
  decided(effects: Effects): void {
    if (Object.values(effects).some((list: readonly unknown[]) => list.length > 0))
      this.#unkeptSinceMs ??= this.#deps.clock.monotonicMs();
  }

  /** What was decided is kept. */
  kept(): void {
    this.#unkeptSinceMs = undefined;
  }

  /** Somebody was told something. */
  delivered(): void {
    this.#deliveredAt = this.#deps.clock.now();
  }

  /** Nothing, when all is well. */
  async ailment(): Promise<Ailment | undefined> {
    const silentMs = this.#deps.clock.monotonicMs() - this.#reportedMs;
    if (silentMs > silenceMsMax) return { organ: 'scheduler', evidence: `silent for ${inSeconds(silentMs)}` };
    if (this.#isBehind)
      return { organ: 'scheduler', evidence: 'it misses more probes than it makes in time' };
    const unkeptMs = this.#deps.clock.monotonicMs() - (this.#unkeptSinceMs ?? Number.POSITIVE_INFINITY);
    if (unkeptMs > unkeptMsMax)
      return { organ: 'store', evidence: `nothing kept for ${inSeconds(unkeptMs)}` };
    const oldestAt = await this.#oldestWaiting();
    if (oldestAt === 'no answer') return { organ: 'store', evidence: 'it does not answer' };
    const waitingMs = this.#deps.clock.now() - oldestAt;
    if (waitingMs > waitingMsMax && this.#deliveredAt < oldestAt)
      return { organ: 'outbox', evidence: `nobody could be told anything for ${inSeconds(waitingMs)}` };
    return undefined;
  }

  /** When the oldest message was decided that still waits; `Infinity` when none does. */
  async #oldestWaiting(): Promise<number | 'no answer'> {
    const { store, timers } = this.#deps;
    const oldest = async () => {
      const routes = await store.waitingRoutes();
      const letters = await Promise.all(routes.map((route) => store.undelivered(route, 1)));
      return Math.min(...letters.flat().map(({ message }) => message.at));
    };
    const patience = Promise.withResolvers<'no answer'>();
    const cancel = timers.after(answerMsMax, () => patience.resolve('no answer'));
    try {
      return await Promise.race([oldest(), patience.promise]);
    } catch {
      // Why, the store has said in the log.
      return 'no answer';
    } finally {
      cancel();
    }
  }
}

const inSeconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
