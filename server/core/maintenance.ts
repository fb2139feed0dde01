// Windows of maintenance: which there are, and what is in one.
import type { Config, MaintenanceConfig, ServiceConfig, Words } from '../../config/config.ts';
import { subjectId } from './effects.ts';
import type { Subject } from './effects.ts';
import type { Recurrence } from '../../config/recurrence.ts';
import { beginningsOf } from './recurrence.ts';
import type { Instant } from './time.ts';

/** A time with an end, in which alerts are held and which counts apart. */
export interface Window {
  /** Of one that recurs, the id of its entry and the day: `backups@2026-11-29`. */
  readonly id: string;
  readonly title: Words;
  readonly text?: Words;
  readonly services: readonly string[];
  readonly checks: readonly string[];
  readonly from: Instant;
  /** The first instant that is no longer in it. */
  readonly until: Instant;
  /** The entry of the configuration that it comes from; nothing, when somebody has made it since. */
  readonly plan?: string;
  /** When somebody made it, if somebody has. */
  readonly madeAt?: Instant;
  /** When somebody made it, ended it or took it back. */
  readonly changedAt?: Instant;
  /** Taken back: it counts for nothing, and is kept so that the configuration does not bring it again. */
  readonly cancelled?: boolean;
}

type Plans = Pick<Config, 'maintenance' | 'services'>;

/** Windows that ended longer ago are known to the store only: the page tells of ninety days. */
export const pastMs = 92 * 86_400_000;
/** What recurs is known so long beforehand, and nothing is announced before that. */
export const announcedMs = 15 * 86_400_000;
const refreshMs = 3_600_000;

/** What the configuration says will come, and what is kept: windows that began, and those that somebody made or took back. */
export class Maintenance {
  #plans: Plans;
  #kept: Map<string, Window>;
  /** Ids of what is kept here and not yet in the store. */
  readonly #changed = new Set<string>();
  #known: Known | undefined;

  constructor(plans: Plans, kept: readonly Window[] = []) {
    this.#plans = plans;
    this.#kept = new Map(kept.map((window) => [window.id, window]));
  }

  /** Another configuration: what runs and is no longer in it ends now, what is over stays as it was. */
  configure(plans: Plans, now: Instant): void {
    this.#plans = plans;
    this.#known = undefined;
    const planned = new Set(plans.maintenance.flatMap((plan) => windowsOf(plan, now)).map(({ id }) => id));
    for (const window of this.#kept.values())
      if (window.plan !== undefined && isOpen(window, now) && !planned.has(window.id))
        this.keep({ ...window, until: now });
  }

  /** Somebody makes, changes or takes back a window: that is how it is, even if it is over. */
  keep(window: Window): void {
    this.#kept.set(window.id, window);
    this.#changed.add(window.id);
    this.#known = undefined;
  }

  /** Whether a window of this name was ever kept, and is not long over. */
  isKept(id: string): boolean {
    return this.#kept.has(id);
  }

  /** What is to be stored since it was last asked: what somebody kept, and what has begun. */
  settle(now: Instant): readonly Window[] {
    const known = this.#at(now);
    if (now < known.settledUntil) return [];
    known.settledUntil = this.nextChange(now);
    for (const window of known.windows) {
      const isBegun = window.plan !== undefined && window.from <= now;
      if (!isBegun || isSame(window, this.#kept.get(window.id))) continue;
      this.#kept.set(window.id, window);
      this.#changed.add(window.id);
    }
    const changed = [...this.#changed].flatMap((id) => this.#kept.get(id) ?? []);
    this.#changed.clear();
    return changed;
  }

  /** Those that were not taken back and are not long over, by their beginnings. */
  windows(now: Instant): readonly Window[] {
    return this.#at(now).windows;
  }

  /** Those that were taken back, and would not have been over at `since`. */
  takenBack(now: Instant, since: Instant): readonly Window[] {
    const isThere = new Set(this.windows(now).map(({ id }) => id));
    return [...this.#kept.values()].filter(
      ({ id, cancelled, until }) => cancelled === true && until > since && !isThere.has(id),
    );
  }

  /** Those of one subject that were not taken back. A service is also in a window that names every check it requires. */
  windowsOf(subject: Subject, now: Instant): readonly Window[] {
    return this.#at(now).ofSubject.get(subjectId(subject)) ?? [];
  }

  /** The window that a subject is in; of several, the one that ends last. */
  at(subject: Subject, now: Instant): Window | undefined {
    let last: Window | undefined;
    for (const window of this.windowsOf(subject, now))
      if (isOpen(window, now) && (last === undefined || window.until > last.until)) last = window;
    return last;
  }

  /** When a window begins or ends next. */
  nextChange(now: Instant): Instant {
    const { changes, quiet } = this.#at(now);
    if (now < quiet.from || now >= quiet.until) {
      quiet.from = now;
      quiet.until = changes.find((at) => at > now) ?? Number.POSITIVE_INFINITY;
    }
    return quiet.until;
  }

  #at(now: Instant): Known {
    const { madeAt = Number.POSITIVE_INFINITY } = this.#known ?? {};
    if (this.#known !== undefined && now >= madeAt && now < madeAt + refreshMs) return this.#known;
    // What is long over is left to the store.
    this.#kept = new Map([...this.#kept].filter(([, { until }]) => until > now - pastMs));
    const windows = windowsAt(this.#plans.maintenance, this.#kept, now);
    const changes = windows.flatMap(({ from, until }) => [from, until]).sort((a, b) => a - b);
    const ofSubject = indexed(windows, this.#plans.services);
    const quiet = { from: 0, until: 0 };
    this.#known = { madeAt: now, windows, changes, quiet, ofSubject, settledUntil: 0 };
    return this.#known;
  }
}

interface Known {
  readonly madeAt: Instant;
  readonly windows: readonly Window[];
  /** When one of them begins or ends, in order. */
  readonly changes: readonly Instant[];
  /** Between two of them, where somebody has asked last. */
  readonly quiet: { from: Instant; until: Instant };
  readonly ofSubject: ReadonlyMap<string, readonly Window[]>;
  /** Nothing begins before. */
  settledUntil: Instant;
}

const isOpen = ({ from, until }: Window, at: Instant): boolean => from <= at && at < until;

// An entry that recurs says what comes: whoever changes it does not mean the past. One with a date means that date.
const windowsOf = (plan: MaintenanceConfig, now: Instant): readonly Window[] => {
  const { id, title, text, services, checks, once, recurring } = plan;
  const shared = { title, ...(text && { text }), services, checks, plan: id };
  if (once !== undefined) return [{ id, ...shared, from: once.fromMs, until: once.toMs }];
  if (recurring === undefined) return [];
  const { durationMs } = recurring;
  return occurrencesOf(recurring, now - durationMs + 1, now + announcedMs).map(({ at, day }) => ({
    id: `${id}@${day}`,
    ...shared,
    from: at,
    until: at + durationMs,
  }));
};

interface Occurrences {
  readonly from: Instant;
  readonly to: Instant;
  readonly all: readonly { readonly at: Instant; readonly day: string }[];
}

/** To follow a rule through a month of days takes a millisecond, and what it finds is the same a moment later. */
const found = new WeakMap<Recurrence, Occurrences>();
const spareMs = 86_400_000;

const occurrencesOf = (recurrence: Recurrence, from: Instant, to: Instant): Occurrences['all'] => {
  let known = found.get(recurrence);
  if (known === undefined || from < known.from || to > known.to) {
    const wider = { from: from - spareMs, to: to + spareMs };
    const beginnings = beginningsOf(recurrence, wider.from, wider.to);
    known = { ...wider, all: beginnings.map((at) => ({ at, day: dayOf(at, recurrence.timezone) })) };
    found.set(recurrence, known);
  }
  return known.all.filter(({ at }) => at >= from && at < to);
};

const dayOf = (at: Instant, timezone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone).toPlainDate().toString();

const windowsAt = (
  plans: readonly MaintenanceConfig[],
  kept: ReadonlyMap<string, Window>,
  now: Instant,
): readonly Window[] => {
  const planned = plans.flatMap((plan) => windowsOf(plan, now));
  const all = new Map([
    ...kept,
    ...planned.filter(isAsPlanned(kept)).map((window) => [window.id, window] as const),
  ]);
  return [...all.values()]
    .filter(({ cancelled }) => cancelled !== true)
    .filter(({ until }) => until > now - pastMs)
    .toSorted((a, b) => a.from - b.from || a.until - b.until);
};

// Given another time, it is another one. What somebody ended early is over, though it was planned for longer.
const isAsPlanned =
  (kept: ReadonlyMap<string, Window>) =>
  ({ id, from, until }: Window): boolean => {
    const known = kept.get(id);
    if (known?.cancelled === true) return known.from !== from || known.until !== until;
    return known?.changedAt === undefined || known.from !== from;
  };

const indexed = (
  windows: readonly Window[],
  services: readonly ServiceConfig[],
): ReadonlyMap<string, readonly Window[]> => {
  const ofSubject = new Map<string, Window[]>();
  const put = (subject: Subject, window: Window) =>
    ofSubject.set(subjectId(subject), [...(ofSubject.get(subjectId(subject)) ?? []), window]);
  for (const window of windows)
    for (const service of services) {
      const isNamed = window.services.includes(service.id);
      const checks = service.checks.filter(({ id }) => isNamed || window.checks.includes(id));
      for (const { id } of checks) put({ kind: 'check', id }, window);
      const required = service.checks.filter(({ supporting }) => !supporting);
      if (isNamed || (checks.length > 0 && required.every((check) => checks.includes(check))))
        put({ kind: 'service', id: service.id }, window);
    }
  return ofSubject;
};

const isSame = (a: Window, b: Window | undefined): boolean =>
  a === b || (b !== undefined && textOf(a) === textOf(b));

const textOf = ({ from, until, title, text, services, checks, plan, cancelled }: Window): string =>
  JSON.stringify([from, until, title.fr, title.en, text?.fr, text?.en, services, checks, plan, cancelled]);
