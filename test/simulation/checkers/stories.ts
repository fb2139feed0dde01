// I7: a route reads of an alert in the order in which it was decided, and never last that all is well when it is not. I3: what
// was told to be out is told to be over, once, and nothing else is. I10: a start goes on with the alerts that were kept.
import type { RouteConfig } from '../../../config/config.ts';
import type { Fate } from '../../../server/app/ports.ts';
import { mayTell } from '../../../server/core/alerts/hours.ts';
import type { Alert } from '../../../server/core/alerts/alert.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import type { Effects } from '../../../server/core/effects.ts';
import { rootsOf } from '../archive.ts';
import type { Posted } from '../archive.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

/** Routes that are in every configuration: they are told of every end. */
const constant = ['mail', 'phone'];

export class Stories implements Checker {
  readonly #stage: Stage;
  /** The newest message by route and alert: as decided, and as it has arrived. */
  readonly #decided = new Map<string, Posted>();
  readonly #shown = new Map<string, Message>();
  readonly #keys = new Set<string>();
  /** Alerts by route of which it read in the place of another route, if only as consequences. */
  readonly #mentioned = new Set<string>();
  readonly #arrived = new Set<string>();
  #routes: readonly RouteConfig[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  kept({ alerts, messages }: Effects): void {
    if (alerts.length > 0) this.#forgetGone();
    const { archive } = this.#stage;
    for (const message of messages) this.#checkKey(message.key, archive.takeDenied(message.key));
    for (const message of archive.fresh) this.#decide(message);
  }

  fated(_: string, __: Fate, left: readonly Message[] = []): void {
    for (const message of left) {
      for (const { id } of message.alerts) this.#mentioned.add(`${message.route} ${id}`);
      this.#decide(message);
    }
  }

  arrived(message: Message): void {
    if (this.#arrived.has(message.key)) return;
    this.#arrived.add(message.key);
    for (const root of rootsOf(message)) this.#shown.set(`${message.route} ${root}`, message);
  }

  starting(): void {
    const { archive, disk, time } = this.#stage;
    const { alerts } = disk.written().rememberAlerts(time.clock.now());
    const kept = archive.unsettled;
    demand(
      textOf(alerts) === textOf(kept),
      'I10 restart',
      () => `alerts ${textOf(kept)} came back as ${textOf(alerts)}`,
    );
  }

  look(): void {
    for (const alert of this.#stage.archive.unsettled)
      for (const { route, checks } of alert.told) this.#checkLast(alert, route, checks.length === 0);
  }

  calm(): void {
    const { archive } = this.#stage;
    const alert = archive.unsettled.find(
      ({ endedAt, told }) =>
        endedAt === undefined || told.some(({ route, checks }) => checks.length > 0 && !this.#sleeps(route)),
    );
    demand(alert === undefined, 'I3 one open', () => `still open: ${JSON.stringify(alert)}`);
    for (const [of, { message }] of this.#decided)
      demand(
        message.kind === 'recovery' || !constant.includes(message.route),
        'I3 one open',
        () => `${of} was told that it is out by ${message.key}, and never of its end`,
      );
  }

  /** Whom nobody wakes at this hour to say that all is well. */
  #sleeps(id: string): boolean {
    const { time, vigie } = this.#stage;
    const { routes, organisation } = vigie.config;
    const route = routes.find((one) => one.id === id);
    return route !== undefined && !mayTell(route, 'degraded', time.clock.now(), organisation.timezone);
  }

  #checkKey(key: string, isAgain: boolean): void {
    demand(
      isAgain || !this.#keys.has(key),
      'I6 dedup',
      () => `${key} is told again: the outbox would leave it out`,
    );
    this.#keys.add(key);
  }

  // A route that comes back begins anew.
  #forgetGone(): void {
    const { config } = this.#stage.vigie;
    if (config.routes === this.#routes) return;
    this.#routes = config.routes;
    const routes = new Set(config.routes.map(({ id }) => id));
    for (const [of, { message }] of this.#decided) if (!routes.has(message.route)) this.#decided.delete(of);
  }

  #decide(message: Message): void {
    const posted = this.#stage.archive.posted.get(message.key);
    for (const root of rootsOf(message)) {
      const of = `${message.route} ${root}`;
      const before = this.#decided.get(of)?.message;
      const isKnown = this.#mentioned.has(of) || (before !== undefined && before.kind !== 'recovery');
      demand(
        isKnown || message.kind !== 'recovery',
        'I3 one open',
        () => `${of} is told of an end, and knew of no beginning`,
      );
      if (posted !== undefined) this.#decided.set(of, posted);
    }
  }

  #checkLast({ id }: Alert, route: string, isOver: boolean): void {
    const last = this.#decided.get(`${route} ${id}`);
    if (last?.fate !== 'delivered') return;
    const shown = this.#shown.get(`${route} ${id}`);
    demand(
      shown?.key === last.message.key,
      'I7 order',
      () => `${route} reads last ${shown?.key} of ${id}, and was told ${last.message.key} after it`,
    );
    demand(
      (last.message.kind === 'recovery') === isOver,
      'I7 order',
      () => `the last word to ${route} on ${id} is ${last.message.kind}`,
    );
  }
}

const textOf = (alerts: readonly Alert[]): string =>
  alerts
    .map(({ id, endedAt, told }) => JSON.stringify([id, endedAt, told]))
    .toSorted()
    .join(', ');
