import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { CheckConfig, Config } from '../../../config/config.ts';
import { checkTypes as realTypes } from '../../../checks/index.ts';
import { loadConfig } from '../../../config/load.ts';
import { checkTypes, filesOf, load, problemsOf, request } from '../../support/configuration.ts';

const organisation = 'organisation: { name: Globenet, timezone: Europe/Paris }';

const configOf = (text: string): Config => {
  const loaded = load(text);
  expect(problemsOf(loaded)).toEqual([]);
  return loaded.config!;
};

const configWith = (check: string, more = ''): Config =>
  configOf(`${organisation}\nservices: [{ id: web, name: Web, checks: [${check}] }]\n${more}`);

const checkOf = (check: string, more = ''): CheckConfig => configWith(check, more).services[0]!.checks[0]!;

test('the least that can be written gets every default', () => {
  expect(configWith('{ type: tcp, host: www.example.org, port: 80 }')).toEqual({
    demonstration: false,
    organisation: { name: 'Globenet', timezone: 'Europe/Paris', languages: ['fr', 'en'] },
    listen: {
      public: { address: '127.0.0.1', port: 3210 },
      private: { address: '127.0.0.1', port: 3211 },
      names: [],
    },
    data: '/var/lib/vigie',
    resolvers: [],
    retention: { resultsMs: 35 * 86_400_000, evidenceMs: 400 * 86_400_000 },
    vantagePoints: [{ id: 'local', name: { fr: 'ici', en: 'here' } }],
    routes: [],
    deadMansSwitches: [],
    flapping: true,
    incidents: { publishAfterMs: 900_000 },
    witnesses: [],
    services: [
      {
        id: 'web',
        name: { fr: 'Web', en: 'Web' },
        public: true,
        checks: [
          {
            id: 'web',
            type: 'tcp',
            options: { host: 'www.example.org', port: 80 },
            schedule: { kind: 'every', everyMs: 20_000 },
            timeoutMs: 10_000,
            families: [4],
            vantagePoints: ['local'],
            slowMs: { connect: 300, total: 1_000 },
            learn: { overMs: 130_000 },
            supporting: false,
            policy: {
              failuresMin: 3,
              failuresSpanMs: 10_000,
              recoveriesMin: 2,
              recoveriesSpanMs: 20_000,
              recheckMs: 5_000,
              slowMin: 5,
              slowOf: 8,
              calmMs: 300_000,
              staleMs: 70_000,
            },
          },
        ],
      },
    ],
    maintenance: [],
  });
});

test('the most that can be written is all there', () => {
  const config = configOf(`
organisation: { name: Globenet, timezone: UTC, languages: [fr], url: "https://example.org" }
listen: { public: "192.0.2.9:80", private: "[::1]:0", names: [vigie.example.org] }
data: ../data
resolvers: [192.0.2.53, "[2001:db8::53]:5353"]
vantage-points: [{ id: paris, name: Paris }, { id: marseille, name: Marseille }]
retention: { results: 2d, evidence: 30d }
backup: { folder: ../copies, at: '23:05' }
flapping: false
incidents: { publish-after: never }
witnesses: [{ id: uplink, type: tcp, host: 2001:db8::1, port: 53, every: 30s }]
services:
  - id: web
    name: { fr: Hébergement, en: Hosting }
    description: >
      Sites,
      panneau.
    group: Pages
    members: 150
    public: false
    checks:
      - id: site
        type: tcp
        host: www.example.org
        port: 80
        every: 1m
        timeout: 2s
        families: [6, 4]
        vantage-points: [marseille]
        slow: { connect: 50ms, resolve: 1s }
        supporting: true
        confirm: { failures: 1, over: 0s, recheck: 10s, slow: 2, of: 3 }
        recover: { successes: 4, over: 1m, calm: 10m }
`);
  expect(config).toMatchObject({
    organisation: { languages: ['fr'], url: 'https://example.org' },
    listen: {
      public: { address: '192.0.2.9', port: 80 },
      private: { address: '::1', port: 0 },
      names: ['vigie.example.org'],
    },
    data: resolve('../data'),
    resolvers: ['192.0.2.53', '[2001:db8::53]:5353'],
    retention: { resultsMs: 2 * 86_400_000, evidenceMs: 30 * 86_400_000 },
    backup: { folder: resolve('../copies'), at: '23:05', keep: 14 },
    vantagePoints: [{ id: 'paris', name: { fr: 'Paris' } }, { id: 'marseille' }],
    witnesses: [
      {
        id: 'uplink',
        vantagePoints: ['paris', 'marseille'],
        families: [6],
        schedule: { kind: 'every', everyMs: 30_000 },
      },
    ],
    flapping: false,
    incidents: {},
  });
  expect(config.services).toMatchObject([
    {
      name: { fr: 'Hébergement', en: 'Hosting' },
      description: { fr: 'Sites, panneau.', en: 'Sites, panneau.' },
      group: { fr: 'Pages' },
      members: 150,
      public: false,
      checks: [
        {
          id: 'site',
          schedule: { kind: 'every', everyMs: 60_000 },
          timeoutMs: 2_000,
          families: [6, 4],
          vantagePoints: ['marseille'],
          slowMs: { connect: 50, resolve: 1_000, total: 1_000 },
          supporting: true,
          policy: {
            failuresMin: 1,
            failuresSpanMs: 0,
            recoveriesMin: 4,
            recoveriesSpanMs: 60_000,
            recheckMs: 10_000,
            slowMin: 2,
            slowOf: 3,
            calmMs: 600_000,
            staleMs: 190_000,
          },
        },
      ],
    },
  ]);
});

describe('what is not written of a check', () => {
  const tcp = '{ type: tcp, host: www.example.org, port: 80 }';
  const every = (every: string, more = '') =>
    `{ type: tcp, host: www.example.org, port: 80, every: ${every}${more} }`;

  test('comes from "defaults", if it is there', () => {
    const defaults =
      'defaults: { every: 1m, timeout: 5s, families: [6], confirm: { failures: 2 }, recover: { calm: 1m } }';
    expect(checkOf(tcp, defaults)).toMatchObject({
      schedule: { everyMs: 60_000 },
      timeoutMs: 5_000,
      families: [6],
      policy: { failuresMin: 2, slowMin: 5, calmMs: 60_000, recoveriesMin: 2 },
    });
  });

  test('gives way to what is written', () => {
    const check = '{ type: tcp, host: a, port: 1, every: 30s, timeout: 1s, confirm: { slow: 1 } }';
    expect(checkOf(check, 'defaults: { every: 1m, timeout: 5s, confirm: { failures: 2 } }')).toMatchObject({
      schedule: { everyMs: 30_000 },
      timeoutMs: 1_000,
      policy: { failuresMin: 2, slowMin: 1 },
    });
  });

  test.for([
    ['20s', '', 10_000, 5_000],
    ['11s', '', 10_000, 5_000],
    ['10s', '', 5_000, 5_000],
    ['4s', '', 2_000, 4_000],
    ['4s', 'defaults: { timeout: 8s, confirm: { recheck: 6s } }', 2_000, 4_000],
    ['20s', 'defaults: { timeout: 8s, confirm: { recheck: 6s } }', 8_000, 6_000],
  ] as const)('gives way to an interval of %s %s', ([interval, more, timeoutMs, recheckMs]) => {
    expect(checkOf(every(interval), more)).toMatchObject({ timeoutMs, policy: { recheckMs } });
  });

  test.for([
    ['www.example.org', '', [4]],
    ['www.example.org', 'defaults: { families: [4, 6] }', [4, 6]],
    ['192.0.2.1', 'defaults: { families: [6] }', [4]],
    ['2001:db8::1', '', [6]],
  ] as const)('of the families of %s %s is %o', ([host, more, families]) => {
    expect(checkOf(`{ type: tcp, host: "${host}", port: 80 }`, more).families).toEqual(families);
  });
});

test('a check that dials nobody has no family, and may not be given one', () => {
  const loadBgp = (more: string) => {
    const check = `{ type: bgp, source: { bird: /run/bird.ctl }, sessions: [transit]${more} }`;
    const text = `${organisation}\ndefaults: { families: [4, 6] }\nservices: [{ id: net, name: Net, checks: [${check}] }]`;
    return loadConfig({ ...request(filesOf({ 'vigie.yaml': text })), checkTypes: realTypes });
  };
  expect(loadBgp('').config?.services[0]?.checks[0]?.families).toEqual([0]);
  expect(problemsOf(loadBgp(', families: [4]'))).toEqual([
    expect.stringMatching(/families: found \[4\], expected no families, for no address is dialled$/),
  ]);
});

test('a witness that dials nobody has no name but the one that is written', () => {
  const loadWitness = (more: string) => {
    const witness = `{ type: bgp, source: { bird: /run/bird.ctl }, sessions: [transit]${more} }`;
    const services = 'services: [{ id: net, name: Net, checks: [{ type: tcp, host: a, port: 1 }] }]';
    const text = `${organisation}\nwitnesses: [${witness}]\n${services}`;
    return loadConfig({ ...request(filesOf({ 'vigie.yaml': text })), checkTypes: realTypes });
  };
  expect(problemsOf(loadWitness(''))).toEqual([
    'vigie.yaml:2:13 witnesses[0].id: found nothing, expected an id, because no address is dialled after which to name it',
  ]);
  expect(loadWitness(', id: transit').config?.witnesses).toMatchObject([{ id: 'transit' }]);
});

test('a check that only listens has no family, and is judged as often as its type says', () => {
  expect(
    checkOf('{ type: heartbeat, token: { env: DB_PASSWORD } }', 'defaults: { every: 1h }'),
  ).toMatchObject({
    families: [0],
    schedule: { kind: 'every', everyMs: 20_000 },
    slowMs: {},
  });
});

test('a cron check is stale a minute after a run that did not come', () => {
  expect(checkOf('{ type: tcp, host: a, port: 1, cron: 0 4 * * * }')).toMatchObject({
    schedule: { kind: 'cron', cron: '0 4 * * *', timezone: 'Europe/Paris', longestGapMs: 86_400_000 },
    timeoutMs: 10_000,
    policy: { recheckMs: 5_000, staleMs: 86_400_000 + 10_000 + 60_000 },
  });
});

test('a witness is probed every ten seconds, whatever holds for the others, and named after its target', () => {
  const { witnesses } = configWith(
    '{ type: tcp, host: a, port: 1 }',
    'witnesses: [{ type: tcp, host: "2001:db8::1", port: 53 }]\ndefaults: { every: 1m }',
  );
  expect(witnesses).toMatchObject([
    {
      id: 'witness-tcp-2001-db8-1',
      schedule: { everyMs: 10_000 },
      timeoutMs: 5_000,
      policy: { staleMs: 40_000 },
    },
  ]);
});

test('words are composed letters on one line', () => {
  const words = '{ fr: " Ba\u0302ti\n ments ", en: Buildings }';
  const text = `${organisation}\nservices: [{ id: web, name: ${words}, checks: [{ type: tcp, host: a, port: 1 }] }]`;
  expect(configOf(text).services[0]?.name.fr).toBe('B\u00e2ti ments');
});

test('an option that is named as a key of every check is a bug of ours', () => {
  const clash = { ...checkTypes['tcp']!, options: z.strictObject({ every: z.string() }) };
  const text = `${organisation}\nservices: [{ id: web, name: Web, checks: [{ type: clash }] }]`;
  expect(() => load(text, { checkTypes: { clash } })).toThrow('check type clash: the option every is a key');
});
