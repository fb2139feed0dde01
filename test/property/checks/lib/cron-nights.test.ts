// When our own jobs run, against a reckoning of its own: Temporal reads every minute on the clock of the zone, one after
// the other, and nothing is known of stretches, offsets or changes.
import fc from 'fast-check';
import { parse } from 'node-cron';
import { expect, test } from 'vitest';
import { nextRun } from '../../../../checks/lib/cron.ts';
import { runs } from '../../../support/fuzz.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Nights of change; in Lord Howe it is half an hour that is skipped or comes twice. */
const nights = [
  ['Europe/Paris', Date.UTC(2026, 2, 29, 1)],
  ['Europe/Paris', Date.UTC(2026, 9, 25, 1)],
  ['America/New_York', Date.UTC(2026, 2, 8, 7)],
  ['America/New_York', Date.UTC(2026, 10, 1, 6)],
  ['Australia/Lord_Howe', Date.UTC(2026, 9, 3, 15, 30)],
  ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 15)],
] as const;

const near = fc
  .tuple(fc.constantFrom(...nights), fc.integer({ min: -30 * hourMs, max: 4 * hourMs }))
  .map(([[timezone, changeMs], ms]) => ({ timezone, fromMs: changeMs + ms }));
const some = (max: number) => fc.uniqueArray(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 3 });
/** Mostly at night, when clocks change. */
const hours = fc.oneof(some(4), some(23), fc.constant(Array.from({ length: 24 }, (_, hour) => hour)));

interface Job {
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
}

/** The instants at which it runs in the 30 hours after `fromMs`. */
const reckon = (job: Job, timezone: string, fromMs: number): readonly number[] => {
  const found: number[] = [];
  const first = Math.floor(fromMs / minuteMs) * minuteMs;
  const shown = (atMs: number) => Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timezone);
  let latest = shown(first).toPlainDateTime();
  for (let atMs = first + minuteMs; atMs <= fromMs + 30 * hourMs; atMs += minuteMs) {
    const now = shown(atMs).toPlainDateTime();
    // Every minute that the clock has come past for the first time: one of them, or all that it has leapt over.
    const passed: Temporal.PlainDateTime[] = [];
    for (
      let wall = latest.add({ minutes: 1 });
      Temporal.PlainDateTime.compare(wall, now) <= 0;
      wall = wall.add({ minutes: 1 })
    )
      passed.push(wall);
    if (passed.length > 0) latest = now;
    const isEveryHour = job.hours.length === 24;
    const walls = isEveryHour ? [now] : passed;
    if (walls.some(({ hour, minute }) => job.hours.includes(hour) && job.minutes.includes(minute)))
      found.push(atMs);
  }
  return found;
};

test('in the nights of change every job runs when the clock first shows its time, or has leapt over it', () => {
  fc.assert(
    fc.property(near, hours, some(59), ({ timezone, fromMs }, hours, minutes) => {
      // Of the hour before, what comes again is known only to whoever has seen it the first time.
      const aheadMs = 3 * hourMs;
      const expected = reckon({ hours, minutes }, timezone, fromMs - aheadMs).filter((atMs) => atMs > fromMs);
      const fields = parse(`${minutes.join(',')} ${hours.join(',')} * * *`);
      const found: number[] = [];
      const endMs = fromMs - aheadMs + 30 * hourMs;
      for (let atMs = nextRun(fields, timezone, fromMs); atMs !== undefined && atMs <= endMs;) {
        found.push(atMs);
        atMs = nextRun(fields, timezone, atMs);
      }
      expect(found).toEqual(expected);
    }),
    { numRuns: runs(60) },
  );
});
