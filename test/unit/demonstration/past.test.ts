import { expect, test } from 'vitest';
import { events, livePast } from '../../../server/demonstration/past.ts';
import { civilDays, tellDays } from '../../../server/core/days.ts';
import { makeCheck, makeConfig, makeService, start } from '../../support/watch.ts';

const ids = ['site', 'panel', 'db1', 'smtp', 'imap', 'ns1', 'ns2', 'network', 'vm1', 'vm2'];
const config = makeConfig(
  ids.map((id) => makeService(`service-${id}`, [makeCheck(id, { slowMs: { commit: 80 } })])),
);
const past = livePast(config, start);
const outagesOf = (id: string) =>
  past.outages.filter(({ subject }) => subject.kind === 'check' && subject.id === id);

test.each(ids)('what happened to %s is what is told of its past, to the minute', (id) => {
  const happened = events.filter(({ what, checks }) => what !== 'unseen' && checks.includes(id));
  expect(
    outagesOf(id)
      .toSorted((a, b) => a.startedAt - b.startedAt)
      .map(({ state, startedAt, end }) => [state, Math.round((end!.at - startedAt) / 60_000)]),
  ).toEqual(happened.map(({ what, minutes }) => [what === 'slow' ? 'degraded' : 'down', minutes]));
});

test('all is over, nothing of it is told to anybody, and where nobody looked is unknown', () => {
  expect(past.outages.filter(({ end }) => end === undefined)).toEqual([]);
  expect([past.notables, past.results, past.standings]).toEqual([[], [], []]);
  const spans = past.spans.filter(
    ({ subject }) => subject.kind === 'service' && subject.id === 'service-ns2',
  );
  const days = tellDays(civilDays(start, 'Europe/Paris', 89), spans, start);
  const unseen = days.filter(({ unknownMs }) => unknownMs > 0);
  expect(unseen).toHaveLength(1);
  expect(unseen[0]!.unknownMs / 60_000).toBeCloseTo(195, -1);
});
