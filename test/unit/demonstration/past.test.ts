import { expect, test } from 'vitest';
import { eventsBefore, livePast } from '../../../server/demonstration/past.ts';
import { civilDays, tellDays } from '../../../server/core/days.ts';
import { makeCheck, makeConfig, makeService, start } from '../../support/watch.ts';

const ids = ['site', 'panel', 'db1', 'smtp', 'imap', 'ns1', 'ns2', 'network', 'vm1', 'vm2'];
const config = makeConfig(
  ids.map((id) => {
    const type = id === 'db1' ? 'postgresql' : 'tcp';
    return makeService(`service-${id}`, [makeCheck(id, { type, slowMs: { commit: 80, total: 2_000 } })]);
  }),
);
const parts = [...livePast(config, start)];
const steps = parts.map(({ effects }) => effects);
const past = steps.at(-1)!;
const outagesOf = (id: string) =>
  past.outages.filter(({ subject }) => subject.kind === 'check' && subject.id === id);

test.each(ids)('what happened to %s is what is told of its past, to the minute', (id) => {
  const happened = eventsBefore(start, config.organisation.timezone).filter(
    ({ what, checks }) => what !== 'unseen' && checks.includes(id),
  );
  expect(
    outagesOf(id)
      .toSorted((a, b) => a.startedAt - b.startedAt)
      .map(({ state, startedAt, end }) => [state, Math.round((end!.at - startedAt) / 60_000)]),
  ).toEqual(happened.map(({ what, minutes }) => [what === 'slow' ? 'degraded' : 'down', minutes]));
});

test('what happens at work happens on working days, in whatever week one begins', () => {
  for (let day = 0; day < 7; day++) {
    const slow = eventsBefore(start + day * 86_400_000, 'Europe/Paris').filter(({ isWork }) => isWork);
    const days = slow.map(
      ({ from }) => Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO('Europe/Paris').dayOfWeek,
    );
    expect(days.length).toBeGreaterThan(13);
    expect(days.filter((dayOfWeek) => dayOfWeek > 5)).toEqual([]);
  }
});

test('all is over, nothing of it is told to anybody, and where nobody looked is unknown', () => {
  expect(past.outages.filter(({ end }) => end === undefined)).toEqual([]);
  expect(steps.flatMap(({ notables, standings }) => [...notables, ...standings])).toEqual([]);
  const spans = past.spans.filter(
    ({ subject }) => subject.kind === 'service' && subject.id === 'service-ns2',
  );
  const days = tellDays(civilDays(start, 'Europe/Paris', 89), spans, start);
  const unseen = days.filter(({ unknownMs }) => unknownMs > 0);
  expect(unseen).toHaveLength(1);
  expect(unseen[0]!.unknownMs / 60_000).toBeCloseTo(195, -1);
});

test('its results are those of the states that they made, oldest first, and not two alike', () => {
  const results = steps.flatMap((step) => step.results);
  const of = (wanted: string) => results.filter(({ grade }) => grade === wanted);
  const stateAt = (id: string, at: number) =>
    past.spans.findLast(({ subject, since }) => subject.kind === 'check' && subject.id === id && since <= at)
      ?.state;
  expect(results).toEqual(results.toSorted((a, b) => a.at - b.at));
  for (const [grade, state] of [
    ['bad', 'down'],
    ['poor', 'degraded'],
  ] as const) {
    expect(of(grade).length).toBeGreaterThan(10);
    expect(new Set(of(grade).map(({ series, at }) => stateAt(series.check, at)))).toEqual(new Set([state]));
  }
  expect(new Set(of('good').map(({ totalUs }) => totalUs)).size).toBeGreaterThan(500);
  const slow = of('poor').filter(({ series }) => series.check === 'db1');
  expect(slow.every(({ phasesUs, totalUs }) => 2 * phasesUs['commit']! > totalUs)).toBe(true);
});

test('a chart of the last day has a result of each check in each of its buckets', () => {
  const results = steps.flatMap((step) => step.results);
  expect(results.filter(({ at }) => at >= start - 24 * 3_600_000)).toHaveLength(24 * 12 * ids.length);
});
