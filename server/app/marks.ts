// When a service was something else than well, for a chart: as wide as its buckets at least, and what is worst where several
// things fall into one.
import { z } from 'zod';
import type { Span } from '../core/effects.ts';
import type { Instant } from '../core/time.ts';
import { ledger } from '../core/uptime.ts';
import type { Interval, Ledger } from '../core/uptime.ts';
import { instant } from './published-incidents.ts';

const states = ['down', 'degraded', 'maintenance', 'unknown'] as const;

export const markOf = () =>
  z.strictObject({ state: z.enum(states), from: instant(), until: instant() }).readonly();

type Mark = z.output<ReturnType<typeof markOf>>;

/** Of an outage every moment is shown; of what is less, nothing below this share of a bucket. */
const shareMin = 0.1;

/** `from` is the beginning of a bucket. */
export const marksOf = (
  { from, until }: Interval,
  widthMs: number,
  spans: readonly Span[],
  maintenance: readonly Interval[],
): readonly Mark[] => {
  const counted = spans.map(asWell);
  const marks: { state: Mark['state']; from: Instant; until: Instant }[] = [];
  let first = 0;
  for (let at = from; at < until; at += widthMs) {
    const end = Math.min(at + widthMs, until);
    // The last one that began before the bucket goes on in it.
    while ((counted[first + 1]?.since ?? until) <= at) first++;
    const planned = maintenance.filter((window) => window.from < end && window.until > at);
    const state = worstOf(ledger(within(counted, first, end), at, end, planned), end - at);
    const last = marks.at(-1);
    if (state !== undefined && last?.state === state && last.until === at) last.until = end;
    else if (state !== undefined) marks.push({ state, from: at, until: end });
  }
  return marks;
};

const within = (spans: readonly Span[], first: number, until: Instant): readonly Span[] => {
  let end = first;
  while ((spans[end]?.since ?? until) < until) end++;
  return spans.slice(first, end);
};

// A certificate that is about to expire for weeks says nothing of how fast it answers.
const asWell = (span: Span): Span => {
  const { finding: _, ...rest } = span;
  return span.finding?.cause === 'tls_expiring' ? { ...rest, state: 'up' } : span;
};

const worstOf = (
  { downMs, degradedMs, maintenanceMs, unknownMs }: Ledger,
  widthMs: number,
): Mark['state'] | undefined => {
  if (downMs > 0) return 'down';
  const few = widthMs * shareMin;
  if (degradedMs > few) return 'degraded';
  if (maintenanceMs > few) return 'maintenance';
  return unknownMs > few ? 'unknown' : undefined;
};
