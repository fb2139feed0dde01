import { expect, test } from 'vitest';
import { publishDays, publishedDays } from '../../../server/app/published-days.ts';
import type { Span } from '../../../server/core/effects.ts';
import { hours, start } from '../../support/watch.ts';

const site = { kind: 'service', id: 'site' } as const;
const span = (atHours: number, state: Span['state']): Span => ({
  subject: site,
  since: start + atHours * hours,
  state,
});
/** `start` is one in the morning in Paris, of the first of March. */
const told = (spans: readonly Span[], hour: number, windows: Parameters<typeof publishDays>[1] = []) =>
  publishDays(spans, windows, 'Europe/Paris', start + hour * hours);

test('of ninety days, each is told in the zone of the organisation, and of today what has passed', () => {
  const days = told([span(-2, 'up'), span(20, 'down'), span(24, 'up')], 30);
  expect(publishedDays.parse(days)).toEqual(days);
  expect([days.first, days.upMs.length]).toEqual(['2025-12-03', 90]);
  expect(days.unknownMs.slice(-3)).toEqual([23 * hours, 0, 0]);
  expect(days.upMs.slice(-3)).toEqual([hours, 21 * hours, 6 * hours]);
  expect(days.downMs.slice(-3)).toEqual([0, 3 * hours, hours]);
  expect(days.availability).toBe(0.875);
});

test('maintenance counts apart', () => {
  const window = { from: start + 10 * hours, until: start + 12 * hours };
  const days = told([span(-1, 'up'), span(11, 'down')], 12, [window]);
  expect([days.maintenanceMs.at(-1), days.downMs.at(-1), days.availability]).toEqual([2 * hours, 0, 1]);
});

test('what was never seen has no availability', () => {
  expect(told([], 5)).not.toHaveProperty('availability');
});
