// Whatever happens and whoever writes what: versions are only added, in order; a root has one open draft at most; what is
// told of an incident lies between its beginning and its end; and to look again writes nothing new.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOpen, phases } from '../../../server/core/incidents/incident.ts';
import type { Incident } from '../../../server/core/incidents/incident.ts';
import type { Deed } from '../../../server/core/incidents/write.ts';
import { Newsroom, trouble } from '../../support/incidents.ts';
import { minutes, start } from '../../support/watch.ts';
import { runs } from '../../support/fuzz.ts';

const services = ['web', 'databases', 'network'] as const;
const said = fc.constant({ fr: 'Nous cherchons.' });
const instant = fc.integer({ min: -20, max: 200 }).map((after) => start + after * minutes);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Without the keys of what is left out. */
const deedOf = (deed: object): Deed =>
  Object.fromEntries(Object.entries(deed).filter(([, value]) => value !== undefined)) as unknown as Deed;

const deed = fc
  .oneof(
    fc.record({
      kind: fc.constant('opened'),
      title: said,
      services: fc.subarray([...services]),
      startedAt: maybe(instant),
    }),
    fc.record({
      kind: fc.constant('updated'),
      said,
      phase: maybe(fc.constantFrom(...phases)),
      at: maybe(instant),
      nextAt: maybe(instant),
    }),
    fc.record({ kind: fc.constant('edited'), said, update: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant('amended'), startedAt: maybe(instant), title: maybe(said) }),
    fc.record({ kind: fc.constantFrom('published', 'hidden') }),
    fc.record({ kind: fc.constant('merged'), into: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constant('post-mortem'), said }),
  )
  .map(deedOf);

const troubles = fc.uniqueArray(
  fc
    .record({
      service: fc.constantFrom(...services),
      root: fc.constantFrom(...services),
      startedAt: instant,
      state: fc.constantFrom('down' as const, 'degraded' as const),
      isPlanned: fc.boolean(),
    })
    .map(({ service, ...over }) => trouble(service, { ...over, confirmedAt: over.startedAt + 10_000 })),
  { selector: ({ service }) => service },
);

const happening = fc.oneof(
  fc.record({ kind: fc.constant('measured' as const), troubles }),
  fc.record({ kind: fc.constant('written' as const), id: fc.integer({ min: 1, max: 5 }), deed }),
  fc.record({
    kind: fc.constant('passed' as const),
    ms: fc.integer({ min: -30, max: 90 }).map((n) => n * minutes),
  }),
);

const isPrefix = (before: Incident, after: Incident): boolean =>
  before.versions.every((version, index) => after.versions[index] === version);

const expectSound = (before: ReadonlyMap<number, Incident>, room: Newsroom): void => {
  for (const incident of before.values()) expect(isPrefix(incident, room.get(incident.id))).toBe(true);
  const roots = [...room.incidents.values()]
    .filter(isOpen)
    .flatMap(({ versions: [first] }) =>
      first?.entry.kind === 'opened' && first.entry.root !== undefined ? [first.entry.root] : [],
    );
  expect(new Set(roots).size).toBe(roots.length);
  for (const { versions, startedAt, updates, resolvedAt } of room.incidents.values()) {
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
    const written = versions.map(({ at }) => at);
    expect(written).toEqual(written.toSorted((a, b) => a - b));
    const told = [
      startedAt,
      ...updates.map(({ at }) => at),
      ...(resolvedAt === undefined ? [] : [resolvedAt]),
    ];
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  }
};

test('incidents only grow, in order, whatever is measured, written or said to be the time', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40, size: 'max' }), (happenings) => {
      const room = new Newsroom();
      for (const happens of happenings) {
        const before = room.incidents;
        if (happens.kind === 'passed') room.now += happens.ms;
        else if (happens.kind === 'measured') room.troubles = happens.troubles;
        else room.write(happens.deed.kind === 'opened' ? undefined : happens.id, happens.deed);
        room.follow();
        expectSound(before, room);
        // What it drafts it may publish at once, or merge, one by one.
        for (let looks = 0; looks < 8; looks++) room.follow();
        expect(room.follow()).toEqual([]);
      }
    }),
    { numRuns: runs(300) },
  );
});
