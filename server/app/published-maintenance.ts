// What everybody may know of maintenance: what is announced, and what goes on.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { MaintenanceConfig, ServiceConfig } from '../../config/config.ts';
import type { Recurrence } from '../../config/recurrence.ts';
import { announcedMs } from '../core/maintenance.ts';
import type { Maintenance, Window } from '../core/maintenance.ts';
import { beginningsOf } from '../core/recurrence.ts';
import type { Instant } from '../core/time.ts';
import type { WatchedService } from '../core/watched.ts';
import { instant } from './published-incidents.ts';

const words = () => z.strictObject({ fr: z.string(), en: z.string() });

export const publishedMaintenance = z
  .strictObject({
    title: words(),
    text: words().exactOptional(),
    services: z.array(z.string()).readonly().describe('The ids of the services that it touches.'),
    from: instant(),
    until: instant(),
  })
  .readonly();

/** The same with all that a calendar has to know. */
export const publishedWindow = z
  .strictObject({
    id: z.string().describe('Names this one time of it, whatever becomes of it.'),
    ...publishedMaintenance.unwrap().shape,
    changedAt: instant().describe('Since when this has been told as it is.'),
    cancelled: z
      .literal(true)
      .describe('Present when it was taken back, or is no longer planned.')
      .exactOptional(),
  })
  .readonly();

export const publishedRecurrence = z
  .strictObject({
    title: words(),
    text: words().exactOptional(),
    services: z.array(z.string()).readonly().describe('The ids of the services that it touches.'),
    wallStart: z.string().describe('When it began for the first time, on the clock of the organisation.'),
    rule: z
      .string()
      .describe('When it comes again: the parts of a recurrence rule (RFC 5545), in local time.'),
    durationMs: z.int(),
    next: instant().describe('When it begins next, or began if it goes on.'),
  })
  .readonly();

export type PublishedRecurrence = z.output<typeof publishedRecurrence>;
export type PublishedMaintenance = z.output<typeof publishedMaintenance>;
export type PublishedWindow = z.output<typeof publishedWindow>;

/** What goes on, and the next time of what is to come, by their beginnings. */
export const publishMaintenance = (
  maintenance: Maintenance,
  services: readonly WatchedService[],
  now: Instant,
): readonly PublishedMaintenance[] => {
  const known = new Set<string>();
  return maintenance.windows(now).flatMap((window) => {
    const { id, plan = id, until } = window;
    const told = toldOf(window, services);
    if (until <= now || !isAnnounced(window, now) || told === undefined || known.has(plan)) return [];
    known.add(plan);
    return [told];
  });
};

/** What was kept of these and not taken back, newest first. */
export const publishWindows = (
  windows: readonly Window[],
  services: readonly ServiceConfig[],
): readonly PublishedMaintenance[] =>
  windows
    .filter(({ cancelled }) => cancelled !== true)
    .flatMap(
      (window) =>
        toldOf(
          window,
          services.map((config) => ({ config })),
        ) ?? [],
    )
    .toSorted((a, b) => b.from - a.from);

/** Work that comes again; not what will not. */
export const publishRecurring = (
  plans: readonly MaintenanceConfig[],
  services: readonly WatchedService[],
  now: Instant,
): readonly PublishedRecurrence[] =>
  plans
    .flatMap((plan): PublishedRecurrence[] => {
      const { title, text, recurring } = plan;
      const touched = touchedBy(plan, services);
      const next = nextOf(plan, now);
      if (recurring === undefined || next === undefined || touched.length === 0) return [];
      const { wallStart, rule, durationMs } = recurring;
      return [{ title, ...(text && { text }), services: touched, wallStart, rule, durationMs, next }];
    })
    .toSorted((a, b) => a.next - b.next);

/** Longer than from one 29 February to the next, with one left out. */
const lookAheadMs = 8.5 * 366 * 86_400_000;
const reckoned = new WeakMap<
  MaintenanceConfig,
  { readonly from: Instant; readonly next: Instant | undefined }
>();

// To reckon a calendar takes a while, and this is asked time and again: it is looked for when the one before is over.
const nextOf = (plan: MaintenanceConfig, now: Instant): Instant | undefined => {
  const { recurring } = plan;
  if (recurring === undefined) return undefined;
  const before = reckoned.get(plan);
  const { next: at = Number.POSITIVE_INFINITY } = before ?? {};
  if (before !== undefined && before.from <= now && now < at + recurring.durationMs) return before.next;
  const from = now - recurring.durationMs + 1;
  const [next] = nearestOf(recurring, from);
  reckoned.set(plan, { from: now, next });
  return next;
};

const nearestOf = (recurrence: Recurrence, from: Instant): readonly Instant[] => {
  for (let aheadMs = announcedMs; aheadMs < lookAheadMs; aheadMs *= 4) {
    const beginnings = beginningsOf(recurrence, from, from + aheadMs);
    if (beginnings.length > 0) return beginnings;
  }
  return [];
};

/** As many as the page of a busy host needs: every night of four entries. */
export const calendarMax = 120;

/**
 * Every window that touches `since` or comes later, those that were taken back, and those that are told of and no longer there;
 * the next ones, where there are too many. `told`: what it said last, by id, and nobody's memory but its own: wherever a window
 * was changed, here it changes once.
 */
export const publishCalendar = (
  maintenance: Maintenance,
  services: readonly WatchedService[],
  told: ReadonlyMap<string, PublishedWindow>,
  since: Instant,
  now: Instant,
): readonly PublishedWindow[] => {
  const windows = [...maintenance.windows(now), ...maintenance.takenBack(now, since)]
    .filter((window) => window.until > since && isAnnounced(window, now))
    .flatMap((window): Untimed[] => {
      const said = toldOf(window, services);
      const cancelled = window.cancelled === true && { cancelled: true as const };
      return said === undefined ? [] : [{ id: publicId(window), ...said, ...cancelled }];
    });
  const there = new Set(windows.map(({ id }) => id));
  const gone = [...told.values()].filter(({ id, until }) => !there.has(id) && until > since);
  return [...windows, ...gone.flatMap((window) => goneOf(window, services, now))]
    .map((window) => ({ ...window, changedAt: changeOf(window, told.get(window.id), now) }))
    .toSorted((a, b) => a.from - b.from)
    .slice(-calendarMax);
};

type Untimed = Omit<PublishedWindow, 'changedAt'>;

// What was over stays as it was; of what touches nothing public any more, nothing is said.
const goneOf = (
  window: PublishedWindow,
  services: readonly WatchedService[],
  now: Instant,
): readonly Untimed[] => {
  const known = window.services.filter((id) => services.some(({ config }) => config.id === id));
  if (known.length === 0) return [];
  return [{ ...window, services: known, ...(window.until > now && { cancelled: true as const }) }];
};

// A clock that was set back must not make a change look older than the one before it.
const changeOf = (window: Untimed, before: PublishedWindow | undefined, now: Instant): Instant => {
  if (before === undefined) return now;
  return saidIn(window) === saidIn(before) ? before.changedAt : Math.max(now, before.changedAt + 1_000);
};

const saidIn = ({ title, text, services, from, until, cancelled }: Untimed): string =>
  JSON.stringify([title.fr, title.en, text?.fr, text?.en, services, from, until, cancelled]);

/** What an operator calls it may say more than is public. */
const publicId = ({ id }: Window): string => createHash('sha256').update(id).digest('hex').slice(0, 16);

const isAnnounced = ({ from }: Window, now: Instant): boolean => from < now + announcedMs;

/** Nothing, when it touches none of them. */
const toldOf = (window: Window, services: readonly Named[]): PublishedMaintenance | undefined => {
  const { title, text, from, until } = window;
  const touched = touchedBy(window, services);
  return touched.length === 0 ? undefined : { title, ...(text && { text }), services: touched, from, until };
};

type Named = Pick<WatchedService, 'config'>;

const touchedBy = (
  { services: named, checks: namedChecks }: Pick<Window, 'services' | 'checks'>,
  services: readonly Named[],
): readonly string[] =>
  services
    .filter(
      ({ config }) =>
        named.includes(config.id) || config.checks.some((check) => namedChecks.includes(check.id)),
    )
    .map(({ config }) => config.id);
