import fc from 'fast-check';
import { expect, test } from 'vitest';
import heartbeat from '../../../checks/heartbeat.ts';
import type { Heard, Ping } from '../../../checks/lib/contract.ts';
import { nextMatch } from '../../../checks/lib/cron.ts';
import { Failure } from '../../../checks/lib/outcome.ts';
import { Secret } from '../../../config/secret.ts';
import { parse } from 'node-cron';

const token = new Secret('a-token-of-a-test');
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const startMs = Date.UTC(2026, 9, 23);

const crons = ['0 4 * * *', '30 2 * * *', '*/15 * * * *', '0 8-18 * * 1-5', '0 6 * * 1'];
const written = fc.record(
  {
    expect: fc.oneof(
      fc.constantFrom('5m', '1h', '1d').map((every) => ({ every })),
      fc.constantFrom(...crons).map((cron) => ({ cron, timezone: 'Europe/Paris' })),
    ),
    grace: fc.constantFrom('5m', '2h'),
    lasts: fc.constantFrom('10m', '3h'),
  },
  { requiredKeys: ['expect'] },
);
const pings = fc
  .array(
    fc.record<Ping>({
      at: fc.integer({ min: startMs, max: startMs + 4 * dayMs }),
      signal: fc.constantFrom('start', 'done', 'fail'),
    }),
    { maxLength: 12 },
  )
  .map((list) => list.toSorted((a, b) => a.at - b.at));
const after = fc.integer({ min: 0, max: 3 * dayMs });

const severity = (options: object, heard: Heard): number => {
  const seen = heartbeat.assess(heartbeat.options.parse({ token, ...options }), heard);
  if (seen instanceof Failure) return 2;
  return seen.warning === undefined ? 0 : 1;
};

test('a done ping makes all well, whatever was before', () => {
  fc.assert(
    fc.property(written, pings, (options, pings) => {
      const now = startMs + 4 * dayMs;
      const heard = { pings: [...pings, { at: now, signal: 'done' as const }], watchingSince: startMs, now };
      expect(severity(options, heard)).toBe(0);
    }),
  );
});

test('silence never makes it better', () => {
  fc.assert(
    fc.property(written, pings, after, after, (options, pings, first, more) => {
      // With a start or a grace that depends on the calendar, the time to the next run may grow: a fixed one does not.
      const fixed = { grace: '5m', ...options };
      const now = startMs + 4 * dayMs + first;
      const early = severity(fixed, { pings, watchingSince: startMs, now });
      const late = severity(fixed, { pings, watchingSince: startMs, now: now + more });
      expect(late).toBeGreaterThanOrEqual(early);
    }),
  );
});

test('having listened for a shorter time never makes it worse', () => {
  fc.assert(
    fc.property(written, pings, after, after, (options, pings, since, more) => {
      const now = startMs + 5 * dayMs;
      const long = severity(options, { pings, watchingSince: startMs + since, now });
      const short = severity(options, { pings, watchingSince: startMs + since + more, now });
      expect(short).toBeLessThanOrEqual(long);
    }),
  );
});

test('a ping that comes twice is a ping', () => {
  fc.assert(
    fc.property(written, pings, (options, pings) => {
      const heard = { watchingSince: startMs, now: startMs + 5 * dayMs };
      const doubled = pings.flatMap((ping) => [ping, ping]);
      expect(severity(options, { ...heard, pings: doubled })).toBe(severity(options, { ...heard, pings }));
    }),
  );
});

test('a job that comes at its times, somewhat late, is always well, on the night of the change too', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...crons),
      fc.integer({ min: 0, max: 5 * minuteMs }),
      fc.integer({ min: 0, max: 60 * 24 * 4 }),
      (cron, lateMs, minutes) => {
        const now = startMs + minutes * minuteMs;
        const pings: Ping[] = [];
        const fields = parse(cron);
        let due = nextMatch(fields, 'Europe/Paris', startMs - 8 * dayMs);
        while (due !== undefined && due + lateMs <= now) {
          pings.push({ at: due + lateMs, signal: 'done' });
          due = nextMatch(fields, 'Europe/Paris', due);
        }
        const heard = { pings: pings.slice(-20), watchingSince: startMs - 8 * dayMs, now };
        expect(severity({ expect: { cron, timezone: 'Europe/Paris' } }, heard)).toBe(0);
      },
    ),
  );
});
