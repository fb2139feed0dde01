// A job that says by heartbeats how it goes, and the part of Vigie that listens. They speak over a real connection, in
// virtual time.
import type { Ping } from '../../checks/lib/contract.ts';
import type { Outcome } from '../../checks/lib/outcome.ts';
import type { CheckConfig } from '../../config/config.ts';
import { Heartbeats } from '../../server/app/heartbeats.ts';
import { gridMs } from '../../server/core/due.ts';
import { seriesOf } from '../../server/core/series.ts';
import { missing } from '../../server/http/policy.ts';
import { createPublic } from '../../server/http/public.ts';
import { listen } from '../../server/http/server.ts';
import type { Listener } from '../../server/http/server.ts';
import { passiveTypeOf } from '../../server/prober/types.ts';
import { openInMemory } from './in-process-store.ts';
import { PassingTime } from './passing-time.ts';
import { start } from './watch.ts';

export interface Habit {
  readonly everyMs: number;
  /** What a run says, each so long after its begin. */
  readonly says: readonly (readonly [afterMs: number, signal: Ping['signal']])[];
  readonly token: string;
}

interface Saying {
  readonly atMs: number;
  readonly signal: Ping['signal'];
}

export class Job implements AsyncDisposable {
  readonly #usual: Habit;
  readonly #time = new PassingTime(start);
  readonly #store = openInMemory();
  #habit: Habit;
  #runAtMs = 0;
  #sayings: readonly Saying[] = [];
  #listener: Listener | undefined;
  #heartbeats: Heartbeats | undefined;
  #outcome: Outcome | undefined;

  constructor(usual: Habit) {
    this.#usual = usual;
    this.#habit = usual;
  }

  /** How it goes from its next run on: in its usual way, but for this. Runs are at whole multiples of their interval. */
  be(unusual: Partial<Habit> = {}): void {
    this.#habit = { ...this.#usual, ...unusual };
    const { everyMs } = this.#habit;
    this.#runAtMs = (Math.floor(this.#time.nowMs / everyMs) + 1) * everyMs;
  }

  /** Time passes, with all that is said in it; then what Vigie has to say. */
  async outcome(check: CheckConfig, passedMs: number): Promise<Outcome> {
    this.#heartbeats ??= await this.#listen(check);
    await this.pass(passedMs);
    for (const series of seriesOf(check)) this.#heartbeats.recheck(series, 0);
    await this.#time.pass(gridMs);
    if (this.#outcome === undefined) throw new Error('nothing was said of the job');
    return this.#outcome;
  }

  async pass(ms: number): Promise<void> {
    const endMs = this.#time.nowMs + ms;
    for (;;) {
      for (; this.#runAtMs <= endMs; this.#runAtMs += this.#habit.everyMs) this.#run();
      const [next, ...later] = this.#sayings;
      if (next === undefined || next.atMs > endMs) break;
      this.#sayings = later;
      await this.#time.pass(Math.max(0, next.atMs - this.#time.nowMs));
      await this.#say(next.signal);
    }
    await this.#time.pass(Math.max(0, endMs - this.#time.nowMs));
  }

  /** Vigie is away for so long, and nobody hears the job. */
  async withoutVigie(ms: number): Promise<void> {
    await this[Symbol.asyncDispose]();
    await this.pass(ms);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#heartbeats?.stop();
    await this.#listener?.close();
    this.#heartbeats = undefined;
    this.#listener = undefined;
  }

  #run(): void {
    const said = this.#habit.says.map(([afterMs, signal]) => ({ atMs: this.#runAtMs + afterMs, signal }));
    this.#sayings = [...this.#sayings, ...said].toSorted((a, b) => a.atMs - b.atMs);
  }

  async #say(signal: Ping['signal']): Promise<void> {
    if (this.#listener === undefined) return;
    await (await fetch(`${this.#listener.url}/heartbeat/${this.#habit.token}/${signal}`)).arrayBuffer();
  }

  async #listen(check: CheckConfig): Promise<Heartbeats> {
    const { clock, timers } = this.#time;
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const heartbeats = new Heartbeats({
      clock,
      timers,
      cron: () => () => {},
      log,
      store: this.#store,
      typeOf: passiveTypeOf,
      report: ({ outcome }) => {
        this.#outcome = outcome;
      },
    });
    await heartbeats.configure([check]);
    const app = createPublic({
      pages: () => {
        throw new Error('nobody reads a page');
      },
      assets: {
        files: new Map(),
        links: { script: '', alerts: '', chart: '', chartStyle: '', style: '', icon: '' },
      },
      history: () => undefined,
      past: () => undefined,
      services: { of: () => Promise.resolve(undefined) },
      live: { listen: missing },
      hear: (token, signal) => heartbeats.hear(token, signal),
      now: clock.now,
      log,
    });
    this.#listener = await listen(app, { address: '127.0.0.1', port: 0 });
    return heartbeats;
  }
}
