// The history of one subject, as it grows: spans of states, and the outages that they make.
import type { Combined } from './combine.ts';
import { subjectId } from './effects.ts';
import type { Effects, Notable, Outage, Span, Subject } from './effects.ts';
import { rewindFlapping, steady, withChange } from './flapping.ts';
import type { Flapping } from './flapping.ts';
import type { Finding } from './result.ts';
import type { Extent, State } from './state.ts';
import type { Instant } from './time.ts';

export interface Timeline {
  readonly subject: Subject;
  readonly state: State;
  readonly since: Instant;
  readonly extent?: Extent;
  readonly finding?: Finding;
  /** Open through time in which we do not see. */
  readonly outage?: Outage;
  readonly flapping: Flapping;
}

type Written = Pick<Effects, 'spans' | 'outages' | 'notables'>;

/** Why an outage is over: it was seen to be, or what was out is no longer watched. */
export type Over = 'recovered' | 'withdrawn';

export const begin = (
  subject: Subject,
  now: Instant,
): { readonly timeline: Timeline; readonly written: Written } => {
  const timeline: Timeline = { subject, state: 'unknown', since: now, flapping: steady };
  return { timeline, written: { spans: [spanOf(timeline)], outages: [], notables: [] } };
};

/** What a newly combined state adds to the history; nothing, when it is the old one. */
export const advance = (
  timeline: Timeline,
  next: Combined,
  now: Instant,
  over: Over = 'recovered',
): { readonly timeline: Timeline; readonly written?: Written } => {
  if (next.state === timeline.state && next.extent === timeline.extent)
    return { timeline: next.finding === undefined ? timeline : { ...timeline, finding: next.finding } };
  // History only grows. What is seen starts later than what was seen before, so that no two outages share a start.
  const isSeen = next.state !== 'unknown' && (timeline.state !== 'unknown' || timeline.outage !== undefined);
  const since = Math.max(next.since, timeline.since + (isSeen ? 1 : 0));
  const outages = outagesOf(timeline, { ...next, since }, now, over);
  const open =
    outages.find(({ end }) => end === undefined) ?? (outages.length > 0 ? undefined : timeline.outage);
  const changed: Timeline = {
    subject: timeline.subject,
    state: next.state,
    since,
    ...(next.extent && { extent: next.extent }),
    ...(next.finding && { finding: next.finding }),
    ...(open && { outage: open }),
    flapping: withChange(timeline.flapping, { since, state: next.state }),
  };
  return {
    timeline: changed,
    written: { spans: [spanOf(changed)], outages, notables: outages.map(notableOf(now)) },
  };
};

/** The subject is no longer in the configuration, or was not since `at`: what is open ends, and is not called recovered. */
export const withdraw = (timeline: Timeline, at: Instant, now: Instant): Written => {
  const { subject, state, since } = timeline;
  const { outage } = rewindTimeline(timeline, now).timeline;
  const outages = outage === undefined ? [] : [closed(outage, at, 'withdrawn')];
  return {
    spans: state === 'unknown' && since <= at ? [] : [{ subject, since: at, state: 'unknown' }],
    outages,
    notables: outages.map(notableOf(now)),
  };
};

/** The clock was set back: what was to begin in the future begins now, and takes the place of that future. */
export const rewindTimeline = (
  timeline: Timeline,
  now: Instant,
): { readonly timeline: Timeline; readonly written?: Written } => {
  const { since, outage, flapping } = timeline;
  if (Math.max(since, outage?.confirmedAt ?? 0) <= now) return { timeline };
  const begun = outage && {
    ...outage,
    startedAt: Math.min(outage.startedAt, now),
    confirmedAt: Math.min(outage.confirmedAt, now),
  };
  const rewound: Timeline = {
    ...timeline,
    since: Math.min(since, now),
    ...(begun && { outage: begun }),
    flapping: rewindFlapping(flapping, now),
  };
  return {
    timeline: rewound,
    written: { spans: [spanOf(rewound)], outages: begun === undefined ? [] : [begun], notables: [] },
  };
};

const spanOf = ({ subject, since, state, extent, finding }: Timeline): Span => ({
  subject,
  since,
  state,
  ...(extent && { extent }),
  ...(finding && { finding }),
});

const outagesOf = (
  { subject, outage }: Timeline,
  next: Combined,
  now: Instant,
  over: Over,
): readonly Outage[] => {
  if (next.state === 'unknown') return [];
  if (next.state === 'up') return outage === undefined ? [] : [closed(outage, next.since, over)];
  if (outage?.state === next.state) return [];
  const opened: Outage = {
    id: `${subjectId(subject)}@${next.since}${next.state === 'down' ? '' : '-degraded'}`,
    subject,
    state: next.state,
    startedAt: next.since,
    confirmedAt: now,
    finding: next.finding ?? { cause: 'protocol', evidence: 'no evidence was given' },
  };
  if (outage === undefined) return [opened];
  const how = next.state === 'down' ? 'became-worse' : 'became-better';
  return [closed(outage, next.since, how), opened];
};

// It does not end before it started, even if the clock was set back in between.
const closed = (outage: Outage, at: Instant, how: NonNullable<Outage['end']>['how']): Outage => ({
  ...outage,
  end: { at: Math.max(at, outage.startedAt), how },
});

const notableOf =
  (now: Instant) =>
  (outage: Outage): Notable => {
    const kind = outage.end === undefined ? 'outage-opened' : 'outage-closed';
    return { kind, key: `${outage.id}/${kind}`, at: now, outage };
  };
