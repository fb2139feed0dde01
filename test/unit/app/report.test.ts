import { expect, test } from 'vitest';
import { checkTypes } from '../../../checks/index.ts';
import { databases, reportOf } from '../../../server/app/report.ts';
import { monthNamed } from '../../../server/core/days.ts';
import type { Subject } from '../../../server/core/effects.ts';
import { noEffects, outage, recovered, result, series4, span } from '../../support/effects.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { hours, makeCheck, makeConfig, makeService, minutes, start } from '../../support/watch.ts';

const services = [
  { ...makeService('mail', [makeCheck('smtp')]), members: 100 },
  makeService('databases', [
    makeCheck('db1', { type: 'mariadb' }),
    makeCheck('db2', { type: 'postgresql' }),
    makeCheck('db3', { type: 'mariadb' }),
    makeCheck('web'),
  ]),
];
const config = makeConfig(services);
const mail: Subject = { kind: 'service', id: 'mail' };
/** `start` is one in the morning in Paris, of the first of March. */
const march = monthNamed('2026-03', 'Europe/Paris')!;
const deps = { config, seriesOf: (check: string) => [{ ...series4, check }], told: () => [] };

const seen = async () => {
  const store = openInMemory();
  await store.commit({
    ...noEffects,
    results: [1, 2, 3].flatMap((ms) => [
      result(start + ms, { totalUs: 1_000 * ms }),
      result(start + ms, { series: { ...series4, check: 'db2' }, totalUs: 9_000 * ms }),
      result(start + ms, { series: { ...series4, check: 'web' }, totalUs: 90_000 * ms }),
    ]),
    spans: [
      span(start - 11 * hours, { subject: mail }),
      span(start - 2 * hours, { subject: mail, state: 'down' }),
      span(start + 10 * minutes, { subject: mail }),
    ],
    outages: [
      outage(start - 2 * hours, { subject: mail, end: recovered(start + 10 * minutes) }),
      outage(start + 5 * hours, { subject: { kind: 'service', id: 'databases' }, state: 'degraded' }),
    ],
  });
  return store;
};

test('a report tells of each service what it kept, what it kept before, and what it cost', async () => {
  const now = start + 9 * hours;
  const report = await reportOf(march, { store: await seen(), ...deps }, now);
  // The month began an hour before `start`.
  expect(report).toMatchObject({ month: '2026-03', from: start - hours, until: now, isOver: false });
  expect(report.services).toMatchObject([
    { id: 'mail', downMs: 70 * minutes, availability: 0.88333, before: 0.9, memberMinutesLost: 7_000 },
    { id: 'databases', unknownMs: 10 * hours },
  ]);
  expect(report.memberMinutesLost).toBe(7_000);
});

test('a report tells of outages as far as they lie in its month', async () => {
  const now = start + 9 * hours;
  const { outages, outagesInAll } = await reportOf(march, { store: await seen(), ...deps }, now);
  expect(outagesInAll).toBe(2);
  expect(outages.map(({ name, ms, endedAt }) => [name.en, ms, endedAt])).toEqual([
    ['mail', 70 * minutes, start + 10 * minutes],
    ['databases', 4 * hours, undefined],
  ]);
});

test('a report names the slowest databases first, and none that was not measured', async () => {
  const now = march.until + hours;
  const report = await reportOf(march, { store: await seen(), ...deps }, now);
  expect([report.until, report.isOver]).toEqual([march.until, true]);
  expect(report.slowestDatabases.map(({ check }) => check)).toEqual(['db2', 'db1']);
  expect(report.slowestDatabases[0]!.p95Us / 27_000).toBeCloseTo(1, 1);
  expect(report.slowestDatabases[0]!.medianUs / 18_000).toBeCloseTo(1, 1);
});

test('a database is what can be asked why it is slow', () => {
  const types = Object.entries(checkTypes).flatMap(([name, type]) => ('explain' in type ? [name] : []));
  expect(types).toEqual(databases);
});
