// A check has just failed: who would explain that, or fails with it? They are asked at once, so that what is told of it is
// the cause, and all of it.
import { ancestorsOf, membersOf } from './consequences.ts';
import type { Related } from './consequences.ts';
import type { SeriesKey } from './series.ts';

/** Series of the checks that these depend on, and of the other checks of their services, of which we think that they are well. */
export const relativesOf = (failed: readonly string[], related: Related): readonly SeriesKey[] => {
  const relatives = new Set(
    failed.flatMap((id) => {
      const check = related.checks.get(id);
      if (check === undefined) return [];
      const siblings = related.services.get(check.service)?.checks ?? [];
      return [...siblings, ...ancestorsOf(check, related).flatMap((one) => membersOf(one, related))];
    }),
  );
  return [...relatives]
    .filter(({ config }) => !failed.includes(config.id))
    .flatMap(({ series }) => series)
    .filter(({ standing }) => standing.state === 'up' && standing.contest === undefined)
    .map(({ key }) => key);
};
