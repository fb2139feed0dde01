import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accountOf, monthsOf } from '../../../server/core/account.ts';
import { civilMonths, monthNamed } from '../../../server/core/days.ts';
import { states } from '../../../server/core/state.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const begin = Date.UTC(2025, 8, 20);
const spans = fc
  .array(fc.record({ after: fc.integer({ min: 1, max: 20 * dayMs }), state: fc.constantFrom(...states) }), {
    maxLength: 60,
  })
  .map((steps) => {
    let since = begin;
    return steps.map(({ after, state }) => ({ since: (since += after), state }));
  });
const interval = (spreadMs: number, lengthMs: number) =>
  fc.tuple(fc.nat(spreadMs), fc.integer({ min: 1, max: lengthMs })).map(([after, ms]) => ({
    from: begin + after,
    until: begin + after + ms,
  }));
const windows = fc.array(interval(400 * dayMs, 60 * hourMs), { maxLength: 5 });
const keys = ['upMs', 'degradedMs', 'downMs', 'unknownMs', 'maintenanceMs'] as const;

test('months add up to their window, to the millisecond, whatever happens to the clocks', () => {
  fc.assert(
    fc.property(spans, windows, interval(400 * dayMs, 400 * dayMs), (spans, maintenance, window) => {
      const seen = { spans, maintenance };
      const months = monthsOf(window, 'Europe/Paris', seen);
      const whole = accountOf(window, seen);
      for (const key of keys) expect(months.reduce((sum, month) => sum + month[key], 0)).toBe(whole[key]);
      expect(keys.reduce((sum, key) => sum + whole[key], 0)).toBe(window.until - window.from);
      expect(months[0]!.from).toBe(window.from);
      expect(months.at(-1)!.until).toBe(window.until);
      for (const [index, { from }] of months.entries()) expect(from).toBe(months[index - 1]?.until ?? from);
    }),
  );
});

test('a month that is named is one of those that follow one another', () => {
  fc.assert(
    fc.property(
      interval(400 * dayMs, 400 * dayMs),
      fc.constantFrom('Europe/Paris', 'UTC'),
      (window, zone) => {
        for (const month of civilMonths(window, zone)) expect(monthNamed(month.month, zone)).toEqual(month);
      },
    ),
  );
});

test.each(['2026-13', '2026-1', '26-01', '2026-01-01', ''])('%j is no month', (name) => {
  expect(monthNamed(name, 'Europe/Paris')).toBeUndefined();
});

test('the month in which clocks go back is an hour longer', () => {
  const october = monthNamed('2026-10', 'Europe/Paris')!;
  expect(october.until - october.from).toBe(31 * dayMs + hourMs);
});

test('what an outage costs is its minutes, for each member; maintenance and slowness cost none', () => {
  const at = (minutes: number) => begin + minutes * 60_000;
  const spans = [
    { since: at(0), state: 'up' },
    { since: at(10), state: 'down' },
    { since: at(30), state: 'degraded' },
    { since: at(50), state: 'up' },
  ] as const;
  const seen = { spans, maintenance: [{ from: at(0), until: at(15) }] };
  const hour = { from: at(0), until: at(60) };
  const cost = { downMs: 15 * 60_000, memberMinutesLost: 150 * 15 };
  expect(accountOf(hour, { ...seen, members: 150 })).toMatchObject(cost);
  expect(accountOf(hour, seen)).not.toHaveProperty('memberMinutesLost');
});
