// Ninety days as the page gets them.
import type { PublishedDays } from '../../server/app/published-days.ts';
import { daysShown } from '../../server/app/published-days.ts';

const dayMs = 86_400_000;
type Kind = 'degraded' | 'down' | 'unknown' | 'maintenance';

/** All well, but for an hour of each of these days, counted from the first; `unknown` is so all day. */
export const ninetyDays = (days: Readonly<Record<number, Kind>> = {}): PublishedDays => {
  const of = (kind: Kind, ms: number) =>
    Array.from({ length: daysShown }, (_, day) => (days[day] === kind ? ms : 0));
  const [degradedMs, downMs, maintenanceMs] = (['degraded', 'down', 'maintenance'] as const).map((kind) =>
    of(kind, 3_600_000),
  ) as [number[], number[], number[]];
  const unknownMs = of('unknown', dayMs);
  const upMs = downMs.map((ms, day) => dayMs - ms - degradedMs[day]! - maintenanceMs[day]! - unknownMs[day]!);
  return { first: '2026-08-25', upMs, degradedMs, downMs, unknownMs, maintenanceMs, availability: 0.9998 };
};
