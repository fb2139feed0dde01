import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outcome } from '../../../checks/lib/outcome.ts';
import type { Outage } from '../../../server/core/effects.ts';
import { replay } from '../../../server/core/replay.ts';
import type { Report, Result } from '../../../server/core/result.ts';
import { Watch } from '../../../server/core/watch.ts';
import type { Step } from '../../../server/core/watch.ts';
import { openDatabase } from '../../../server/store/database.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import { runs } from '../../support/fuzz.ts';
import { database, took } from '../../support/timed.ts';
import {
  Archive,
  hours,
  makeConfig,
  makeService,
  makeCheck,
  seconds,
  seriesKey,
  start,
} from '../../support/watch.ts';

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
  /** So long after the pause Vigie is started again. */
  readonly restartMs: number | undefined;
}

const someLife: fc.Arbitrary<readonly Chapter[]> = fc.array(
  fc.record({
    outcome: fc.constantFrom(...Object.keys(outcomes)),
    rounds: fc.integer({ min: 1, max: 40 }),
    isDark: fc.nat(9).map((one) => one === 0),
    isTainted: fc.nat(9).map((one) => one === 0),
    pauseMs: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(400 * seconds)),
    restartMs: fc.option(fc.nat(2 * everyMs), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 14 },
);

interface Arrival {
  readonly at: number;
  readonly report: Report;
}

interface Life {
  readonly starts: readonly number[];
  readonly arrivals: readonly Arrival[];
}

const lifeOf = (chapters: readonly Chapter[]): Life => {
  let at = start;
  const starts = [start];
  const learning = {
    outcome: 'usual',
    rounds: (3 * hours) / everyMs,
    isDark: false,
    isTainted: false,
    pauseMs: 0,
    restartMs: undefined,
  };
  const reports = [learning, ...chapters].flatMap((chapter) => {
    const { outcome, rounds, isDark, isTainted, pauseMs, restartMs } = chapter;
    at += pauseMs;
    if (restartMs !== undefined) starts.push(at + restartMs);
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
  const arrivals = reports
    .map((report) => ({ report, at: report.startedAt + Math.round(report.outcome.totalUs / 1_000) }))
    // What was under way is lost.
    .filter(({ report, at }) => !starts.some((start) => report.startedAt < start && start <= at))
    .toSorted((a, b) => a.at - b.at);
  return { starts: starts.toSorted((a, b) => a - b), arrivals };
};

const live = ({ starts, arrivals }: Life) => {
  const archive = new Archive();
  const results: Result[] = [];
  const outages = new Map<string, Outage>();
  const take = ({ effects }: Step) => {
    archive.commit(effects);
    results.push(...effects.results);
    for (const outage of effects.outages) if (outage.subject.kind === 'check') outages.set(outage.id, outage);
  };
  for (const [index, from] of starts.entries()) {
    const until = starts[index + 1] ?? Number.POSITIVE_INFINITY;
    const { watch, step } = Watch.open(config, archive.remembered(from), from);
    take(step);
    let now = from;
    for (const { report, at } of arrivals.filter(({ at }) => from <= at && at < until)) {
      for (; now + 5 * seconds <= at; now += 5 * seconds) take(watch.tick(now + 5 * seconds));
      take(watch.observe([report], at));
    }
  }
  return { results, outages: [...outages.values()] };
};

const told = ({ state, startedAt, end, finding }: Outage) => ({ state, startedAt, end, finding });

test('with unchanged parameters the same outages are found as once, through restarts, to the millisecond', () => {
  fc.assert(
    fc.property(someLife, fc.integer({ min: 1, max: 2_000 }), (life, size) => {
      const lived = lifeOf(life);
      const { results, outages } = live(lived);
      const sorted = results.toSorted((a, b) => a.at - b.at);
      const parts = Array.from({ length: Math.ceil(sorted.length / size) }, (_, part) =>
        sorted.slice(part * size, (part + 1) * size),
      );
      const memory = createSqliteStore(openDatabase(':memory:'));
      const again = replay(config, { parts, starts: lived.starts, memory }, lived.arrivals.at(-1)?.at ?? 0);
      expect(again.map(told)).toEqual(outages.toSorted((a, b) => a.startedAt - b.startedAt).map(told));
    }),
    { numRuns: runs(60) },
  );
});
