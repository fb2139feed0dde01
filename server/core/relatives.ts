// A check has just failed: who would explain that, or fails with it? They are asked at once, so that what is told of it is
// the cause, and all of it.
import { parentsOf } from './consequences.ts';
import type { Related } from './consequences.ts';
import type { Subject } from './effects.ts';
import type { SeriesKey } from './series.ts';

/** Series of the checks that these depend on, and of the other checks of their services, of which we think that they are well. */
export const relativesOf = (checks: readonly string[], related: Related): readonly SeriesKey[] => {
  const asked = new Set<string>();
  for (const id of checks) {
    const check = related.checks.get(id);
    if (check === undefined) continue;
    for (const sibling of membersOf({ kind: 'service', id: check.service }, related)) asked.add(sibling);
    for (const ancestor of ancestorsOf(id, related)) asked.add(ancestor);
  }
  return [...asked.difference(new Set(checks))].flatMap((id) =>
    (related.checks.get(id)?.series ?? [])
      .filter(({ standing }) => standing.state === 'up' && standing.contest === undefined)
      .map(({ key }) => key),
  );
};

const ancestorsOf = (id: string, related: Related): readonly string[] => {
  const check = related.checks.get(id);
  const parents =
    check === undefined ? [] : parentsOf(check, related).flatMap((one) => membersOf(one, related));
  return parents.flatMap((parent) => [parent, ...ancestorsOf(parent, related)]);
};

const membersOf = ({ kind, id }: Subject, { services }: Related): readonly string[] =>
  kind === 'check' ? [id] : (services.get(id)?.checks ?? []).map(({ config }) => config.id);
