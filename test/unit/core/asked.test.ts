import { describe, expect, test } from 'vitest';
import type { Cause } from '../../../checks/lib/outcome.ts';
import type { Config } from '../../../config/config.ts';
import type { Step } from '../../../server/core/watch.ts';
import { Lookout } from '../../support/lookout.ts';
import {
  hours,
  makeCheck,
  makeConfig,
  makeReport,
  makeService,
  oneCheck,
  outcomeOf,
  seconds,
  seriesKey,
  start,
} from '../../support/watch.ts';

const s = seconds;
const askedOn: readonly Cause[] = ['loss', 'timeout_reply'];
const rare = { schedule: { kind: 'every', everyMs: 24 * hours } } as const;
const way = makeCheck('way', { ...rare, askedOn, families: [4, 6], policy: { staleMs: 72 * hours } });
const farWay = makeCheck('far-way', { ...rare, askedOn });

/** The service has two checks and a way; there is another service with a way of its own. */
const configOf = (witnesses: readonly string[] = []): Config =>
  makeConfig(
    [
      makeService('site', [makeCheck('web'), makeCheck('tls'), way]),
      makeService('far', [makeCheck('mail'), farWay]),
    ],
    witnesses.map((id) => makeCheck(id)),
  );

const bothWays = [seriesKey('way', 4), seriesKey('way', 6)];

class Failing {
  readonly lookout: Lookout;

  constructor(lookout = new Lookout(configOf())) {
    this.lookout = lookout;
  }

  /** Whoever is asked when these fail at a second. */
  at(second: number, cause: Cause, ...checks: readonly string[]): Step['asked'] {
    const at = start + second * s;
    const reports = checks.map((check) => ({
      ...makeReport(seriesKey(check), at, 'bad'),
      outcome: outcomeOf('bad', cause),
    }));
    return this.lookout.observe(reports, at).asked;
  }
}

describe('when an outage opens', () => {
  test('the series that can say more about its cause are asked, once it is confirmed', () => {
    const failing = new Failing();
    expect(failing.at(0, 'loss', 'web')).toEqual([]);
    expect(failing.at(5, 'loss', 'web')).toEqual([]);
    expect(failing.at(10, 'loss', 'web')).toEqual(bothWays);
  });

  test('they are not asked again while it lasts, nor after a restart', () => {
    const failing = new Failing();
    for (const second of [0, 5, 10]) failing.at(second, 'loss', 'web');
    for (const second of [15, 20, 25, 30]) expect(failing.at(second, 'loss', 'web')).toEqual([]);
    const { lookout } = failing;
    expect(lookout.tick(31 * s).asked).toEqual([]);
    expect(lookout.configure(configOf(), 32 * s).asked).toEqual([]);
    const again = new Failing(lookout.restart(configOf(), 33 * s));
    for (const second of [40, 45, 50, 55]) expect(again.at(second, 'loss', 'web')).toEqual([]);
    expect(again.lookout.archive.outagesOf('check:web')).toHaveLength(1);
  });

  test('they are asked again about the next outage, and not about the end of one', () => {
    const failing = new Failing();
    for (const second of [0, 5, 10]) failing.at(second, 'loss', 'web');
    for (const second of [20, 45]) expect(failing.lookout.see(['web', second * s, 'good']).asked).toEqual([]);
    expect(failing.lookout.archive.history('check:web').at(-1)).toEqual(['up', 20 * s]);
    for (const second of [60, 65]) expect(failing.at(second, 'loss', 'web')).toEqual([]);
    expect(failing.at(70, 'loss', 'web')).toEqual(bothWays);
  });

  test('of several that open together, they are asked once', () => {
    const failing = new Failing();
    for (const second of [0, 5]) failing.at(second, 'timeout_reply', 'web', 'tls');
    expect(failing.at(10, 'timeout_reply', 'web', 'tls')).toEqual(bothWays);
  });

  test('a degraded check is reason enough', () => {
    const failing = new Failing();
    const warned = (second: number) => {
      const report = makeReport(seriesKey('web'), start + second * s, 'good');
      const { phasesUs, totalUs, facts } = report.outcome;
      const outcome = { kind: 'warn', cause: 'loss', evidence: '3 of 10', phasesUs, totalUs, facts } as const;
      return failing.lookout.observe([{ ...report, outcome }], start + second * s).asked;
    };
    for (const second of [0, 20, 40, 60]) expect(warned(second)).toEqual([]);
    expect(warned(80)).toEqual(bothWays);
  });

  test.for<readonly [cause: Cause, check: string, why: string]>([
    ['refused', 'web', 'of a cause that they say nothing about'],
    ['loss', 'way', 'that is their own'],
  ])('nobody is asked about one with %s of %s, %s', ([cause, check]) => {
    const failing = new Failing();
    for (const second of [0, 5, 10, 15]) expect(failing.at(second, cause, check)).toEqual([]);
    const outages = failing.lookout.archive.outagesOf(`check:${check}`);
    expect(outages.map(({ finding }) => finding.cause)).toEqual([cause]);
  });

  test('in another service, those of the other service are asked', () => {
    const failing = new Failing();
    for (const second of [0, 5]) failing.at(second, 'loss', 'mail');
    expect(failing.at(10, 'loss', 'mail')).toEqual([seriesKey('far-way')]);
  });
});

test('witnesses who were asked in the dark are asked when we see again', () => {
  const lookout = new Lookout(oneCheck({}, ['near', 'far']));
  for (const at of [10, 20]) lookout.see(['near', at * s, 'bad'], ['far', at * s, 'bad']);
  expect(lookout.watch.sight.blind).toBe(true);
  expect(lookout.see(['near', 30 * s, 'good']).asked).toEqual([seriesKey('far')]);
  expect(lookout.see(['far', 31 * s, 'bad']).asked).toEqual([]);
});

test('nobody is asked while we are blind, or may be', () => {
  const failing = new Failing(new Lookout(configOf(['near'])));
  failing.lookout.see(['near', 0, 'good'], ['web', 0, 'good']);
  for (const second of [10, 15, 20, 25, 30, 35])
    expect(failing.at(second, 'loss', 'web', 'near')).toEqual([]);
  expect(failing.lookout.watch.sight.blind).toBe(true);
  failing.lookout.see(['near', 40 * s, 'good']);
  for (const second of [45, 50]) expect(failing.at(second, 'loss', 'web')).toEqual([]);
  failing.lookout.see(['near', 52 * s, 'good']);
  expect(failing.at(55, 'loss', 'web')).toEqual(bothWays);
});

test.for([
  ['at once', 10, 5_000],
  ['late', 4_000, 1_010],
  ['later than that', 6_000, 0],
] as const)(
  'whoever fails %s is asked again five seconds, and a little, after it was asked',
  ([, tookMs, afterMs]) => {
    const lookout = new Lookout(makeConfig([makeService('site', [makeCheck('web')])]));
    lookout.see(['web', 0, 'good']);
    const { contested } = lookout.seeLate(20_000 + tookMs, ['web', 20_000, 'bad']);
    expect(contested).toEqual([{ series: seriesKey('web'), afterMs }]);
  },
);
