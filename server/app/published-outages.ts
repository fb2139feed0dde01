// An outage as everybody may know it: when, how bad and why, and how much of it was seen and was not planned.
import { z } from 'zod';
import { causes } from '../../checks/lib/outcome.ts';
import type { Outage, Stretch } from '../core/effects.ts';
import type { Finding } from '../core/result.ts';
import type { Instant } from '../core/time.ts';
import { ledger, outside } from '../core/uptime.ts';
import type { Interval } from '../core/uptime.ts';
import { instant } from './published-incidents.ts';
import { slowPartOf, slowParts } from './slow-part.ts';

export const cause = () => z.enum(causes).describe('Why, as a closed code.');
export const extent = (what: string) => z.enum(['partial', 'major']).describe(what).exactOptional();
export const slowPart = () => z.enum(slowParts).describe('Of what is slow: which part, where that is known.');
export const slowness = () =>
  z
    .strictObject({
      kind: z.enum(['shift', 'tail']).describe('`shift`: it always takes so long; `tail`: now and then.'),
      tookMs: z.number(),
      usualMs: z.number(),
    })
    .describe('Of what takes longer than usual: how long, in milliseconds.')
    .exactOptional();

export const consequenceOf = () =>
  z.string().describe('The id of the service whose outage explains this one.');

export const publishedOutage = z
  .strictObject({
    service: z.string().describe('The id of the service.'),
    state: z.enum(['down', 'degraded']),
    extent: extent('Of an outage that is down: the most of the service that it has reached.'),
    cause: cause().describe(
      'Why, as a closed code: now while it goes on, and at its beginning once it is over.',
    ),
    slowPart: slowPart().exactOptional(),
    slowness: slowness(),
    consequenceOf: consequenceOf().exactOptional(),
    startedAt: instant().describe(
      'The first probe that failed, though the outage was confirmed later; or the end of a maintenance that it outlived.',
    ),
    endedAt: instant()
      .describe(
        'The first good probe after it, or the beginning of a maintenance. Absent while the outage goes on.',
      )
      .exactOptional(),
    seenMs: z
      .int()
      .describe(
        'How much of its time we saw. In the rest of it nothing is known, for or against the service.',
      ),
    maintenanceMs: z
      .int()
      .describe('How much of its time was announced maintenance, and does not count.')
      .exactOptional(),
  })
  .readonly();

export type PublishedOutage = z.output<typeof publishedOutage>;

/** Of what is found, what members understand. */
export const whyOf = ({
  cause,
  phase = '',
  slowness,
}: Finding): Pick<PublishedOutage, 'cause' | 'slowPart' | 'slowness'> => {
  const slowPart = cause === 'slow' ? slowPartOf(phase) : undefined;
  return { cause, ...(slowPart && { slowPart }), ...(slowness && { slowness }) };
};

/** Spans and windows of its subject. Nothing, when all of it was maintenance. */
export const outageOf = (
  { subject, state, startedAt, finding, end }: Outage,
  spans: readonly Stretch[],
  windows: readonly Interval[],
  now: Instant,
): PublishedOutage | undefined => {
  // The clock may have been set back since it started.
  const until = Math.max(startedAt, end?.at ?? now);
  const counted = outside(windows, startedAt, until);
  const from = counted[0]?.from ?? startedAt;
  const to = counted.at(-1)?.until ?? until;
  if (counted.length === 0 && to > from) return undefined;
  const extents = spans.filter(({ since }) => since >= startedAt && since < until).map((span) => span.extent);
  const extent = (['major', 'partial'] as const).find((extent) => extents.includes(extent));
  const { unknownMs, maintenanceMs } = ledger(spans, from, to, windows);
  return {
    service: subject.id,
    state,
    ...(extent && { extent }),
    ...whyOf(finding),
    startedAt: from,
    ...((end || to < until) && { endedAt: to }),
    seenMs: to - from - unknownMs - maintenanceMs,
    ...(maintenanceMs > 0 && { maintenanceMs }),
  };
};
