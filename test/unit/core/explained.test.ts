// What an outage is not explained by, lest nobody be told of it.
import { describe, expect, test } from 'vitest';
import type { Config, Dependency } from '../../../config/config.ts';
import { subjectId } from '../../../server/core/effects.ts';
import { Lookout } from '../../support/lookout.ts';
import type { Seen } from '../../support/lookout.ts';
import { here, hours, makeCheck, makeConfig, makeService, seconds as s } from '../../support/watch.ts';

const network: Dependency = { kind: 'service', id: 'network' };

const marks = (lookout: Lookout) =>
  Object.fromEntries(
    lookout.archive.outages
      .filter(({ end }) => end === undefined)
      .map(({ subject, consequenceOf }) => [
        subjectId(subject),
        consequenceOf === undefined ? 'its own' : subjectId(consequenceOf),
      ]),
  );

/** Every five seconds. */
const see = (
  lookout: Lookout,
  fromS: number,
  toS: number,
  ...seen: readonly (readonly [string, Seen[2], string?])[]
) => {
  for (let at = fromS; at <= toS; at += 5)
    for (const [index, [id, grade, vantage = here]] of seen.entries())
      lookout.see([id, at * s + index * 10, grade, 4, vantage]);
};

describe('an outage is its own', () => {
  test('though a parent is down from there, when that is well by the majority of its places', () => {
    const lookout = new Lookout(
      makeConfig([
        makeService('network', [makeCheck('uplink', { vantagePoints: ['paris', 'lyon', 'nantes'] })]),
        makeService('site', [makeCheck('web', { vantagePoints: ['paris'], dependsOn: [network] })]),
      ]),
    );
    const well = [
      ['uplink', 'good', 'lyon'],
      ['uplink', 'good', 'nantes'],
    ] as const;
    see(lookout, 0, 20, ['uplink', 'good', 'paris'], ['web', 'good', 'paris'], ...well);
    see(lookout, 25, 60, ['uplink', 'bad', 'paris'], ['web', 'bad', 'paris'], ...well);
    expect(lookout.watch.services.get('network')?.timeline.state).toBe('up');
    expect(marks(lookout)).toEqual({ 'check:web': 'its own', 'service:site': 'its own' });
    expect(lookout.watch.shadeOf({ kind: 'check', id: 'web' })).toBeUndefined();
  });

  test('when it began long before what is down of the parent, whatever else of that is asked rarely', () => {
    const daily = {
      schedule: { kind: 'every', everyMs: 24 * hours },
      policy: { staleMs: 80 * hours },
    } as const;
    const lookout = new Lookout(
      makeConfig([
        makeService('network', [makeCheck('uplink'), makeCheck('domain', daily)]),
        makeService('site', [makeCheck('web', { dependsOn: [network] })]),
      ]),
    );
    see(lookout, 0, 20, ['uplink', 'good'], ['domain', 'good'], ['web', 'good']);
    see(lookout, 25, 600, ['uplink', 'good'], ['web', 'bad']);
    see(lookout, 605, 660, ['uplink', 'bad'], ['web', 'bad']);
    expect(marks(lookout)).toMatchObject({ 'service:network': 'its own', 'check:web': 'its own' });
  });

  test('when nothing of its service depends on the root any more', () => {
    const of = (id: string, dependsOn: readonly Dependency[]): Config =>
      makeConfig([
        makeService('network', [makeCheck('uplink')]),
        makeService('site', [makeCheck(id, { dependsOn })]),
      ]);
    const lookout = new Lookout(of('web', [network]));
    see(lookout, 0, 20, ['uplink', 'good'], ['web', 'good']);
    see(lookout, 25, 60, ['uplink', 'bad'], ['web', 'bad']);
    expect(marks(lookout)).toMatchObject({ 'service:site': 'service:network' });
    lookout.configure(of('panel', []), 61 * s);
    expect(marks(lookout)['service:site']).not.toBe('service:network');
    see(lookout, 65, 100, ['uplink', 'bad'], ['panel', 'bad']);
    expect(marks(lookout)).toMatchObject({ 'check:panel': 'its own', 'service:site': 'its own' });
    expect(lookout.watch.shadeOf({ kind: 'service', id: 'site' })).toBeUndefined();
  });

  test('of what has fallen long after it, though its parent is explained by nothing else', () => {
    const lookout = new Lookout(
      makeConfig([
        makeService('network', [makeCheck('uplink')]),
        makeService('site', [makeCheck('web', { dependsOn: [network] })]),
        makeService('shop', [makeCheck('cart', { dependsOn: [{ kind: 'check', id: 'web' }] })]),
      ]),
    );
    see(lookout, 0, 20, ['uplink', 'good'], ['web', 'good'], ['cart', 'good']);
    see(lookout, 25, 600, ['uplink', 'good'], ['web', 'bad'], ['cart', 'bad']);
    see(lookout, 605, 660, ['uplink', 'bad'], ['web', 'bad'], ['cart', 'bad']);
    expect(marks(lookout)).toMatchObject({
      'service:network': 'its own',
      'check:web': 'its own',
      'check:cart': 'check:web',
    });
  });
});
