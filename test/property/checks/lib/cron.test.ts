// Ours against node-cron: `match` is the truth second by second, `getNextRuns` from an instant on.
import fc from 'fast-check';
import { createTask, parse } from 'node-cron';
import { expect, test, vi } from 'vitest';
import { longestGapMs, nextMatch, previousMatch } from '../../../../checks/lib/cron.ts';
import { runs } from '../../../support/fuzz.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Both nights of Europe/Paris on which the clock changes, in 2026: 02:00 becomes 03:00, and 03:00 becomes 02:00. */
const changes = [Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1)];
const [springMs = 0, autumnMs = 0] = changes;

const numbers = (min: number, max: number) =>
  fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 }).map((list) => list.join(','));
const field = (min: number, max: number) =>
  fc.oneof(
    fc.constant('*'),
    numbers(min, max),
    fc.integer({ min: 2, max: Math.max(2, Math.floor(max / 2)) }).map((step) => `*/${step}`),
    fc
      .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
      .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
  );
const dayOfMonth = fc.oneof(
  { weight: 3, arbitrary: fc.constant('*') },
  { weight: 2, arbitrary: field(1, 28) },
  { weight: 1, arbitrary: fc.constantFrom('L', 'L-3', 'LW', '1W', '15W', '31W', '28', '1,L') },
);
const dayOfWeek = fc.oneof(
  { weight: 3, arbitrary: fc.constant('*') },
  { weight: 2, arbitrary: field(0, 6) },
  { weight: 1, arbitrary: fc.constantFrom('5L', '1#1', '0#2', '7', '6-1') },
);
const expressions = fc
  .tuple(field(0, 59), field(0, 23), dayOfMonth, field(1, 12), dayOfWeek)
  .map((fields) => fields.join(' '))
  // The nearest working day is never a Sunday: such a pair has no occurrence for ever.
  .filter((text) => !text.includes('W') || text.endsWith(' *'));
const zones = fc.constantFrom(
  'Europe/Paris',
  'Etc/UTC',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
);
const instants = fc.oneof(
  fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) }),
  fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -3 * hourMs, max: 3 * hourMs }))
    .map(([change, offset]) => change + offset),
);

const matcher = (expression: string, timezone: string) => {
  const task = createTask(expression, () => {}, { timezone });
  return (atMs: number) => task.match(new Date(atMs));
};

test('what is found is an occurrence for node-cron, and the two directions agree', () => {
  fc.assert(
    fc.property(expressions, zones, instants, (expression, timezone, atMs) => {
      const fields = parse(expression);
      const matches = matcher(expression, timezone);
      const next = nextMatch(fields, timezone, atMs);
      const previous = previousMatch(fields, timezone, atMs);
      fc.pre(next !== undefined && previous !== undefined);
      expect(next).toBeGreaterThan(atMs);
      expect(previous).toBeLessThanOrEqual(atMs);
      expect([matches(next), matches(previous)]).toEqual([true, true]);
      expect(previousMatch(fields, timezone, next - 1)).toBe(previous);
      expect(nextMatch(fields, timezone, previous)).toBe(next);
      expect(previousMatch(fields, timezone, next)).toBe(next);
    }),
    { numRuns: runs(500) },
  );
});

test('away from a change of the clock, the next occurrence is the next run of node-cron', () => {
  fc.assert(
    fc.property(expressions, zones, instants, (expression, timezone, atMs) => {
      const next = nextMatch(parse(expression), timezone, atMs);
      fc.pre(next !== undefined && isStraight(atMs - dayMs, atMs + dayMs, timezone));
      fc.pre(isStraight(next - dayMs, next + dayMs, timezone));
      expect(next).toBe(nextRun(expression, timezone, atMs));
    }),
    { numRuns: runs(500) },
  );
});

/** A fake clock makes every date slow, so it is there for no longer than it takes to be read. */
const nextRun = (expression: string, timezone: string, atMs: number): number | undefined => {
  const task = createTask(expression, () => {}, { timezone });
  vi.useFakeTimers({ toFake: ['Date'], now: atMs });
  try {
    return task.getNextRuns(1)[0]?.getTime();
  } finally {
    vi.useRealTimers();
  }
};

const isStraight = (fromMs: number, untilMs: number, timezone: string): boolean => {
  const [from, until] = [fromMs, untilMs].map(
    (ms) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone).offset,
  );
  return from === until;
};

test('on both nights of Paris, minute by minute, nothing is missed and only what comes twice is left out', () => {
  const timesOfNight = fc.tuple(field(0, 59), fc.oneof(fc.constant('*'), field(0, 5)));
  fc.assert(
    fc.property(timesOfNight, fc.constantFrom(...changes), ([minute, hour], changeMs) => {
      const expression = `${minute} ${hour} * * *`;
      const fields = parse(expression);
      const matches = matcher(expression, 'Europe/Paris');
      for (let atMs = changeMs - 3 * hourMs; atMs < changeMs + 3 * hourMs; atMs += minuteMs) {
        const comesAgain = atMs >= autumnMs && atMs < autumnMs + hourMs && fields.hour.length < 24;
        const expected = matches(atMs) && !comesAgain;
        expect(previousMatch(fields, 'Europe/Paris', atMs) === atMs, new Date(atMs).toISOString()).toBe(
          expected,
        );
        expect(nextMatch(fields, 'Europe/Paris', atMs - 1) === atMs).toBe(expected);
      }
    }),
    { numRuns: runs(25) },
  );
});

test('no gap between occurrences is longer than the longest gap', () => {
  fc.assert(
    fc.property(
      expressions,
      fc.constantFrom('Europe/Paris', 'Etc/UTC'),
      fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2034, 0, 1) }),
      (expression, timezone, fromMs) => {
        const fields = parse(expression);
        const longest = longestGapMs(fields, timezone);
        for (const startMs of [fromMs, springMs - dayMs, autumnMs - dayMs]) {
          let previous = nextMatch(fields, timezone, startMs);
          for (let step = 0; step < 3 && previous !== undefined; step += 1) {
            const next = nextMatch(fields, timezone, previous);
            if (next !== undefined) expect(next - previous).toBeLessThanOrEqual(longest);
            previous = next;
          }
        }
      },
    ),
    { numRuns: runs(100) },
  );
});
