import { describe, expect, test } from 'vitest';
import { load, problemsOf } from '../../support/configuration.ts';

const tcp = (id: string, more = '') => `{ id: ${id}, type: tcp, host: a, port: 1${more} }`;

const services = (...lines: readonly string[]) =>
  load(['organisation: { name: Globenet, timezone: Europe/Paris }', 'services:', ...lines].join('\n'));

const service = (id: string, checks: readonly string[], on = '') =>
  `  - { id: ${id}, name: X, ${on === '' ? '' : `depends-on: [${on}], `}checks: [${checks.join(', ')}] }`;

const network = service('network', [tcp('uplink'), tcp('transit')]);

describe('depends-on', () => {
  test('names services and checks, in the order in which they are written', () => {
    const { config, problems } = services(
      network,
      service('site', [tcp('web', ', depends-on: [transit, network]'), tcp('panel')], 'uplink'),
    );
    expect(problems).toBeUndefined();
    const [, site] = config?.services ?? [];
    expect(site?.dependsOn).toEqual([{ kind: 'check', id: 'uplink' }]);
    expect(site?.checks.map(({ dependsOn }) => dependsOn)).toEqual([
      [
        { kind: 'check', id: 'transit' },
        { kind: 'service', id: 'network' },
      ],
      undefined,
    ]);
    expect(site).not.toHaveProperty('depends-on');
  });

  test('of an id that a service and its only check have is of the service', () => {
    const { config } = services(
      service('network', [tcp('network')]),
      service('site', [tcp('web')], 'network'),
    );
    expect(config?.services[1]?.dependsOn).toEqual([{ kind: 'service', id: 'network' }]);
  });

  test('of one check on another of its service is no circle', () => {
    const { problems } = services(service('site', [tcp('web', ', depends-on: [router]'), tcp('router')]));
    expect(problems).toBeUndefined();
  });

  test.for<readonly [what: string, lines: readonly string[], problem: string]>([
    [
      'what is not there',
      [network, service('site', [tcp('web')], 'netwrk')],
      'vigie.yaml:4:39 services[1].depends-on[0]: found "netwrk", expected "network", a service or a check',
    ],
    [
      'what two things are called',
      [network, service('transit', [tcp('line')]), service('site', [tcp('web')], 'transit')],
      'vigie.yaml:5:39 services[2].depends-on[0]: found "transit", expected an id that only one has: a service has it (vigie.yaml:4), and a check of another (vigie.yaml:3)',
    ],
    [
      'itself',
      [service('site', [tcp('web')], 'site')],
      'vigie.yaml:3:39 services[0].depends-on[0]: found a circle: site → site, expected what does not depend on it in turn',
    ],
    [
      'its own service',
      [service('site', [tcp('web', ', depends-on: [site]'), tcp('panel')])],
      'vigie.yaml:3:88 services[0].checks[0].depends-on[0]: found a circle: web → site → web, expected what does not depend on it in turn',
    ],
    [
      'its own check',
      [service('site', [tcp('web'), tcp('panel')], 'panel')],
      'vigie.yaml:3:39 services[0].depends-on[0]: found a circle: site → panel → site, expected what does not depend on it in turn',
    ],
    [
      'what depends on it',
      [
        service('a', [tcp('a1')], 'b'),
        service('b', [tcp('b1'), tcp('b2', ', depends-on: [c]')]),
        service('c', [tcp('c1')], 'a1'),
      ],
      'vigie.yaml:5:36 services[2].depends-on[0]: found a circle: c → a1 → b → b2 → c, expected what does not depend on it in turn',
    ],
    [
      'nothing at all',
      [service('site', [tcp('web', ', depends-on: []')])],
      'vigie.yaml:3:87 services[0].checks[0].depends-on: found an empty list, expected a list of ids such as [network]',
    ],
  ])('%s is refused', ([, lines, problem]) => {
    expect(problemsOf(services(...lines))).toEqual([problem]);
  });

  test('a witness depends on nothing', () => {
    const { problems } = load(
      [
        'organisation: { name: Globenet, timezone: Europe/Paris }',
        `witnesses: [${tcp('w', ', depends-on: [site]')}]`,
        'services:',
        service('site', [tcp('web')]),
      ].join('\n'),
    );
    expect(problems).toMatchObject([{ path: 'witnesses[0].depends-on', found: 'an unknown key' }]);
  });
});
