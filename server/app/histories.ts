// The histories of public services, made ready once an hour: whoever asks for one never asks the store.
import type { Config } from '../../config/config.ts';
import type { Watch } from '../core/watch.ts';
import type { Clock, Log, Store, Timers } from './ports.ts';
import { publishHistory } from './published-history.ts';
import type { PublishedHistory } from './published-history.ts';
import { Roots } from './roots.ts';
import { isolate } from './turns.ts';
import type { Turns } from './turns.ts';

export interface HistoriesDeps<Page> {
  readonly store: Pick<Store, 'spans' | 'outages' | 'windows'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly config: () => Config;
  readonly watch: Pick<Watch, 'services'>;
  readonly render: (history: PublishedHistory) => Page;
}

const everyMs = 3_600_000;

export class Histories<Page> {
  readonly #deps: HistoriesDeps<Page>;
  readonly #pages = new Map<string, Page>();
  /** Makes them all anew, soon. */
  readonly refresh: Turns;
  #cancel = () => {};
  #stopped = false;

  constructor(deps: HistoriesDeps<Page>) {
    this.#deps = deps;
    this.refresh = isolate(() => this.#make(), deps.log);
  }

  /** Of a public service, once it was made. */
  of(service: string): Page | undefined {
    return this.#pages.get(service);
  }

  /** Ends with the one that is being made. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.refresh.now();
  }

  // One after the other: those of yesterday stay where the store cannot be read.
  async #make(): Promise<void> {
    const { store, clock, timers, config, watch, render } = this.#deps;
    this.#cancel();
    if (this.#stopped) return;
    this.#cancel = timers.after(everyMs, this.refresh);
    const told = config().services.filter((service) => service.public);
    const ids = new Set(told.map(({ id }) => id));
    for (const id of this.#pages.keys()) if (!ids.has(id)) this.#pages.delete(id);
    const roots = new Roots([...watch.services.values()].filter((service) => service.config.public));
    for (const service of told) {
      if (this.#stopped) return;
      const history = await publishHistory(service, config(), roots, store, clock.now());
      this.#pages.set(service.id, render(history));
    }
  }
}
