// Days of outages, with receivers that fail in every way and a process that dies at any moment.
import { expect, test } from 'vitest';
import { Deliveries } from '../../../server/app/deliveries.ts';
import { Observer } from '../../../server/app/observer.ts';
import type { ObserverDeps } from '../../../server/app/observer.ts';
import { write } from '../../../server/app/words.ts';
import { Alerts } from '../../../server/core/alerts/alerts.ts';
import type { Grade } from '../../../server/core/result.ts';
import { Watch } from '../../../server/core/watch.ts';
import { openDatabase } from '../../../server/store/database.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import { makeRoute } from '../../support/alerting.ts';
import { always } from '../../support/effects.ts';
import { promised } from '../../support/in-process-store.ts';
import { Lane, VirtualTime } from '../../support/virtual-time.ts';
import {
  hours,
  makeCheck,
  makeConfig,
  makeReport,
  makeService,
  minutes,
  seconds,
  seriesKey,
  start,
} from '../../support/watch.ts';
import { checkArrivals, checkOrder, checkWaiting } from './arrivals.ts';
import { Random } from '../random.ts';
import { Sinks, sinkMoods } from './sinks.ts';

const checks = ['a', 'b', 'c', 'd'] as const;
const routes = [
  makeRoute('mail', { fallback: 'phone', repeatMs: [hours] }),
  makeRoute('phone', { afterMs: 30 * minutes, severity: 'down' }),
  makeRoute('chat'),
];
const config = { ...makeConfig(checks.map((id) => makeService(id, [makeCheck(id)]))), routes };

class Life {
  readonly time = new VirtualTime(start);
  readonly random: Random;
  readonly sinks: Sinks;
  readonly store = createSqliteStore(openDatabase(':memory:'));
  readonly #world = new Lane();
  readonly #ill = new Map<string, Grade>();
  #process = new Lane();
  #observer: Observer | undefined;
  #bornMs = 0;
  crashes = 0;
  isCalm = false;
  #broken: unknown;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.sinks = new Sinks(this.time, this.random.fork('sinks'));
  }

  async live(lengthMs: number): Promise<void> {
    this.#boot();
    this.#often(5 * seconds, () => this.#probe());
    this.#often(20 * minutes, () => this.#sicken(), 'sicken');
    this.#often(hours, () => this.#spoil(), 'spoil');
    this.#often(2 * hours, () => this.#crash(), 'crash');
    this.#often(minutes, () => this.#check());
    await this.time.run(lengthMs, () => this.#complain());
    this.isCalm = true;
    this.#ill.clear();
    for (const { id } of routes) this.sinks.setMood(id, 'well');
    await this.time.run(lengthMs + 26 * hours, () => this.#complain());
  }

  #boot(): void {
    const { time, store } = this;
    this.#process = new Lane();
    this.#bornMs = time.nowMs;
    const timers = time.timers(this.#process);
    const fail = (_: string, fields?: Readonly<Record<string, unknown>>) => {
      if (fields?.error !== undefined) this.#broken ??= fields.error;
    };
    const shared = {
      store: promised(store),
      clock: time.clock,
      timers,
      log: { info: () => {}, warn: () => {}, error: fail },
    };
    const random = this.random.fork('jitter');
    const deliveries = new Deliveries({
      ...shared,
      random: () => random.next(),
      handOver: this.sinks.handOver(this.#process),
      happened: () => {},
      waiting: () => {},
      diverted: (message, from) => this.#observer?.divert(message, from),
    });
    const now = time.clock.now();
    const opened = Watch.open(config, store.remember(now), now);
    const alerts = new Alerts(config, store.rememberAlerts(now), write);
    const committed: ObserverDeps['committed'] = ({ messages }) => deliveries.call(messages);
    const quiet = { recheck: () => {}, decided: () => {}, shed: () => {} };
    this.#observer = new Observer({ ...shared, ...quiet, committed }, config, opened, alerts);
    deliveries.configure(routes);
  }

  /** About so often, from a stream of its own, until all is calm; what has no name goes on for ever. */
  #often(everyMs: number, work: () => void, name?: string): void {
    const random = this.random.fork(name ?? '');
    const next = () => {
      if (name !== undefined && this.isCalm) return;
      work();
      this.time.after(name === undefined ? everyMs : random.exponential(everyMs), this.#world, next);
    };
    this.time.after(everyMs, this.#world, next);
  }

  #probe(): void {
    const at = this.time.clock.now();
    this.#observer?.receive(
      checks.map((check) => makeReport(seriesKey(check), at - 1, this.#ill.get(check) ?? 'good')),
    );
  }

  #sicken(): void {
    const check = this.random.pick(checks);
    if (this.#ill.has(check)) this.#ill.delete(check);
    else this.#ill.set(check, this.random.pick(['bad', 'bad', 'poor']));
  }

  #spoil(): void {
    const { id } = this.random.pick(routes as [(typeof routes)[number]]);
    this.sinks.setMood(id, this.sinks.moodOf(id) === 'well' ? this.random.pick(sinkMoods) : 'well');
  }

  #crash(): void {
    this.#process.isAlive = false;
    this.crashes++;
    this.#boot();
  }

  #check(): void {
    const letters = this.store.letters({
      from: this.time.clock.now() - 3 * hours,
      to: always.to,
      limit: 1_000,
    });
    checkWaiting(letters, this.sinks, this.time.clock.now(), this.time.nowMs - this.#bornMs);
  }

  checkAll(): void {
    const letters = this.store.letters({ ...always, limit: 1_000_000 });
    checkArrivals(letters, this.sinks, this.crashes);
    checkOrder(this.sinks.arrivals, letters, this.store.alerts(always));
  }

  #complain(): void {
    if (this.#broken !== undefined) throw this.#broken;
  }
}

test.for([1, 2, 3, 4])('what is decided arrives, once and in its order: seed %i', async (seed) => {
  const life = new Life(seed);
  await life.live(24 * hours);
  life.checkAll();
  const letters = life.store.letters({ ...always, limit: 1_000_000 });
  expect(letters.filter(({ fate }) => fate === undefined)).toEqual([]);
  expect(life.store.rememberAlerts(life.time.clock.now()).alerts).toEqual([]);
  // The world was as bad as it was meant to be.
  const fates = new Set(letters.map(({ fate }) => fate?.kind));
  expect([letters.length > 20, fates.has('delivered'), life.crashes > 3]).toEqual([true, true, true]);
});
