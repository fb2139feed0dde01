// All alerts that are not yet settled. Looks at the watch, and says what is to be kept and told: the same views in the
// same order always give the same messages. Each look goes by what is, not by what has happened, so that nothing that
// was missed stays open.
import type { Config } from '../../../config/config.ts';
import { subjectId } from '../effects.ts';
import type { Effects } from '../effects.ts';
import type { SeriesKey } from '../series.ts';
import type { Instant } from '../time.ts';
import { act } from './act.ts';
import type { Action, Refusal } from './act.ts';
import { hasPassed, isOpen, isSettled, toldOf } from './alert.ts';
import type { Alert, Route, Silence, Told, Trouble } from './alert.ts';
import { follow, isSilenced, listen } from './course.ts';
import { leftTo } from './message.ts';
import type { Message } from './message.ts';
import { needOf } from './need.ts';
import type { Circumstances, NeedKind } from './need.ts';
import { tell } from './telling.ts';
import type { Story, Write } from './telling.ts';
import { flappingOf, isAnyUnsteady, isUndecided, isWell, serviceSubject } from './troubles.ts';
import type { View } from './troubles.ts';

/** What the store still knew at the start. */
export interface RememberedAlerts {
  /** Those that are not settled, in the order in which they opened. */
  readonly alerts: readonly Alert[];
  /** Those that have not ended. */
  readonly silences: readonly Silence[];
}

export interface AlertStep extends Pick<Effects, 'alerts' | 'silences' | 'messages'> {
  /** Series whose next outcome decides whether somebody is told. */
  readonly asked: readonly SeriesKey[];
}

export type AlertRules = Pick<Config, 'organisation' | 'exercise'> & { readonly routes: readonly Route[] };

/** After a message, what else a route is to be told of that kind waits so long, and is told together. */
const foldMs = 30_000;

interface Windows {
  readonly newsAt?: Instant;
  readonly recoveryAt?: Instant;
}

export class Alerts {
  #rules: AlertRules;
  readonly #write: Write;
  #alerts: readonly Alert[];
  #silences: readonly Silence[];
  /** When a route was last told what. A restart forgets it, and at worst tells in two messages what would fit in one. */
  readonly #windows = new Map<string, Windows>();

  constructor(rules: AlertRules, { alerts, silences }: RememberedAlerts, write: Write) {
    this.#rules = rules;
    this.#write = write;
    this.#alerts = alerts;
    this.#silences = silences;
  }

  /** Those that are not settled, in the order in which they opened. */
  get alerts(): readonly Alert[] {
    return this.#alerts;
  }

  /** Those that have not ended. */
  get silences(): readonly Silence[] {
    return this.#silences;
  }

  /** Who is no longer in the configuration is told nothing more. */
  configure(rules: AlertRules): void {
    this.#rules = rules;
  }

  /** To be called whenever the watch has told something, and every few seconds. */
  look(view: View, now: Instant): AlertStep {
    if (this.#alerts.length + this.#silences.length === 0 && isWell(view)) return nothing;
    const before = { alerts: this.#alerts, silences: this.#silences };
    this.#alerts = follow(this.#alerts, view, now).map((alert) => this.#withoutGone(alert));
    const asked = released(this.#alerts, view, now);
    this.#silences = listen(this.#silences, before.alerts, this.#alerts, view, now);
    this.#alerts = this.#alerts.map((alert) => this.#enliven(alert, now));
    const cases = this.#cases(view, now);
    const messages = this.#rules.routes.flatMap((route) => this.#tell(route, cases, now));
    return { ...this.#settle(before, now), messages, asked };
  }

  /** A person acts. Nobody is told at once. */
  act(action: Action, now: Instant): AlertStep | Refusal {
    const before = { alerts: this.#alerts, silences: this.#silences };
    const after = act(action, before, now);
    if ('refused' in after) return after;
    this.#alerts = after.alerts;
    this.#silences = after.silences;
    return { ...this.#settle(before, now), messages: [], asked: [] };
  }

  /** What its route could not be told is left to `to`: that one is told of the end as well. */
  divert(message: Message, to: string): Pick<AlertStep, 'alerts'> {
    const before = this.#alerts;
    this.#alerts = before.map((alert) => withDiverted(alert, message, to));
    return { alerts: this.#alerts.filter((alert) => !before.includes(alert)) };
  }

  // A route that comes back begins anew: its messages are counted on, so that no two have the same key.
  #withoutGone(alert: Alert): Alert {
    const isGone = ({ route, checks }: Told) =>
      checks.length > 0 && this.#rules.routes.every(({ id }) => id !== route);
    if (!alert.told.some(isGone)) return alert;
    return { ...alert, told: alert.told.map((told) => (isGone(told) ? { ...told, checks: [] } : told)) };
  }

  #enliven(alert: Alert, now: Instant): Alert {
    const isNew = (trouble: Trouble) => trouble.liveAt === undefined && this.#isLive(trouble, alert, now);
    if (!alert.troubles.some(isNew)) return alert;
    const troubles = alert.troubles.map((trouble) =>
      isNew(trouble) ? { ...trouble, liveAt: now } : trouble,
    );
    return { ...alert, troubles };
  }

  #isLive(trouble: Trouble, alert: Alert, now: Instant): boolean {
    const { held, releasedAt } = trouble;
    const isHeld = held !== undefined || releasedAt !== undefined;
    return isOpen(trouble) && !isHeld && !isSilenced(trouble, alert, this.#silences, now);
  }

  // Ends come before beginnings, so that nobody reads last that all is well when it is not.
  #tell(route: Route, cases: readonly Case[], now: Instant): readonly Message[] {
    const stories = cases.flatMap((known) => storyOf(known, route) ?? []);
    if (stories.length === 0) return [];
    const { newsAt = 0, recoveryAt = 0 } = this.#windows.get(route.id) ?? {};
    const of = (...kinds: readonly NeedKind[]) => stories.filter(({ kind }) => kinds.includes(kind));
    const news = hasPassed(foldMs, newsAt, now) ? of('alert', 'update') : [];
    const recoveries = news.length > 0 || hasPassed(foldMs, recoveryAt, now) ? of('recovery') : [];
    this.#windows.set(route.id, {
      newsAt: news.length > 0 ? now : newsAt,
      recoveryAt: recoveries.length > 0 ? now : recoveryAt,
    });
    const newsKind = news.some(({ kind }) => kind === 'alert') ? 'alert' : 'update';
    return [
      ...this.#send('recovery', recoveries, route, now),
      ...this.#send(newsKind, news, route, now),
      ...this.#send('reminder', of('reminder'), route, now),
    ];
  }

  // What Vigie says of itself does not share a message with what it says of others.
  #send(kind: NeedKind, stories: readonly Story[], route: Route, at: Instant): readonly Message[] {
    const isOwn = ({ alert }: Story) => alert.service === undefined;
    const parts = [stories.filter(isOwn), stories.filter((story) => !isOwn(story))];
    return parts
      .filter((part) => part.length > 0)
      .map((part) => {
        const { exercise = false, organisation } = this.#rules;
        const occasion = { route, at, exercise, timezone: organisation.timezone, write: this.#write };
        const { message, told } = tell(kind, part, occasion);
        this.#alerts = this.#alerts.map((alert) => withTold(alert, told.get(alert.id)));
        return message;
      });
  }

  #cases(view: View, now: Instant): readonly Case[] {
    const explained = new Map<string, Alert[]>();
    for (const alert of this.#alerts)
      for (const id of explainersOf(alert)) explained.set(id, [...(explained.get(id) ?? []), alert]);
    return this.#alerts.map((alert) => {
      if (explained.size === 0) return { alert, consequences: [], ...this.#circumstances(alert, view, now) };
      const subjects = [`service:${alert.service}`, ...alert.troubles.map(({ check }) => `check:${check}`)];
      const consequences = new Set(subjects.flatMap((id) => explained.get(id) ?? []));
      consequences.delete(alert);
      return { alert, consequences: [...consequences], ...this.#circumstances(alert, view, now) };
    });
  }

  #circumstances(alert: Alert, view: View, now: Instant): Omit<Case, 'alert' | 'consequences'> {
    const service = alert.service === undefined ? undefined : view.services.get(alert.service);
    const flapping = service === undefined ? noChecks : flappingOf(service, view);
    return {
      now,
      timezone: this.#rules.organisation.timezone,
      live: new Set(alert.troubles.filter((trouble) => this.#isLive(trouble, alert, now))),
      isPartial: service?.timeline.extent === 'partial',
      isSeen: alert.service === undefined || (service !== undefined && service.timeline.state !== 'unknown'),
      flapping,
      isFlapping:
        flapping.size > 0 || (service !== undefined && view.isFlapping(serviceSubject(service.config.id))),
      isUnsteady: service !== undefined && isAnyUnsteady(service, view),
      isUndecided: service !== undefined && isUndecided(service),
    };
  }

  // What has changed since `before` is to be kept; what is settled and has ended is then forgotten.
  #settle(before: RememberedAlerts, now: Instant): RememberedAlerts {
    const alerts = this.#alerts.filter((alert) => !before.alerts.includes(alert));
    const silences = this.#silences.filter((silence) => !before.silences.includes(silence));
    this.#alerts = this.#alerts.filter((alert) => !isSettled(alert));
    this.#silences = this.#silences.filter(({ endedAt, until }) => endedAt === undefined && now < until);
    return { alerts, silences };
  }
}

const noChecks: ReadonlySet<string> = new Set();

const nothing: AlertStep = { alerts: [], silences: [], messages: [], asked: [] };

/** An alert, with all that routes have in common about it. */
interface Case extends Circumstances {
  readonly alert: Alert;
  readonly consequences: readonly Alert[];
  readonly isPartial: boolean;
}

const storyOf = (known: Case, route: Route): Story | undefined => {
  const { alert, consequences, flapping, isFlapping, isPartial } = known;
  const need = needOf(alert, consequences, route, known);
  return need && { ...need, consequences, flapping, isFlapping, isPartial };
};

// Its messages are counted on from those of the other route, so that none of its own has the key of one that was left to it.
const withDiverted = (alert: Alert, message: Message, to: string): Alert => {
  const told = toldOf(alert, message.route);
  const { checks = [], messages = 0 } = toldOf(alert, to) ?? {};
  // What Vigie says of itself is about no service, and so among no alerts.
  const isIn = message.key.startsWith(`${alert.id}/`) || message.alerts.some(({ id }) => id === alert.id);
  if (told === undefined || !isIn || (checks.length > 0 && messages >= told.messages)) return alert;
  const { thread } = leftTo({ ...message, thread: told.thread }, to);
  const known = checks.length > 0 ? toldOf(alert, to) : { ...told, thread };
  return withTold(alert, known && { ...known, route: to, messages: Math.max(messages, told.messages) });
};

const withTold = (alert: Alert, told: Told | undefined): Alert =>
  told === undefined
    ? alert
    : { ...alert, told: [...alert.told.filter(({ route }) => route !== told.route), told] };

/** What holds it, as `service:network`. */
const explainersOf = ({ troubles, endedAt }: Alert): ReadonlySet<string> =>
  new Set(
    endedAt === undefined
      ? troubles.filter(isOpen).flatMap(({ held }) => (held?.by === undefined ? [] : subjectId(held.by)))
      : [],
  );

/** Series of checks that are held no longer since now: their next outcome says whether they are still out. */
const released = (alerts: readonly Alert[], { services }: View, now: Instant): readonly SeriesKey[] =>
  alerts.flatMap(({ service = '', troubles }) => {
    if (troubles.every(({ releasedAt }) => releasedAt !== now)) return [];
    const checks = new Set(troubles.filter(({ releasedAt }) => releasedAt === now).map(({ check }) => check));
    return (services.get(service)?.checks ?? [])
      .filter(({ config }) => checks.has(config.id))
      .flatMap(({ series }) => series.map(({ key }) => key));
  });
