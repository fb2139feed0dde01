import { expect, test } from 'vitest';
import type { Subject } from '../../../../server/core/effects.ts';
import { steady } from '../../../../server/core/flapping.ts';
import { troublesOf } from '../../../../server/core/incidents/troubles.ts';
import type { Troubled } from '../../../../server/core/incidents/troubles.ts';
import type { WatchedCheck, WatchedService } from '../../../../server/core/watched.ts';
import { outage } from '../../../support/effects.ts';
import { makeCheck, makeService } from '../../../support/watch.ts';

const service = (id: string, consequenceOf?: Subject): WatchedService => ({
  config: makeService(id, [makeCheck(`${id}-1`)]),
  checks: [],
  timeline: {
    subject: { kind: 'service', id },
    since: 3,
    state: 'down',
    flapping: steady,
    outage: outage(3, { id: `service:${id}@3`, ...(consequenceOf && { consequenceOf }) }),
  },
});

const watching = (services: readonly WatchedService[], planned: readonly string[] = []): Troubled => ({
  services: new Map(services.map((one) => [one.config.id, one])),
  checks: new Map([['uplink', { service: 'network' } as WatchedCheck]]),
  maintenanceOf: ({ id }) =>
    planned.includes(id) ? ({ until: 9 } as ReturnType<Troubled['maintenanceOf']>) : undefined,
});

const troubles = (...given: Parameters<typeof watching>) => troublesOf(watching(...given), 5);

test.for<[string, Subject | undefined, string]>([
  ['nothing else', undefined, 'web'],
  ['another service', { kind: 'service', id: 'network' }, 'network'],
  ['a check of another service', { kind: 'check', id: 'uplink' }, 'network'],
  ['a check that is no longer there', { kind: 'check', id: 'gone' }, 'web'],
])('the root of what is explained by %s', ([, consequenceOf, root]) => {
  expect(troubles([service('web', consequenceOf)])).toMatchObject([{ outage: 'service:web@3', root }]);
});

test('what was announced is told apart', () => {
  const planned = troubles([service('web'), service('mail')], ['mail']).map(({ isPlanned }) => isPlanned);
  expect(planned).toEqual([false, true]);
});
