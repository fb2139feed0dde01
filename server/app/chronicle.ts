// The past, month by month, made ready beforehand: whoever reads in it never asks the store.
import type { Config } from '../../config/config.ts';
import { civilMonths } from '../core/days.ts';
import type { Month } from '../core/days.ts';
import type { Incident } from '../core/incidents/incident.ts';
import type { Instant } from '../core/time.ts';
import type { Watch } from '../core/watch.ts';
import type { Clock, Log, Store, Timers } from './ports.ts';
import { incidentsIn, publishMonth } from './published-month.ts';
import type { PublishedMonth } from './published-month.ts';
import { Roots } from './roots.ts';
import { isolate } from './turns.ts';
import type { Turns } from './turns.ts';

export interface ChronicleDeps<Page> {
  readonly store: Pick<Store, 'spansOf' | 'outages' | 'windows'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly config: () => Config;
  readonly watch: Pick<Watch, 'services'>;
  readonly incidents: () => Iterable<Incident>;
  /** The pages of a month, by their paths. */
  readonly render: (month: PublishedMonth) => ReadonlyMap<string, Page>;
}

/** Ten years, and no more. */
const monthsMax = 120;
/** Something happens every second on a bad day; who reads of the past can wait. */
const pauseMs = 10_000;
/** Nothing need happen: a day begins, or somebody has said that a time long ago was maintenance. */
const everyMs = 3_600_000;
/** Those in which something may still happen: this one, and the one before, in which it may have begun. */
const openMonths = 2;

interface Made<Page> {
  readonly month: PublishedMonth;
  readonly pages: ReadonlyMap<string, Page>;
}

export class Chronicle<Page> {
  readonly #deps: ChronicleDeps<Page>;
  /** By month. */
  readonly #made = new Map<string, Made<Page>>();
  readonly #turns: Turns;
  #isWhole = false;
  #cancel = () => {};
  #isStopped = false;
  #isReady = false;
  #isExpected = false;

  constructor(deps: ChronicleDeps<Page>) {
    this.#deps = deps;
    this.#turns = isolate(() => this.#make(), deps.log);
  }

  /** Until then it cannot be said what there is. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** What was made for a path. */
  at(path: string): Page | undefined {
    for (const { pages } of this.#made.values()) {
      const page = pages.get(path);
      if (page !== undefined) return page;
    }
    return undefined;
  }

  /** Makes it all anew; ends when that is done. */
  write(): Promise<void> {
    this.#isWhole = true;
    return this.#turns.now();
  }

  /** Something has happened: what it may have changed is made anew, soon. */
  readonly changed = (): void => this.#expect(pauseMs);

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#turns.now();
  }

  #expect(afterMs: number): void {
    if (this.#isExpected || this.#isStopped) return;
    this.#cancel();
    this.#isExpected = afterMs === pauseMs;
    this.#cancel = this.#deps.timers.after(afterMs, () => {
      this.#isExpected = false;
      this.#isWhole ||= afterMs === everyMs;
      this.#turns();
    });
  }

  async #make(): Promise<void> {
    if (this.#isStopped) return;
    const { clock, config } = this.#deps;
    const now = clock.now();
    const isWhole = this.#isWhole;
    this.#isWhole = false;
    this.#expect(everyMs);
    const months = await this.#months(now, isWhole);
    const { services } = config();
    const roots = new Roots(
      [...this.#deps.watch.services.values()].filter((service) => service.config.public),
    );
    const ids = new Set(services.filter((service) => service.public).map(({ id }) => id));
    for (const [index, month] of months.entries()) {
      if (this.#isStopped) return;
      const before = this.#made.get(month.month);
      const neighbours = { before: months[index + 1]?.month, after: months[index - 1]?.month };
      const isOpen = isWhole || index < openMonths || this.#isRetold(month, before, ids);
      if (before === undefined || isOpen)
        this.#made.set(month.month, await this.#makeMonth(month, neighbours, roots, now));
    }
    const there = new Set(months.map(({ month }) => month));
    for (const month of this.#made.keys()) if (!there.has(month)) this.#made.delete(month);
    this.#isReady ||= isWhole;
  }

  async #makeMonth(
    month: Month,
    { before, after }: { readonly before: string | undefined; readonly after: string | undefined },
    roots: Roots,
    now: Instant,
  ): Promise<Made<Page>> {
    const { config, store, incidents, render } = this.#deps;
    const told = { config: config(), roots, incidents: incidents(), store };
    const published = {
      ...(await publishMonth(month, told, now)),
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    };
    return { month: published, pages: render(published) };
  }

  // Somebody has written into an incident of that time.
  #isRetold(month: Month, made: Made<Page> | undefined, ids: ReadonlySet<string>): boolean {
    const incidents = incidentsIn(month, this.#deps.incidents(), ids);
    return JSON.stringify(incidents) !== JSON.stringify(made?.month.incidents);
  }

  // Newest first, back to the first of which something is known.
  async #months(now: Instant, isWhole: boolean): Promise<readonly Month[]> {
    const { timezone } = this.#deps.config().organisation;
    const [current] = civilMonths({ from: now, until: now + 1 }, timezone);
    const months = current === undefined ? [] : [current];
    for (let last = current; last !== undefined && months.length < monthsMax;) {
      const [before] = civilMonths({ from: last.from - 1, until: last.from }, timezone);
      const isThere = before && (isWhole ? await this.#isKnown(before) : this.#made.has(before.month));
      last = isThere ? before : undefined;
      if (last !== undefined) months.push(last);
    }
    return months;
  }

  // The span that a month begins in counts: time in which we did not see does not end the past.
  async #isKnown({ from, until }: Month): Promise<boolean> {
    const { config, store } = this.#deps;
    const services = config().services.filter((service) => service.public);
    const spans = await store.spansOf(
      services.map(({ id }) => id),
      from,
      until,
    );
    return [...spans.values()].some(({ length }) => length > 0);
  }
}
