// How long the probes of a check took, over any window.
import { z } from 'zod';
import type { Answer } from './policy.ts';
import type { Store } from '../app/ports.ts';
import { shares } from '../core/history.ts';
import type { WatchedCheck } from '../core/watched.ts';
import { json } from './policy.ts';

export interface LatencyDeps {
  readonly history: Store['history'];
  readonly checks: () => ReadonlyMap<string, Pick<WatchedCheck, 'series'>>;
  readonly now: () => number;
}

const dayMs = 86_400_000;
/** Longer than everything that is kept but days. */
const windowMsMax = 5 * 366 * dayMs;

const instant = (usual: number) =>
  z
    .string()
    .max(40)
    .transform((text, context) => {
      const at = Date.parse(text);
      if (Number.isNaN(at))
        context.addIssue({ code: 'custom', message: 'an instant such as 2026-11-22T09:00:00Z' });
      return at;
    })
    .default(usual);

/**
 * Every series of the check, with what it was like in `[from, to)`, by default the last day; of a phase, if one is named.
 * Times are microseconds; `quantilesUs` are those of `shares`.
 */
export const latency = async (
  id: string,
  query: Readonly<Record<string, string>>,
  { history, checks, now }: LatencyDeps,
): Promise<Answer> => {
  const check = checks().get(id);
  if (check === undefined) return json(404, { problem: `no check has the id ${id}` });
  const parsed = z
    .strictObject({ from: instant(now() - dayMs), to: instant(now()), phase: z.string().max(40).default('') })
    .safeParse(query);
  if (!parsed.success)
    return json(400, {
      problem: parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; '),
    });
  const { from, to, phase } = parsed.data;
  if (to <= from || to - from > windowMsMax)
    return json(400, { problem: 'to: an instant after "from", and at most five years' });
  const series = await Promise.all(
    check.series.map(async ({ key }) => ({ ...key, ...(await history(key, { from, to, phase })) })),
  );
  return json(200, { check: id, from, to, phase, shares, series });
};
