// A heartbeat that a reload adds was not heard before, and that is not its fault.
import { expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import { Heartbeats } from '../../../server/app/heartbeats.ts';
import type { Report } from '../../../server/core/result.ts';
import { passiveTypeOf } from '../../../server/prober/types.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { makeCheck, minutes, seconds, start } from '../../support/watch.ts';

const nightly = (id: string) =>
  makeCheck(id, {
    type: 'heartbeat',
    families: [0],
    options: {
      token: new Secret(`a-token-for-${id}-only`),
      expect: { every: minutes },
      grace: 10 * seconds,
    },
  });

test('a heartbeat that is added later has all its time to come', async () => {
  const time = new PassingTime(start);
  const reports: Report[] = [];
  const heartbeats = new Heartbeats({
    clock: time.clock,
    timers: time.timers,
    cron: () => () => {},
    log: { info: () => {}, warn: () => {}, error: () => {} },
    store: openInMemory(),
    typeOf: passiveTypeOf,
    report: (report) => reports.push(report),
  });
  const kindsOf = (id: string) =>
    new Set(reports.filter(({ series }) => series.check === id).map(({ outcome }) => outcome.kind));

  await heartbeats.configure([nightly('old')]);
  await time.pass(10 * minutes);
  reports.length = 0;
  await heartbeats.configure([nightly('old'), nightly('new')]);
  await time.pass(40 * seconds);
  expect(kindsOf('old')).toEqual(new Set(['fail']));
  expect(kindsOf('new')).toEqual(new Set(['ok']));
  await time.pass(4 * minutes);
  expect(kindsOf('new')).toContain('fail');
});
