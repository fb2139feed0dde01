// Outages that are explained by those of what they depend on.
import { describe, expect, test } from 'vitest';
import type { CheckConfig, Config, Dependency } from '../../../config/config.ts';
import { subjectId } from '../../../server/core/effects.ts';
import { Lookout } from '../../support/lookout.ts';
import type { Seen } from '../../support/lookout.ts';
import { makeCheck, makeConfig, makeService, minutes, seconds, start } from '../../support/watch.ts';

const s = seconds;
const service = (id: string): Dependency => ({ kind: 'service', id });
const check = (id: string): Dependency => ({ kind: 'check', id });

type Part = Parameters<typeof makeCheck>[1] & Pick<CheckConfig, 'dependsOn'>;

/** `network` ← `site` ← `shop`, and `mail`, which depends on nothing. */
const worldOf = (part: Part = {}, uplink: Part = {}): Config =>
  makeConfig([
    makeService('network', [makeCheck('uplink', { families: [4], ...uplink })]),
    {
      ...makeService('site', [makeCheck('web', { families: [4], ...part })]),
      dependsOn: [service('network')],
    },
    { ...makeService('shop', [makeCheck('cart', { families: [4], ...part })]), dependsOn: [check('web')] },
    makeService('mail', [makeCheck('smtp', { families: [4] })]),
  ]);

const rounds = (ats: readonly number[], bad: string, ...checks: readonly string[]): readonly Seen[] =>
  ats.flatMap((at) =>
    checks.map((id) => [id, at * s, bad.split(' ').includes(id) ? 'bad' : 'good'] as const),
  );

const all = ['uplink', 'web', 'cart', 'smtp'];

const watching = (config = worldOf()): Lookout => {
  const lookout = new Lookout(config);
  lookout.seeEach(rounds([0, 20], '', ...all));
  return lookout;
};

const marks = (lookout: Lookout) =>
  Object.fromEntries(
    lookout.archive.outages.map(({ subject, consequenceOf }) => [
      subjectId(subject),
      consequenceOf === undefined ? 'its own' : subjectId(consequenceOf),
    ]),
  );

const fails = [30, 35, 40, 45] as const;

describe('an outage', () => {
  test('is a consequence of the root that is down, not of what is only next to it', () => {
    const lookout = watching();
    lookout.seeEach(rounds(fails, 'uplink web cart smtp', ...all));
    expect(marks(lookout)).toEqual({
      'check:uplink': 'its own',
      'service:network': 'its own',
      'check:web': 'service:network',
      'service:site': 'service:network',
      'check:cart': 'service:network',
      'service:shop': 'service:network',
      'check:smtp': 'its own',
      'service:mail': 'its own',
    });
  });

  test('is one from the beginning, when parent and child are confirmed by one batch', () => {
    const lookout = watching();
    for (const at of fails) {
      const seen = rounds([at], 'uplink web cart smtp', 'cart', 'web', 'uplink');
      const opened = lookout
        .see(...seen)
        .effects.notables.flatMap((notable) => (notable.kind === 'outage-opened' ? [notable.outage] : []));
      const told = opened.filter(({ subject }) => ['web', 'cart'].includes(subject.id));
      for (const { consequenceOf } of told) expect(consequenceOf).toEqual(service('network'));
    }
    expect(marks(lookout)['check:cart']).toBe('service:network');
  });

  test('becomes one when the parent is confirmed later, and began no later than it may', () => {
    const lookout = watching();
    lookout.seeEach(rounds(fails, 'web', 'web'));
    expect(marks(lookout)).toEqual({ 'check:web': 'its own', 'service:site': 'its own' });
    lookout.seeEach(rounds([50, 55, 60], 'uplink', 'uplink'));
    expect(marks(lookout)['check:web']).toBe('service:network');
    expect(marks(lookout)['service:site']).toBe('service:network');
  });

  test('that began long before that of the parent is its own', () => {
    const lookout = watching();
    lookout.seeEach(rounds(fails, 'web', 'web', 'uplink'));
    lookout.seeEach(rounds([100, 120, 140], 'web uplink', 'web', 'uplink'));
    expect(marks(lookout)['check:web']).toBe('its own');
    expect(marks(lookout)['service:network']).toBe('its own');
  });

  test('of what the parent does not explain is its own: slowness, for example', () => {
    const lookout = watching();
    lookout.seeEach(rounds(fails, 'uplink', 'uplink'));
    for (const at of [50, 55, 60, 65, 70]) lookout.see(['web', at * s, 'poor']);
    expect(marks(lookout)['check:web']).toBe('its own');
  });

  test('is one whatever was wrong over a family that is not seen any more', () => {
    const lookout = watching(worldOf({ families: [4, 6], policy: { staleMs: 20 * s } }));
    for (const at of [21, 23, 25, 27, 29]) lookout.see(['web', at * s, 'poor', 6]);
    lookout.seeEach(rounds([35, 40, 45, 50, 55], '', 'web', 'uplink'));
    lookout.seeEach(rounds([60, 65, 70, 75], 'uplink web', 'uplink', 'web'));
    const [, six] = lookout.watch.checks.get('web')?.series ?? [];
    expect(six?.standing).toMatchObject({ state: 'unknown', held: 'degraded' });
    expect(marks(lookout)['check:web']).toBe('service:network');
  });

  test('of a service is a consequence only when all that is wrong with it is', () => {
    const lookout = watching(
      makeConfig([
        makeService('network', [makeCheck('uplink')]),
        makeService('site', [makeCheck('web', { dependsOn: [service('network')] }), makeCheck('smtp')]),
      ]),
    );
    lookout.seeEach(rounds(fails, 'uplink web smtp', 'uplink', 'web', 'smtp'));
    expect(marks(lookout)).toMatchObject({ 'check:web': 'service:network', 'service:site': 'its own' });
  });

  test('goes on as a consequence when the parent is well and it has not failed since', () => {
    const lookout = watching();
    lookout.seeEach(rounds(fails, 'uplink web', 'uplink', 'web'));
    lookout.seeEach([
      ['uplink', 100 * s, 'good'],
      ['uplink', 120 * s, 'good'],
      ['web', 121 * s, 'good'],
      ['web', 145 * s, 'good'],
    ]);
    expect(lookout.archive.outagesOf('check:web')).toMatchObject([
      { consequenceOf: service('network'), end: { how: 'recovered' } },
    ]);
  });

  test('is its own from the moment it fails though the parent is well', () => {
    const lookout = watching();
    lookout.seeEach(rounds(fails, 'uplink web', 'uplink', 'web'));
    lookout.seeEach(rounds([100, 120], '', 'uplink'));
    expect(marks(lookout)['check:web']).toBe('service:network');
    lookout.see(['web', 125 * s, 'bad']);
    expect(marks(lookout)).toMatchObject({ 'check:web': 'its own', 'service:site': 'its own' });
  });

  test('that opens when the parent is well again is its own', () => {
    const lookout = watching();
    lookout.seeEach(rounds(fails, 'uplink', 'uplink'));
    lookout.seeEach(rounds([100, 120], '', 'uplink'));
    lookout.seeEach(rounds([130, 135, 140], 'web', 'web'));
    expect(marks(lookout)['check:web']).toBe('its own');
  });

  test('is judged for each family: what fails over the one that the parent has is its own', () => {
    const config = worldOf({ families: [4, 6] }, { families: [4, 6] });
    const lookout = new Lookout(config);
    const see = (at: number, bad: string) => {
      for (const id of ['uplink', 'web'])
        for (const family of [4, 6] as const)
          lookout.see([id, at * s, bad.split(' ').includes(`${id}/${family}`) ? 'bad' : 'good', family]);
    };
    for (const at of [0, 20]) see(at, '');
    for (const at of fails) see(at, 'uplink/6 web/6');
    expect(marks(lookout)['check:web']).toBe('service:network');
    for (const at of [50, 55, 60]) see(at, 'uplink/6 web/4 web/6');
    expect(lookout.archive.outagesOf('check:web').at(-1)).toMatchObject({ state: 'down' });
    expect(marks(lookout)['check:web']).toBe('its own');
  });

  test('keeps what explains it across a restart', () => {
    const lookout = watching();
    lookout.seeEach(rounds(fails, 'uplink web', 'uplink', 'web'));
    const again = lookout.restart(worldOf(), 50 * s);
    expect(again.archive.outagesOf('check:web')[0]?.consequenceOf).toEqual(service('network'));
    again.seeEach(rounds([60, 80], '', 'uplink'));
    again.see(['web', 90 * s, 'bad']);
    expect(marks(again)['check:web']).toBe('its own');
  });

  test('loses it when the dependency is taken out of the configuration', () => {
    const lookout = watching();
    lookout.seeEach(rounds(fails, 'uplink web', 'uplink', 'web'));
    const { services } = worldOf();
    lookout.configure(makeConfig(services.map((service) => ({ ...service, dependsOn: [] }))), 50 * s);
    expect(marks(lookout)['check:web']).toBe('its own');
  });
});

describe('the shade of an outage', () => {
  const shadeOf = (lookout: Lookout, id: string) => lookout.watch.shadeOf(check(id));

  test('is not confirmed while the parent has failed and nobody knows yet', () => {
    const lookout = watching();
    lookout.see(['uplink', 40 * s, 'bad']);
    expect(shadeOf(lookout, 'web')).toBeUndefined();
    lookout.seeEach(rounds(fails, 'web', 'web'));
    expect(shadeOf(lookout, 'web')).toEqual({ by: service('network'), confirmed: false });
    lookout.seeEach(rounds([45, 50], 'uplink', 'uplink'));
    expect(shadeOf(lookout, 'web')).toEqual({ by: service('network'), confirmed: true });
    expect(lookout.watch.shadeOf(service('site'))).toEqual({ by: service('network'), confirmed: true });
  });

  test('goes away when the parent was only in doubt', () => {
    const lookout = watching();
    lookout.see(['uplink', 40 * s, 'bad']);
    lookout.seeEach(rounds(fails, 'web', 'web'));
    lookout.see(['uplink', 50 * s, 'good']);
    expect(shadeOf(lookout, 'web')).toBeUndefined();
  });

  test('does not fall on what has been down for long', () => {
    const lookout = watching();
    lookout.seeEach(rounds(fails, 'web', 'web'));
    lookout.seeEach(rounds([300], 'web uplink', 'web', 'uplink'));
    expect(shadeOf(lookout, 'web')).toBeUndefined();
  });

  test('is none without parents, and none without an outage', () => {
    const lookout = watching();
    lookout.seeEach(rounds(fails, 'uplink smtp', ...all));
    expect(shadeOf(lookout, 'smtp')).toBeUndefined();
    expect(shadeOf(lookout, 'web')).toBeUndefined();
    expect(lookout.watch.shadeOf(check('nobody'))).toBeUndefined();
  });
});

test('a rare parent may notice late: the slack is its interval', () => {
  const lookout = watching(
    worldOf({}, { schedule: { kind: 'every', everyMs: 5 * minutes }, policy: { staleMs: 20 * minutes } }),
  );
  lookout.seeEach(rounds(fails, 'web', 'web'));
  lookout.seeEach(rounds([300, 305, 310], 'uplink', 'uplink'));
  expect(lookout.archive.outagesOf('check:web')[0]).toMatchObject({
    startedAt: start + 30 * s,
    consequenceOf: service('network'),
  });
});
