import fc from 'fast-check';
import { expect, test } from 'vitest';
import { availabilityOf, civilDays, tellDays } from '../../../server/core/days.ts';
import { states } from '../../../server/core/state.ts';
import { availability, ledger } from '../../../server/core/uptime.ts';
import type { Ledger } from '../../../server/core/uptime.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const zones = [
  'Europe/Paris',
  'UTC',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'America/Santiago',
];
const instant = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) });
const count = fc.integer({ min: 1, max: 100 });

test('days follow one another without a gap, and the last is that of now', () => {
  fc.assert(
    fc.property(instant, fc.constantFrom(...zones), count, (now, zone, count) => {
      const days = civilDays(now, zone, count);
      expect(days).toHaveLength(count);
      for (const [index, { from, until }] of days.entries()) {
        expect(from).toBe(days[index - 1]?.until ?? from);
        expect(Math.abs(until - from - dayMs)).toBeLessThanOrEqual(hourMs);
      }
      expect(days.at(-1)!.from).toBeLessThanOrEqual(now);
      expect(days.at(-1)!.until).toBeGreaterThan(now);
      const here = new Intl.DateTimeFormat('sv', { timeZone: zone, dateStyle: 'short' });
      for (const { date, from, until } of days) {
        expect(here.format(from)).toBe(date);
        expect(here.format(until - 1)).toBe(date);
      }
    }),
  );
});

const spans = fc
  .array(fc.record({ after: fc.integer({ min: 1, max: 40 * hourMs }), state: fc.constantFrom(...states) }), {
    maxLength: 60,
  })
  .map((steps) => {
    let since = Date.UTC(2026, 8, 20);
    return steps.map(({ after, state }) => ({ since: (since += after), state }));
  });
const windows = fc.array(
  fc.tuple(fc.nat(60 * dayMs), fc.nat(30 * hourMs)).map(([after, ms]) => ({
    from: Date.UTC(2026, 8, 20) + after,
    until: Date.UTC(2026, 8, 20) + after + ms,
  })),
  { maxLength: 5 },
);

test('the sums of days are the window, to the millisecond, across both nights in which the clock changes', () => {
  const keys = ['upMs', 'degradedMs', 'downMs', 'unknownMs', 'maintenanceMs'] as const;
  fc.assert(
    fc.property(spans, windows, fc.nat(60 * dayMs), (spans, windows, after) => {
      const now = Date.UTC(2026, 8, 25) + after;
      const days = tellDays(civilDays(now, 'Europe/Paris', 40), spans, now, windows);
      const whole = ledger(spans, days[0]!.from, now, windows);
      const sums = Object.fromEntries(keys.map((key) => [key, days.reduce((sum, day) => sum + day[key], 0)]));
      expect(sums).toEqual(whole);
      expect(availabilityOf(days)).toBe(availability(sums as unknown as Ledger));
      for (const day of days)
        expect(keys.reduce((sum, key) => sum + day[key], 0)).toBe(
          Math.max(0, Math.min(day.until, now) - day.from),
        );
    }),
  );
});

test.each([
  ['2026-10-25T20:00:00Z', '2026-10-25', 25],
  ['2026-03-29T20:00:00Z', '2026-03-29', 23],
])('the day of %s in Paris has %s hours', (now, date, hours) => {
  const [day] = civilDays(Date.parse(now), 'Europe/Paris', 1);
  expect(day).toMatchObject({ date });
  expect(day!.until - day!.from).toBe(hours * hourMs);
});
