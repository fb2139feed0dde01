import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outcome } from '../../../checks/lib/outcome.ts';
import type { Outage } from '../../../server/core/effects.ts';
import { nothingRemembered } from '../../../server/core/remember.ts';
import { replay } from '../../../server/core/replay.ts';
import type { Report, Result } from '../../../server/core/result.ts';
import { Watch } from '../../../server/core/watch.ts';
import type { Step } from '../../../server/core/watch.ts';
import { database, took } from '../../support/timed.ts';
import { hours, makeConfig, makeService, makeCheck, seconds, seriesKey, start } from '../../support/watch.ts';

const config = makeConfig([makeService('data', [database()])], [makeCheck('near')]);
const everyMs = 20 * seconds;

const measured = { phasesUs: {}, totalUs: 1_000, facts: {} };
const outcomes: Readonly<Record<string, Outcome>> = {
  usual: took({ query: 1, commit: 5 }),
  slower: took({ query: 1, commit: 70 }),
  slow: took({ query: 1, commit: 700 }),
  refused: { kind: 'fail', cause: 'refused', evidence: 'refused', ...measured },
  late: { kind: 'fail', cause: 'timeout_reply', evidence: 'late', ...measured, totalUs: 10_000_000 },
  expiring: { kind: 'warn', cause: 'tls_expiring', evidence: 'soon', ...measured },
  ours: { kind: 'invalid', cause: 'self_no_network', evidence: 'no route', ...measured },
};
const seen: Outcome = { kind: 'ok', ...measured };
const unseen: Outcome = { kind: 'fail', cause: 'timeout_reply', evidence: 'late', ...measured };

interface Chapter {
  readonly outcome: string;
  readonly rounds: number;
  readonly isDark: boolean;
  readonly isTainted: boolean;
  readonly pauseMs: number;
}

const someLife: fc.Arbitrary<readonly Chapter[]> = fc.array(
  fc.record({
    outcome: fc.constantFrom(...Object.keys(outcomes)),
    rounds: fc.integer({ min: 1, max: 40 }),
    isDark: fc.nat(9).map((one) => one === 0),
    isTainted: fc.nat(9).map((one) => one === 0),
    pauseMs: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(400 * seconds)),
  }),
  { minLength: 1, maxLength: 14 },
);

interface Arrival {
  readonly at: number;
  readonly report: Report;
}

const arrivalsOf = (life: readonly Chapter[]): readonly Arrival[] => {
  let at = start;
  const learning = {
    outcome: 'usual',
    rounds: (3 * hours) / everyMs,
    isDark: false,
    isTainted: false,
    pauseMs: 0,
  };
  const reports = [learning, ...life].flatMap(({ outcome, rounds, isDark, isTainted, pauseMs }) => {
    at += pauseMs;
    return Array.from({ length: rounds }, (): readonly Report[] => {
      at += everyMs;
      const target = outcomes[outcome] ?? seen;
      return [
        { series: seriesKey('near'), startedAt: at, outcome: isDark ? unseen : seen, tainted: false },
        {
          series: seriesKey('db'),
          startedAt: at + 100,
          outcome: isDark ? unseen : target,
          tainted: isTainted,
        },
      ];
    }).flat();
  });
  return reports
    .map((report) => ({ report, at: report.startedAt + Math.round(report.outcome.totalUs / 1_000) }))
    .toSorted((a, b) => a.at - b.at);
};

const live = (arrivals: readonly Arrival[]) => {
  const results: Result[] = [];
  const outages = new Map<string, Outage>();
  const take = ({ effects }: Step) => {
    results.push(...effects.results);
    for (const outage of effects.outages) if (outage.subject.kind === 'check') outages.set(outage.id, outage);
  };
  let now = arrivals[0]?.at ?? start;
  const { watch, step } = Watch.open(config, nothingRemembered, now);
  take(step);
  for (const { report, at } of arrivals) {
    for (; now + 5 * seconds <= at; now += 5 * seconds) take(watch.tick(now + 5 * seconds));
    take(watch.observe([report], at));
  }
  return { results, outages: [...outages.values()] };
};

const told = ({ state, startedAt, end, finding }: Outage) => ({ state, startedAt, end, finding });

test('with unchanged parameters the same outages are found as once, to the millisecond', () => {
  fc.assert(
    fc.property(someLife, fc.integer({ min: 1, max: 2_000 }), (life, size) => {
      const arrivals = arrivalsOf(life);
      const { results, outages } = live(arrivals);
      const sorted = results.toSorted((a, b) => a.at - b.at);
      const parts = Array.from({ length: Math.ceil(sorted.length / size) }, (_, part) =>
        sorted.slice(part * size, (part + 1) * size),
      );
      const again = replay(config, parts, arrivals.at(-1)?.at ?? 0);
      expect(again.map(told)).toEqual(outages.toSorted((a, b) => a.startedAt - b.startedAt).map(told));
    }),
    { numRuns: 60 },
  );
});
