// What was known before the start, or before another configuration.
import type { Draft } from './draft.ts';
import { subjectId } from './effects.ts';
import type { Outage, Span, Subject } from './effects.ts';
import { steady, withChange } from './flapping.ts';
import { unseen } from './judge.ts';
import type { Standing } from './judge.ts';
import type { Window } from './maintenance.ts';
import { seriesId } from './series.ts';
import type { Learned } from './slowness/learned.ts';
import type { SeriesKey } from './series.ts';
import type { Blind } from './sights.ts';
import { begin, withdraw } from './timeline.ts';
import type { Timeline } from './timeline.ts';
import type { Instant } from './time.ts';

/** What the store still knew at the start. */
export interface Remembered {
  readonly standings: readonly { readonly series: SeriesKey; readonly standing: Standing }[];
  readonly learned: readonly Learned[];
  /** Start of the newest result of a series, no later than now, that was not `invalid`, for the standings that were not written since. */
  readonly newest: readonly { readonly series: SeriesKey; readonly at: Instant }[];
  /** The newest span of each subject. */
  readonly spans: readonly Span[];
  /** What they became in the last hour, oldest first. */
  readonly changes: readonly Span[];
  /** Those without an end. */
  readonly outages: readonly Outage[];
  /** Where we were blind and since when, if the newest notable of that sight says that we are. */
  readonly blind: readonly Blind[];
  /** Windows of maintenance that are not long over. */
  readonly windows: readonly Window[];
}

export const nothingRemembered: Remembered = {
  standings: [],
  learned: [],
  newest: [],
  spans: [],
  changes: [],
  outages: [],
  blind: [],
  windows: [],
};

/** What is not yet found in the configuration. */
export interface Past {
  readonly standings: Map<string, { readonly series: SeriesKey; readonly standing: Standing }>;
  readonly subjects: Map<string, Timeline>;
  /** When any of it was last seen: it is as good as that while nobody runs. */
  readonly until: Instant;
}

/** The past, to be found by id. */
export const index = ({ standings, newest, spans, changes, outages }: Remembered, now: Instant): Past => {
  const seenAt = new Map(newest.map(({ series, at }) => [seriesId(series), at]));
  const changed = Map.groupBy(changes, ({ subject }) => subjectId(subject));
  const open = new Map(outages.map((outage) => [subjectId(outage.subject), outage]));
  return {
    standings: new Map(
      standings.map(({ series, standing }) => {
        const lastAt = lastOf(standing.lastAt, seenAt.get(seriesId(series)), now);
        return [seriesId(series), { series, standing: { ...standing, ...(lastAt && { lastAt }) } }];
      }),
    ),
    subjects: new Map(
      spans.map((newest) => {
        const id = subjectId(newest.subject);
        const outage = open.get(id);
        const flapping = [...(changed.get(id) ?? []), newest].reduce(withChange, steady);
        return [id, { ...newest, ...(outage && { outage }), flapping }];
      }),
    ),
    // A configuration that takes the place of another one knows of no results: there was no time in which nobody ran.
    until: newest.length === 0 ? now : Math.max(...seenAt.values()),
  };
};

// Of a future that was taken back only what nothing older contradicts is believed.
const lastOf = (kept = 0, seen = 0, now: Instant): Instant =>
  Math.max(kept <= now || seen === 0 ? kept : 0, seen);

/** The standing of a series: the one it had, or a new one. */
export const resumeStanding = (series: SeriesKey, past: Past): Standing => {
  const known = past.standings.get(seriesId(series));
  past.standings.delete(seriesId(series));
  return known?.standing ?? unseen;
};

/** The timeline of a subject: the one it had, or a new one. */
export const resumeTimeline = (subject: Subject, past: Past, draft: Draft, now: Instant): Timeline => {
  const known = past.subjects.get(subjectId(subject));
  past.subjects.delete(subjectId(subject));
  if (known !== undefined) return known;
  const { timeline, written } = begin(subject, now);
  draft.written(written);
  return timeline;
};

/**
 * What was not resumed is no longer watched, and what it was while nobody ran is not known. Should it come back, it starts
 * anew: old failures confirm nothing.
 */
export const withdrawAll = ({ standings, subjects, until }: Past, draft: Draft, now: Instant): void => {
  for (const gone of subjects.values())
    draft.written(withdraw(gone, Math.min(Math.max(until, gone.since), now), now));
  for (const { series, standing } of standings.values())
    if (standing.state !== 'unknown' || standing.held !== undefined || standing.contest !== undefined)
      draft.standing(series, unseen);
};
