// Deliveries to routes whose receivers do what a test says, on a clock that it moves.
import { Deliveries } from '../../server/app/deliveries.ts';
import type { Store } from '../../server/app/ports.ts';
import type { Carried } from '../../server/app/route-courier.ts';
import type { Delivery, Message, MessageAlert } from '../../server/core/alerts/message.ts';
import { always, message, noEffects } from './effects.ts';
import { openInMemory } from './in-process-store.ts';
import { PassingTime } from './passing-time.ts';
import { seconds, start } from './watch.ts';

export const delivered: Delivery = { kind: 'delivered' };
export const busy: Delivery = { kind: 'deferred', evidence: 'try later' };
export const about = (id: string): MessageAlert => ({
  id,
  service: id,
  subject: { kind: 'service', id },
  state: 'down',
  cause: 'refused',
  startedAt: start,
});

export class Post {
  readonly time = new PassingTime(start);
  readonly store: Store;
  readonly deliveries: Deliveries;
  /** What each route answers; it may hang. */
  answer: (message: Message, signal: AbortSignal) => Promise<Delivery> = async () => delivered;
  /** Milliseconds after the start, route and key of each attempt. */
  readonly attempts: string[] = [];
  readonly events: string[] = [];
  readonly diverted: string[] = [];
  readonly lines: { readonly event: string; readonly fields?: object }[] = [];

  constructor(
    routes: readonly (string | Carried)[] = ['admins'],
    part: Partial<Store> = {},
    store = openInMemory(),
  ) {
    this.store = { ...store, ...part };
    const log = (event: string, fields?: object) =>
      void this.lines.push({ event, ...(fields && { fields }) });
    this.deliveries = new Deliveries({
      store: this.store,
      clock: this.time.clock,
      timers: this.time.timers,
      log: { info: log, warn: log, error: log },
      random: () => 1,
      happened: (route, event) => this.events.push(`${route} ${event}`),
      divert: async ({ key }, diversion) => {
        this.diverted.push(`${key} to ${diversion.to}`);
        await this.store.commit({ ...noEffects, diversions: [diversion] });
      },
      waiting: () => {},
      handOver: (message, signal) => {
        this.attempts.push(`${this.time.nowMs / seconds} ${message.route} ${message.key}`);
        return this.answer(message, signal);
      },
    });
    this.configure(...routes);
  }

  configure(...routes: readonly (string | Carried)[]): void {
    this.deliveries.configure(routes.map((route) => (typeof route === 'string' ? { id: route } : route)));
  }

  async send(...messages: readonly Message[]): Promise<void> {
    await this.store.commit({ ...noEffects, messages });
    this.deliveries.call(messages);
    await this.settle(4);
  }

  /** Each pass follows what comes of it for a while only. */
  async settle(passes = 1_000): Promise<void> {
    for (let pass = 0; pass < passes; pass++) await this.time.pass(1);
  }

  async fates(): Promise<readonly string[]> {
    const letters = await this.store.letters(always);
    return letters.map(({ message: { key }, fate }) => `${key} ${fate?.kind ?? 'waits'}`).toReversed();
  }
}

export const now = (key: string, over: Partial<Message> = {}) => message(key, { at: start, ...over });
