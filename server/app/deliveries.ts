// A courier for each route: a receiver that is slow, full or gone holds up nobody else's messages.
import type { Message } from '../core/alerts/message.ts';
import type { HandOver, Letter, Store } from './ports.ts';
import { RouteCourier } from './route-courier.ts';
import type { Carried, CarryingDeps } from './route-courier.ts';
import { isolate } from './turns.ts';
import type { Turns } from './turns.ts';

export interface DeliveriesDeps extends CarryingDeps {
  readonly store: Pick<Store, 'undelivered' | 'noteFate' | 'waitingRoutes'>;
  readonly handOver: HandOver;
}

const rowsMax = 200;

export class Deliveries {
  readonly #deps: DeliveriesDeps;
  readonly #clearing: Turns;
  #couriers: ReadonlyMap<string, RouteCourier> = new Map();
  /** Couriers of routes that are gone, until what they have under way is at its end. */
  readonly #stopping = new Map<string, Promise<void>>();

  constructor(deps: DeliveriesDeps) {
    this.#deps = {
      ...deps,
      divert: async (message, diversion) => {
        await deps.divert(message, diversion);
        this.call([{ route: diversion.to }]);
      },
    };
    this.#clearing = isolate(() => this.#clear(), deps.log);
  }

  /** These are the routes from now on. What waits for another one is given up: nobody knows any more how to tell it. */
  configure(routes: readonly Carried[]): void {
    const before = this.#couriers;
    this.#couriers = new Map(
      routes.map((route) => {
        const courier = before.get(route.id) ?? this.#engage(route);
        courier.configure(route);
        return [route.id, courier];
      }),
    );
    for (const [id, courier] of before) if (!this.#couriers.has(id)) this.#stopping.set(id, courier.stop());
    for (const courier of this.#couriers.values()) courier.call();
    this.#clearing();
  }

  /** These messages are in the outbox. One may have been decided before its route went out of the configuration. */
  call(messages: readonly Pick<Message, 'route'>[]): void {
    for (const route of new Set(messages.map(({ route }) => route))) {
      const courier = this.#couriers.get(route);
      if (courier === undefined) this.#clearing();
      else courier.call();
    }
  }

  async stop(): Promise<void> {
    const stopped = [...this.#couriers.values()].map((courier) => courier.stop());
    await Promise.all([...stopped, ...this.#stopping.values(), this.#clearing.now()]);
  }

  // A route that comes back waits for whoever carried for it before, or both would hand over the same.
  #engage(route: Carried): RouteCourier {
    const free = this.#stopping.get(route.id) ?? Promise.resolve();
    return new RouteCourier(this.#deps, route, this.#deps.handOver, free);
  }

  async #clear(): Promise<void> {
    const { store, clock, log } = this.#deps;
    await Promise.all(this.#stopping.values());
    const evidence = 'The route is no longer in the configuration.';
    for (const route of await store.waitingRoutes()) {
      if (this.#couriers.has(route)) continue;
      let letters: readonly Letter[];
      do {
        letters = await store.undelivered(route, rowsMax);
        for (const { id, message } of letters) {
          await store.noteFate(id, { kind: 'dead', at: clock.now(), evidence });
          log.error('message.dead', { route, key: message.key, evidence });
        }
      } while (letters.length > 0);
    }
  }
}
