import { expect, test } from 'vitest';
import type { Config, Dependency } from '../../../config/config.ts';
import { relativesOf } from '../../../server/core/relatives.ts';
import { Lookout } from '../../support/lookout.ts';
import { makeCheck, makeConfig, makeService, seconds as s } from '../../support/watch.ts';

const service = (id: string): Dependency => ({ kind: 'service', id });

/** Of a check that has just failed, when all has been seen well. */
const askedFor = (config: Config, failed: string): readonly string[] => {
  const lookout = new Lookout(config);
  const checks = config.services.flatMap(({ checks }) => checks.map(({ id }) => id));
  for (const id of checks) lookout.see([id, 0, 'good']);
  lookout.see([failed, 20 * s, 'bad']);
  return relativesOf([failed], lookout.watch).map(({ check }) => check);
};

test('all of its service is asked, and what it depends on that could explain it', () => {
  const config = makeConfig([
    makeService('network', [makeCheck('uplink'), makeCheck('traffic', { supporting: true })]),
    makeService('site', [
      makeCheck('web', { dependsOn: [service('network')] }),
      makeCheck('login', { supporting: true }),
    ]),
    makeService('mail', [makeCheck('smtp', { dependsOn: [service('network')] })]),
  ]);
  expect(askedFor(config, 'web')).toEqual(['login', 'uplink']);
  expect(askedFor(config, 'uplink')).toEqual(['traffic']);
});

test('once each, however many ways lead to it', () => {
  const layers = Array.from({ length: 24 }, (_, layer) => ({
    ...makeService(
      `service-${layer}`,
      Array.from({ length: 4 }, (_, index) => makeCheck(`check-${layer}-${index}`)),
    ),
    dependsOn: layer === 0 ? [] : [service(`service-${layer - 1}`)],
  }));
  expect(askedFor(makeConfig(layers), 'check-23-0')).toHaveLength(24 * 4 - 1);
});
