// How long the probes of a check took, over any window.
import { z } from 'zod';
import type { Log, Store } from '../app/ports.ts';
import { shares } from '../core/history.ts';
import type { Figures } from '../core/history.ts';
import type { WatchedCheck } from '../core/watched.ts';
import { csv, streamed } from './export.ts';
import type { Cell } from './export.ts';
import { json } from './policy.ts';
import type { Answer } from './policy.ts';
import { asked, format, instant } from './window.ts';

export interface LatencyDeps {
  readonly history: Store['history'];
  readonly checks: () => ReadonlyMap<string, Pick<WatchedCheck, 'series'>>;
  readonly now: () => number;
  readonly log: Pick<Log, 'error'>;
}

/**
 * Every series of the check, with what it was like in `[from, to)`, by default the last day; of a phase, if one is named; and
 * beside it as a whole what it was like in the window of the same length that begins at `against`. Times are microseconds;
 * `quantilesUs` are those of `shares`. What is damaged is named, and takes nothing else with it.
 */
export const latency = async (
  id: string,
  query: Readonly<Record<string, string>>,
  { history, checks, now, log }: LatencyDeps,
): Promise<Answer> => {
  const check = checks().get(id);
  if (check === undefined) return json(404, { problem: `no check has the id ${id}` });
  const question = asked(query, now(), {
    phase: z.string().max(40).default(''),
    against: instant().optional(),
    format: format(),
  });
  if ('problem' in question) return question.problem;
  const { from, to, phase, against } = question;
  const other = against === undefined ? undefined : { from: against, to: against + to - from };
  const series = await Promise.all(
    check.series.map(async ({ key }) => ({
      ...key,
      ...(await history(key, { from, to, phase })),
      ...(other && { against: (await history(key, { ...other, phase, whole: true })).all }),
    })),
  );
  for (const { vantage, family, damaged = [] } of series)
    for (const { from, to } of damaged)
      log.error('history.damaged', { check: id, vantage, family, from: isoOf(from), to: isoOf(to) });
  if (question.format === 'json')
    return json(200, { check: id, from, to, phase, ...(other && { against: other }), shares, series });
  return streamed(
    'csv',
    csv(columns, [
      series.flatMap(({ vantage, family, buckets }) =>
        buckets.map((bucket) => [id, vantage, family, phase, isoOf(bucket.at), ...cellsOf(bucket)]),
      ),
    ]),
  );
};

const columns = [
  ...'check vantage family phase from good poor bad invalid min_us mean_us max_us'.split(' '),
  ...shares.map((share) => `p${Math.round(100 * share)}_us`),
];

const cellsOf = ({ good, poor, bad, invalid, durations }: Figures): readonly Cell[] => {
  const counts = [good, poor, bad, invalid];
  if (durations === undefined) return [...counts, '', '', '', ...shares.map(() => '')];
  const { minUs, sumUs, maxUs, quantilesUs } = durations;
  const rounded = quantilesUs.map((us) => Math.round(us));
  return [...counts, minUs, Math.round(sumUs / (good + poor)), maxUs, ...rounded];
};

export const isoOf = (at: number): string => new Date(at).toISOString();
