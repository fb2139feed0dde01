// Which promises were kept: that more would be told by a time, that maintenance would be known beforehand, and over in time.
import type { Outage } from './effects.ts';
import type { Incident } from './incidents/incident.ts';
import type { Window } from './maintenance.ts';
import type { Instant } from './time.ts';
import type { Interval } from './uptime.ts';

export interface Tally {
  readonly kept: number;
  readonly late: number;
  readonly missed: number;
}

export interface Promises {
  /** The next word on an incident: by when it was promised, later, never. */
  readonly updates: Tally;
  /** Maintenance that somebody planned: told `noticeMs` before it began, later than that, only once it had begun. */
  readonly announced: Tally;
  /** Maintenance: what it touched worked at its end, later, not yet. */
  readonly ended: Tally;
}

/** What happened. Outages of services only. */
export interface Told {
  readonly incidents: Iterable<Incident>;
  readonly windows: readonly Window[];
  readonly outages: readonly Outage[];
  /** The services that a window touches. */
  readonly touchedBy: (window: Window) => readonly string[];
}

const noticeMs = 24 * 3_600_000;

/** Of the promises that were due in `[from, until)`, none of which is to come. */
export const promisesOf = (told: Told, { from, until }: Interval): Promises => {
  const isDue = (at: Instant): boolean => from <= at && at < until;
  const windows = told.windows.filter(({ cancelled }) => cancelled !== true);
  return {
    updates: tally([...told.incidents].flatMap((incident) => updatesOf(incident, isDue))),
    announced: tally(windows.filter((window) => isDue(window.from)).flatMap(announcementOf)),
    ended: tally(windows.filter((window) => isDue(window.until)).map((window) => endOf(window, told))),
  };
};

type Fate = keyof Tally;

const tally = (fates: readonly Fate[]): Tally => {
  const count = (wanted: Fate): number => fates.filter((fate) => fate === wanted).length;
  return { kept: count('kept'), late: count('late'), missed: count('missed') };
};

/** What nobody could read was promised to nobody, and what was merged into another incident is told there. */
const updatesOf = (incident: Incident, isDue: (at: Instant) => boolean): readonly Fate[] => {
  if (!incident.isPublic || incident.mergedInto !== undefined) return [];
  return incident.updates.flatMap(({ nextAt }, index): readonly Fate[] => {
    if (nextAt === undefined || !isDue(nextAt)) return [];
    const next = incident.updates[index + 1];
    if (next === undefined) return ['missed'];
    const writtenAt = incident.versions[next.version - 1]?.at ?? next.at;
    return [writtenAt <= nextAt ? 'kept' : 'late'];
  });
};

/** Of what the configuration plans, nobody knows when it was told. */
const announcementOf = ({ madeAt, from }: Window): readonly Fate[] => {
  if (madeAt === undefined) return [];
  if (madeAt >= from) return ['missed'];
  return [madeAt <= from - noticeMs ? 'kept' : 'late'];
};

const endOf = (window: Window, { outages, touchedBy }: Told): Fate => {
  const touched = new Set(touchedBy(window));
  const left = outages.filter(
    ({ subject, startedAt, end }) =>
      touched.has(subject.id) &&
      startedAt >= window.from &&
      startedAt < window.until &&
      (end?.at ?? Number.POSITIVE_INFINITY) > window.until,
  );
  if (left.length === 0) return 'kept';
  return left.some(({ end }) => end === undefined) ? 'missed' : 'late';
};
