// Maintenance and flapping, whatever happens: the invariants 10, 11 and 13, with the real alerts beside the watch.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Alerts } from '../../../server/core/alerts/alerts.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import type { Window } from '../../../server/core/maintenance.ts';
import type { Grade } from '../../../server/core/result.ts';
import { ledger } from '../../../server/core/uptime.ts';
import { write } from '../../../server/app/words.ts';
import { makeRoute } from '../../support/alerting.ts';
import { runs } from '../../support/fuzz.ts';
import { Lookout } from '../../support/lookout.ts';
import { makeCheck, makeConfig, makeService, minutes, seconds, start } from '../../support/watch.ts';

const everyMs = 5 * seconds;
const endMs = 60 * minutes;
const site = { kind: 'service', id: 'site' } as const;
const config = {
  ...makeConfig([makeService('site', [makeCheck('web')])]),
  routes: [makeRoute('admins')],
};

interface Life {
  readonly lookout: Lookout;
  readonly alerts: readonly Message[];
}

/** A probe every five seconds, and a look at the alerts after each; windows are made at the minute that stands beside them. */
const live = (
  gradeAt: (at: number) => Grade,
  plans: readonly (readonly [at: number, window: Window])[] = [],
  untilMs = endMs,
): Life => {
  const lookout = new Lookout(config);
  const alerts = new Alerts(config, { alerts: [], silences: [] }, write);
  const messages: Message[] = [];
  for (let at = 0; at < untilMs; at += everyMs) {
    for (const [, window] of plans.filter(([planned]) => planned === at)) lookout.plan(window, at);
    lookout.see(['web', at, gradeAt(at)]);
    messages.push(...alerts.look(lookout.watch, start + at).messages);
  }
  return { lookout, alerts: messages.filter(({ kind }) => kind === 'alert' || kind === 'update') };
};

/** Stretches of one grade, each of some probes. */
const gradesBy = (stretches: readonly (readonly [grade: Grade, probes: number])[]) => {
  const grades = stretches.flatMap(([grade, probes]) => Array.from({ length: probes }, () => grade));
  return (at: number): Grade => grades[(at / everyMs) % grades.length] ?? 'good';
};
const weather = fc
  .array(
    fc.tuple(fc.constantFrom<Grade>('good', 'bad', 'poor', 'invalid'), fc.integer({ min: 1, max: 90 })),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map(gradesBy);

const onGrid = (max: number) => fc.nat(max / everyMs).map((steps) => steps * everyMs);
const window = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), onGrid(endMs), onGrid(20 * minutes))
  .map(([id, from, length]): Window => ({
    id,
    title: { fr: 'Travaux', en: 'Works' },
    services: ['site'],
    checks: [],
    from: start + from,
    until: start + from + length + everyMs,
  }));
/** Announced beforehand. */
const announced = fc
  .uniqueArray(window, { selector: ({ id }) => id })
  .map((windows) => windows.map((one) => [0, one] as const));
/** Made, changed and taken back at any time. */
const edited = fc.array(
  fc
    .tuple(onGrid(endMs - everyMs), window, fc.boolean())
    .map(([at, one, cancelled]) => [at, { ...one, ...(cancelled && { cancelled }) }] as const),
  { maxLength: 6 },
);

const isIn = ({ from, until }: Window, at: number): boolean => from <= at && at < until;

test('nobody is told within a window, nor of time within one', () => {
  fc.assert(
    fc.property(weather, announced, (gradeAt, plans) => {
      for (const { at, alerts } of live(gradeAt, plans).alerts)
        for (const [, window] of plans) {
          expect(isIn(window, at)).toBe(false);
          for (const { startedAt } of alerts) expect(isIn(window, startedAt)).toBe(false);
        }
    }),
    { numRuns: runs(40) },
  );
});

test('what outlives a window is told soon after it, and counts from its end', () => {
  fc.assert(
    fc.property(onGrid(20 * minutes), onGrid(20 * minutes), onGrid(10 * minutes), (from, length, into) => {
      fc.pre(length > 0);
      const window = { id: 'a', title: { fr: '', en: '' }, services: ['site'], checks: [] };
      const end = from + length;
      const failsFrom = Math.min(from + into, end + 2 * minutes);
      const { alerts } = live(
        (at) => (at >= failsFrom ? 'bad' : 'good'),
        [[0, { ...window, from: start + from, until: start + end }]],
      );
      const since = Math.max(end, failsFrom);
      expect(alerts).toHaveLength(1);
      expect(alerts[0]?.alerts[0]?.startedAt).toBe(start + since);
      // Three failures over ten seconds, and one more.
      expect((alerts[0]?.at ?? 0) - start - since).toBeLessThanOrEqual(20 * seconds);
      expect((alerts[0]?.at ?? 0) - start - since).toBeGreaterThanOrEqual(10 * seconds);
    }),
    { numRuns: runs(40) },
  );
});

test('whatever is planned, changed or taken back, all is judged as without it', () => {
  fc.assert(
    fc.property(weather, edited, (gradeAt, plans) => {
      const [planned, unplanned] = [live(gradeAt, plans), live(gradeAt)].map(
        ({ lookout }) => lookout.archive,
      );
      for (const subject of ['check:web', 'service:site'])
        expect(planned?.history(subject)).toEqual(unplanned?.history(subject));
      expect(planned?.outages).toEqual(unplanned?.outages);
    }),
    { numRuns: runs(40) },
  );
});

test('the ledger counts every second once, as the windows say in the end', () => {
  fc.assert(
    fc.property(weather, edited, onGrid(endMs), onGrid(endMs), (gradeAt, plans, one, other) => {
      const { lookout } = live(gradeAt, plans);
      const [from, to] = [start + Math.min(one, other), start + Math.max(one, other)];
      const spans = lookout.archive.spans('service:site');
      const sums = ledger(spans, from, to, lookout.watch.maintenance.windowsOf(site, start + endMs));
      const last = new Map(plans.toSorted(([a], [b]) => a - b).map(([, window]) => [window.id, window]));
      const windows = [...last.values()].filter(({ cancelled }) => cancelled !== true);
      const counted = { up: 0, degraded: 0, down: 0, unknown: 0, maintenance: 0 };
      for (let at = from; at < to; at += seconds) {
        const state = spans.findLast(({ since }) => since <= at + 500)?.state ?? 'unknown';
        counted[windows.some((window) => isIn(window, at)) ? 'maintenance' : state] += seconds;
      }
      // Two outages share no start: a second one may begin a millisecond later.
      for (const [name, ms] of Object.entries(counted))
        expect(Math.abs(sums[`${name as keyof typeof counted}Ms`] - ms)).toBeLessThan(100);
      expect(Object.values(sums).reduce((sum, ms) => sum + ms, 0)).toBe(to - from);
      expect(sums.maintenanceMs).toBe(counted.maintenance);
    }),
    { numRuns: runs(40) },
  );
});

test('what changes faster than it is confirmed is told once at most', () => {
  const hasty = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 4 })), {
      minLength: 1,
      maxLength: 20,
    })
    .map((pairs) =>
      pairs.flatMap(
        ([bad, good]) =>
          [
            ['bad', bad],
            ['good', good],
          ] as [Grade, number][],
      ),
    );
  fc.assert(
    fc.property(hasty, fc.constantFrom(0, 20), (stretches, downFirst) => {
      const { alerts } = live(
        gradesBy([...(downFirst > 0 ? [['bad', downFirst] as const] : []), ...stretches]),
      );
      expect(alerts.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: runs(40) },
  );
});

test('what changes as fast as it is confirmed is told no more once it is known to flap', () => {
  const flaps = fc
    .array(fc.tuple(fc.integer({ min: 4, max: 12 }), fc.integer({ min: 6, max: 12 })), {
      minLength: 1,
      maxLength: 8,
    })
    .map((pairs) =>
      pairs.flatMap(
        ([bad, good]) =>
          [
            ['bad', bad],
            ['good', good],
          ] as [Grade, number][],
      ),
    );
  fc.assert(
    fc.property(flaps, (stretches) => {
      const { alerts, lookout } = live(gradesBy(stretches), [], 90 * minutes);
      expect(lookout.watch.isFlapping(site)).toBe(true);
      // Three falls and three rises are known to be flapping: they were told of, and that it flaps is told once.
      expect(alerts.length).toBeGreaterThanOrEqual(1);
      expect(alerts.length).toBeLessThanOrEqual(4);
    }),
    { numRuns: runs(40) },
  );
});
