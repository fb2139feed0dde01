import { expect, test } from 'vitest';
import type { Config, Dependency } from '../../../config/config.ts';
import { makeCheck, makeConfig, makeService, minutes } from '../../support/watch.ts';
import { Lookout } from '../http/network.ts';

/** A site that depends on something, and has its outage because of that. */
const statusWith = (on: Dependency, isPublic = true) => {
  const site = makeService('site', [makeCheck('web', { dependsOn: [on] }), makeCheck('panel')]);
  const config: Config = makeConfig([
    { ...makeService('network', [makeCheck('uplink')]), public: isPublic },
    {
      ...site,
      checks: site.checks.map((check) => (on.id === check.id ? { ...check, dependsOn: [] } : check)),
    },
  ]);
  const panel = on.id === 'panel' ? 'bad' : 'good';
  const bad = { uplink: 'bad', web: 'bad', panel } as const;
  return new Lookout(config)
    .pass(5 * minutes)
    .pass(5 * minutes, bad)
    .publish();
};

const consequences = ({ services, outages }: ReturnType<typeof statusWith>) => [
  ...services.map(({ id, consequenceOf }) => [id, consequenceOf]),
  ...outages.map(({ service, consequenceOf }) => [service, consequenceOf]),
];

test.for<readonly [on: Dependency]>([
  [{ kind: 'service', id: 'network' }],
  [{ kind: 'check', id: 'uplink' }],
])('readers are told the service, though it depends on %o', ([on]) => {
  expect(consequences(statusWith(on))).toEqual(
    expect.arrayContaining([
      ['network', undefined],
      ['site', 'network'],
    ]),
  );
});

test('readers are not told of what is not public', () => {
  const status = statusWith({ kind: 'service', id: 'network' }, false);
  expect(consequences(status)).toEqual([
    ['site', undefined],
    ['site', undefined],
  ]);
  expect(JSON.stringify(status)).not.toContain('network');
});

test('readers are not told that a service is a consequence of itself', () => {
  const of = consequences(statusWith({ kind: 'check', id: 'panel' }));
  expect(of.filter(([id]) => id === 'site')).toEqual([
    ['site', undefined],
    ['site', undefined],
  ]);
});
