// Checks that are heard, not probed: a job sends a ping, and its silence is the failure.
import { createHash, timingSafeEqual } from 'node:crypto';
import { concludeHeard } from '../../checks/lib/contract.ts';
import type { PassiveCheck, Ping } from '../../checks/lib/contract.ts';
import type { CheckConfig } from '../../config/config.ts';
import type { Report } from '../core/result.ts';
import { seriesOf } from '../core/series.ts';
import type { SeriesKey } from '../core/series.ts';
import type { Instant } from '../core/time.ts';
import type { Clock, Cron, Log, Store, Timers } from './ports.ts';
import { Scheduler } from './scheduler.ts';

export interface HeartbeatsDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly cron: Cron;
  readonly log: Log;
  readonly store: Pick<Store, 'keepPing' | 'pings'>;
  readonly typeOf: (check: CheckConfig) => PassiveCheck;
  readonly report: (report: Report) => void;
}

/** Pings of one check that are looked at: a start, a done and what came before them. */
const pingsMax = 20;

interface Heard {
  readonly check: CheckConfig;
  /** SHA-256 of the token, so that comparing takes the same time for every token. */
  readonly tokenHash: Buffer;
  readonly memory: Memory;
}

/** Outlives a change of the configuration: a ping may be on its way into it. */
interface Memory {
  /** A check that a reload adds could not be heard before. */
  readonly watchingSince: Instant;
  pings: readonly Ping[];
}

export class Heartbeats {
  readonly #deps: HeartbeatsDeps;
  readonly #scheduler: Scheduler;
  #heard = new Map<string, Heard>();

  constructor(deps: HeartbeatsDeps) {
    this.#deps = deps;
    this.#scheduler = new Scheduler({
      ...deps,
      roundKey: () => undefined,
      run: (jobs) => Promise.resolve(jobs.map(({ check }) => concludeHeard(this.#assess(check)))),
    });
  }

  async configure(checks: readonly CheckConfig[]): Promise<void> {
    const heard = new Map<string, Heard>();
    for (const check of checks) {
      const tokenHash = sha256(this.#deps.typeOf(check).token(check.options));
      const memory = this.#heard.get(check.id)?.memory ?? (await this.#recall(check));
      heard.set(check.id, { check, tokenHash, memory });
    }
    this.#heard = heard;
    this.#scheduler.assign(checks);
    // What is known now need not wait for its turn: until then we would say that we know nothing.
    for (const check of checks) this.#lookAgain(check);
  }

  /**
   * True when the token is one of ours; checks that share it all hear. Rejects with a `StoreError` when the ping is not kept;
   * it counts all the same, for our full disk is no silence of the job.
   */
  async hear(token: string, signal: Ping['signal']): Promise<boolean> {
    const hash = sha256(token);
    // Every token is compared, whichever fits: how long that takes says nothing.
    const heard = [...this.#heard.values()].filter(({ tokenHash }) => timingSafeEqual(tokenHash, hash));
    const ping: Ping = { at: this.#deps.clock.now(), signal };
    for (const { check, memory } of heard) {
      memory.pings = [...memory.pings, ping].slice(-pingsMax);
      this.#lookAgain(check);
    }
    await Promise.all(heard.map(({ check }) => this.#deps.store.keepPing(check.id, ping)));
    return heard.length > 0;
  }

  /** Looks at a check once more, soon; one that is not heard but probed is not known here. */
  recheck(series: SeriesKey, afterMs: number): void {
    this.#scheduler.recheck(series, afterMs);
  }

  #lookAgain(check: CheckConfig): void {
    for (const series of seriesOf(check)) this.recheck(series, 0);
  }

  stop(): Promise<void> {
    return this.#scheduler.drain();
  }

  async #recall({ id }: CheckConfig): Promise<Memory> {
    return {
      watchingSince: this.#deps.clock.now(),
      pings: await this.#deps.store.pings(id, pingsMax),
    };
  }

  #assess(check: CheckConfig) {
    const { clock, typeOf } = this.#deps;
    const now = clock.now();
    const { pings, watchingSince } = this.#heard.get(check.id)?.memory ?? { pings: [], watchingSince: now };
    return typeOf(check).assess(check.options, { pings, watchingSince, now });
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
