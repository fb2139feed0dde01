import { describe, expect, test } from 'vitest';
import { combineChecks } from '../../../server/core/combine.ts';
import type { CheckView } from '../../../server/core/combine.ts';
import type { Outage } from '../../../server/core/effects.ts';
import { Lookout } from '../../support/lookout.ts';
import type { Seen } from '../../support/lookout.ts';
import { hours, makeCheck, makeConfig, makeService, minutes, seconds, start } from '../../support/watch.ts';

const s = seconds;

type Short = readonly [state: CheckView['state'], role?: 'supporting' | undefined, open?: Outage['state']];

const member = ([state, role, open]: Short, index: number): CheckView => ({
  state,
  since: start + index,
  supporting: role === 'supporting',
  ...(open && {
    outage: {
      id: `check:${index}`,
      subject: { kind: 'check', id: String(index) },
      state: open,
      startedAt: start,
      confirmedAt: start,
      finding: { cause: 'refused', evidence: '' },
    },
  }),
});

describe('the state of a service', () => {
  test.for<readonly [checks: readonly Short[], expected: string]>([
    [[['up'], ['up']], 'up'],
    [[['up'], ['down']], 'down partial'],
    [[['down'], ['down']], 'down major'],
    [[['down']], 'down major'],
    // We do not say that all is down while there is something that we do not see.
    [[['down'], ['unknown']], 'down partial'],
    [[['down'], ['degraded']], 'down partial'],
    [[['up'], ['degraded']], 'degraded'],
    [[['up'], ['unknown']], 'unknown'],
    [[['degraded'], ['unknown']], 'degraded'],
    [[['unknown'], ['unknown']], 'unknown'],
    // Supporting checks.
    [[['up'], ['down', 'supporting']], 'degraded'],
    [[['up'], ['degraded', 'supporting']], 'degraded'],
    [[['up'], ['unknown', 'supporting']], 'up'],
    [[['down'], ['up', 'supporting']], 'down major'],
    [[['unknown'], ['down', 'supporting']], 'degraded'],
    // What was bad when we last saw it is not over.
    [[['up'], ['unknown', 'supporting', 'degraded']], 'unknown'],
    [[['degraded'], ['unknown', undefined, 'down']], 'unknown'],
    [[['degraded'], ['unknown', undefined, 'degraded']], 'degraded'],
    [[['degraded'], ['unknown', 'supporting', 'down']], 'degraded'],
    [[['down'], ['unknown', undefined, 'down']], 'down partial'],
  ])('of checks that are %j is %s', ([checks, expected]) => {
    const { state, extent } = combineChecks(checks.map(member));
    expect([state, extent].filter((word) => word !== undefined).join(' ')).toBe(expected);
  });

  test('names the finding of the check that was the first to be down', () => {
    const since = [start + 20, start + 10, start];
    const checks = (['down', 'down', 'degraded'] as const).map((state, index) => ({
      state,
      since: since[index] ?? 0,
      supporting: false,
      finding: { cause: 'refused' as const, evidence: `check ${index}` },
    }));
    expect(combineChecks(checks).finding?.evidence).toBe('check 1');
  });
});

const config = makeConfig([
  makeService('mail', [makeCheck('smtp'), makeCheck('imap'), makeCheck('queue', { supporting: true })]),
]);

const every = (
  fromS: number,
  toS: number,
  ...checks: readonly (readonly [string, Seen[2]])[]
): readonly Seen[] => {
  const seen: Seen[] = [];
  for (let at = fromS; at <= toS; at += 5)
    for (const [check, grade] of checks) seen.push([check, at * s, grade]);
  return seen;
};

const all = (grade: Seen[2]) =>
  [
    ['smtp', grade],
    ['imap', grade],
    ['queue', grade],
  ] as const;

const watched = (...seen: readonly (readonly Seen[])[]): Lookout => {
  const lookout = new Lookout(config);
  lookout.seeEach(seen.flat());
  return lookout;
};

const told = (lookout: Lookout): readonly string[] =>
  lookout.archive.notables
    .filter((notable) => 'outage' in notable && notable.outage.subject.kind === 'service')
    .map((notable) => `${notable.kind} ${'outage' in notable ? notable.outage.state : ''}`);

describe('a service', () => {
  test('is partially, then wholly, then partially down, each since the check that made it so', () => {
    const lookout = watched(
      every(0, 20, ...all('good')),
      every(25, 60, ['smtp', 'bad'], ['imap', 'good'], ['queue', 'good']),
      every(65, 100, ['smtp', 'bad'], ['imap', 'bad'], ['queue', 'good']),
      every(105, 150, ['smtp', 'good'], ['imap', 'bad'], ['queue', 'good']),
      every(155, 190, ...all('good')),
    );
    expect(
      lookout.archive.spans('service:mail').map(({ since, state, extent }) => [since - start, state, extent]),
    ).toEqual([
      [0, 'up', undefined],
      [25 * s, 'down', 'partial'],
      [65 * s, 'down', 'major'],
      [105 * s, 'down', 'partial'],
      [155 * s, 'up', undefined],
    ]);
    expect(told(lookout)).toEqual(['outage-opened down', 'outage-closed down']);
    expect(lookout.archive.outagesOf('service:mail')).toMatchObject([
      {
        startedAt: start + 25 * s,
        confirmedAt: start + 35 * s,
        end: { at: start + 155 * s, how: 'recovered' },
      },
    ]);
  });

  test('becomes worse, then better: two outages, one after the other', () => {
    const lookout = watched(
      every(0, 20, ...all('good')),
      every(25, 60, ['smtp', 'good'], ['imap', 'good'], ['queue', 'bad']),
      every(65, 100, ['smtp', 'bad'], ['imap', 'good'], ['queue', 'bad']),
      every(105, 130, ['smtp', 'good'], ['imap', 'good'], ['queue', 'bad']),
      every(135, 160, ...all('good')),
    );
    expect(lookout.archive.history('service:mail')).toEqual([
      ['up', 0],
      ['degraded', 25 * s],
      ['down', 65 * s],
      ['degraded', 105 * s],
      ['up', 135 * s],
    ]);
    expect(lookout.archive.outagesOf('service:mail').map(({ state, end }) => [state, end?.how])).toEqual([
      ['degraded', 'became-worse'],
      ['down', 'became-better'],
      ['degraded', 'recovered'],
    ]);
  });

  test.for([
    ['the check that was down answers last', ['imap', 'queue', 'smtp']],
    ['the check that was down answers first', ['smtp', 'imap', 'queue']],
  ] as const)('keeps its outage over a restart when %s', ([, order]) => {
    const back = hours;
    const grades = { smtp: 'bad', imap: 'poor', queue: 'good' } as const;
    const lookout = watched(
      every(0, 20, ...all('good')),
      every(25, 60, ['smtp', 'bad'], ['imap', 'poor'], ['queue', 'good']),
    ).restart(config, back);
    for (let at = back; at < back + minutes; at += 20 * s)
      lookout.seeEach(order.map((check, index) => [check, at + index * s, grades[check]] as const));
    expect(told(lookout)).toEqual(['outage-opened down']);
    expect(lookout.archive.history('service:mail').at(-1)?.[0]).toBe('down');
    expect(lookout.archive.outagesOf('service:mail')).toHaveLength(1);
  });

  test('that was slow because of a supporting check keeps its outage over a restart', () => {
    const back = hours;
    const lookout = watched(
      every(0, 20, ...all('good')),
      every(25, 60, ['smtp', 'good'], ['imap', 'good'], ['queue', 'bad']),
    ).restart(config, back);
    lookout.seeEach([
      ['smtp', back, 'good'],
      ['imap', back + s, 'good'],
    ]);
    expect(lookout.archive.history('service:mail').at(-1)).toEqual(['unknown', 60 * s]);
    lookout.see(['queue', back + 2 * s, 'bad']);
    expect(lookout.archive.history('service:mail').at(-1)).toEqual(['degraded', back + 2 * s]);
    expect(told(lookout)).toEqual(['outage-opened degraded']);
  });
});
