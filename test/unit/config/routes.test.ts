import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RouteConfig } from '../../../config/config.ts';
import { loadConfig } from '../../../config/load.ts';
import { filesOf, load, problemsOf, request } from '../../support/configuration.ts';

const start = `organisation: { name: Globenet, timezone: Europe/Paris }
services: [{ id: web, name: Web, checks: [{ type: tcp, host: a, port: 80 }] }]
`;
const withRoutes = (...routes: readonly string[]): string =>
  `${start}notify:\n${routes.map((route) => `  - ${route}\n`).join('')}`;

const routesOf = (...routes: readonly string[]): readonly RouteConfig[] => {
  const loaded = load(withRoutes(...routes));
  expect(problemsOf(loaded)).toEqual([]);
  return loaded.config!.routes;
};

test('the least that can be written of a route gets every default', () => {
  expect(routesOf('{ id: admins, type: pigeon, loft: loft.example.org }')).toEqual([
    {
      id: 'admins',
      type: 'pigeon',
      options: { loft: 'loft.example.org' },
      severity: 'degraded',
      quiet: 'degraded',
      afterMs: 0,
      repeatMs: [3_600_000, 14_400_000, 86_400_000],
      languages: ['fr', 'en'],
      audience: 'admins',
      weeklyTest: true,
    },
  ]);
});

test('everything that can be written of a route arrives', () => {
  const [route] = routesOf(
    '{ id: night, type: pigeon, loft: a, ring: { env: DB_PASSWORD }, services: [web], severity: down, hours: "22:00-06:30", quiet: all, after: 15m, repeat: [2h], fallback: day, languages: [en], audience: public, weekly-test: true }',
    '{ id: day, type: pigeon, loft: b }',
  );
  expect(route).toMatchObject({
    services: ['web'],
    severity: 'down',
    hours: { fromMinute: 22 * 60, toMinute: 6 * 60 + 30 },
    quiet: 'all',
    afterMs: 900_000,
    repeatMs: [7_200_000],
    fallback: 'day',
    languages: ['en'],
    audience: 'public',
    weeklyTest: true,
  });
  expect(String(route?.options['ring'])).toBe('[secret]');
});

test('what the public reads is neither repeated nor tested, unless it is written', () => {
  expect(routesOf('{ id: members, type: crier }')[0]).toMatchObject({
    audience: 'public',
    repeatMs: [],
    weeklyTest: false,
  });
  expect(
    routesOf('{ id: members, type: crier, audience: admins, repeat: [1h], weekly-test: false }')[0],
  ).toMatchObject({ audience: 'admins', repeatMs: [3_600_000], weeklyTest: false });
});

test('a route speaks the languages of the organisation', () => {
  const text = withRoutes('{ id: admins, type: crier }').replace('Paris }', 'Paris, languages: [en] }');
  expect(load(text).config?.routes[0]?.languages).toEqual(['en']);
});

test('several files have routes together', () => {
  const files = filesOf({
    'etc/a.yaml': withRoutes('{ id: a, type: crier, fallback: b }'),
    'etc/b.yaml': 'notify: [{ id: b, type: crier }]',
  });
  const { config } = loadConfig(request(files, { path: 'etc' }));
  expect(config?.routes.map(({ id }) => id)).toEqual(['a', 'b']);
});

describe('of a route, this is told', () => {
  const unusual = Object.entries({
    '{ id: admins, type: pigoen, loft: a }':
      'vigie.yaml:4:25 notify[0].type: found "pigoen", expected "pigeon"',
    '{ id: admins, type: constructor }':
      'vigie.yaml:4:25 notify[0].type: found "constructor", expected one of "pigeon", "hook", "crier"',
    '{ id: admins }':
      'vigie.yaml:4:5 notify[0].type: found nothing, expected one of "pigeon", "hook", "crier"',
    '{ type: crier }':
      'vigie.yaml:4:5 notify[0].id: found nothing, expected an id of lower-case letters, digits and hyphens',
    '{ id: The admins, type: crier }':
      'vigie.yaml:4:11 notify[0].id: found "The admins", expected an id of lower-case letters, digits and hyphens (at most 64)',
    pigeon: 'vigie.yaml:4:5 notify[0]: found text, expected a mapping',
    '{ id: admins, type: pigeon, left: a }': [
      'vigie.yaml:4:5 notify[0].loft: found nothing, expected a host name or an address',
      'vigie.yaml:4:33 notify[0].left: found an unknown key, expected "loft"',
    ],
    '{ id: admins, type: crier, services: [wbe] }':
      'vigie.yaml:4:43 notify[0].services[0]: found "wbe", expected the id of a service: "web"',
    '{ id: admins, type: crier, severity: slow }':
      'vigie.yaml:4:42 notify[0].severity: found "slow", expected one of "down", "degraded"',
    '{ id: admins, type: crier, hours: 8-22 }':
      'vigie.yaml:4:39 notify[0].hours: found "8-22", expected hours such as 08:00-22:00 or 22:00-06:00',
    '{ id: admins, type: crier, hours: "08:00-24:00" }':
      'vigie.yaml:4:39 notify[0].hours: found "08:00-24:00", expected hours such as 08:00-22:00 or 22:00-06:00',
    '{ id: admins, type: crier, hours: "08:00-08:00" }':
      'vigie.yaml:4:39 notify[0].hours: found "08:00-08:00", expected hours such as 08:00-22:00 or 22:00-06:00',
    '{ id: admins, type: crier, quiet: never }':
      'vigie.yaml:4:39 notify[0].quiet: found "never", expected one of "degraded", "all"',
    '{ id: admins, type: crier, after: 8d }':
      'vigie.yaml:4:39 notify[0].after: found "8d", expected a duration from 0d to 7d',
    '{ id: admins, type: crier, repeat: [1s] }':
      'vigie.yaml:4:41 notify[0].repeat[0]: found "1s", expected a duration from 1m to 30d',
    '{ id: admins, type: crier, repeat: 1h }':
      'vigie.yaml:4:40 notify[0].repeat: found "1h", expected a list',
    '{ id: admins, type: crier, fallback: sms }':
      'vigie.yaml:4:42 notify[0].fallback: found "sms", expected the id of another route',
    '{ id: admins, type: crier, fallback: admins }':
      'vigie.yaml:4:42 notify[0].fallback: found "admins", expected a route that does not fall back to this one',
    '{ id: admins, type: crier, languages: [de] }':
      'vigie.yaml:4:44 notify[0].languages[0]: found "de", expected one of "fr", "en"',
    '{ id: admins, type: crier, languages: [fr, fr] }':
      'vigie.yaml:4:43 notify[0].languages: found a list, expected each of them once',
    '{ id: admins, type: crier, audience: members }':
      'vigie.yaml:4:42 notify[0].audience: found "members", expected one of "admins", "public"',
    '{ id: admins, type: crier, weekly-test: mondays }':
      'vigie.yaml:4:45 notify[0].weekly-test: found "mondays", expected true or false',
    '{ id: admins, type: hook, url: "http://example.org/canary" }':
      'vigie.yaml:4:36 notify[0].url: found another one, expected an address that begins with https:// (http:// only into this machine or a private network), as text or as a secret',
    '{ id: admins, type: hook, url: { env: SHORT } }':
      'vigie.yaml:4:36 notify[0].url: found another one, expected an address that begins with https:// (http:// only into this machine or a private network), as text or as a secret',
    '{ id: admins, type: hook, url: { env: MISSING } }':
      'vigie.yaml:4:36 notify[0].url: found no environment variable MISSING, expected a secret in it',
    '{ id: admins, type: hook, url: "https://user:canary@example.org/" }':
      'vigie.yaml:4:36 notify[0].url: found another one, expected an address that begins with https:// (http:// only into this machine or a private network), as text or as a secret',
    '{ id: admins, type: hook }':
      'vigie.yaml:4:5 notify[0].url: found nothing, expected an address that begins with https:// (http:// only into this machine or a private network), as text or as a secret',
  });

  test.for(unusual)('%s', ([route, problems]) => {
    const found = problemsOf(load(withRoutes(route)));
    expect(found).toEqual([problems].flat());
    expect(found.join()).not.toContain('canary');
  });
});

test('a second route of the same id is told, with the line of the first', () => {
  expect(problemsOf(load(withRoutes('{ id: a, type: crier }', '{ id: a, type: crier }')))).toEqual([
    'vigie.yaml:5:11 notify[1].id: found "a" again (vigie.yaml:4), expected an id of its own',
  ]);
});

test('routes that fall back to one another in a circle are told, and none that leads into it', () => {
  const text = withRoutes(
    '{ id: a, type: crier, fallback: b }',
    '{ id: b, type: crier, fallback: c }',
    '{ id: c, type: crier, fallback: b }',
  );
  const expected = 'a route that does not fall back to this one';
  expect(problemsOf(load(text))).toEqual([
    `vigie.yaml:5:37 notify[1].fallback: found "c", expected ${expected}`,
    `vigie.yaml:6:37 notify[2].fallback: found "b", expected ${expected}`,
  ]);
});

test('what administrators are told is not left to a route for the public', () => {
  const admins = '{ id: a, type: pigeon, loft: l, fallback: b }';
  const expected = 'a route that is not for the public: what administrators are told is not';
  expect(problemsOf(load(withRoutes(admins, '{ id: b, type: crier }')))).toEqual([
    `vigie.yaml:4:47 notify[0].fallback: found "b", expected ${expected}`,
  ]);
  expect(problemsOf(load(withRoutes(admins, '{ id: b, type: crier, audience: admins }')))).toEqual([]);
  expect(
    problemsOf(load(withRoutes('{ id: a, type: crier, fallback: b }', '{ id: b, type: crier }'))),
  ).toEqual([]);
});

test('every problem of routes is told at once, with those of the rest', () => {
  const text = `services: []\nnotify: [{ type: pigeon }, { id: b, type: hook, hour: 1 }]\ndead-mans-switch: [{ every: 1s }]`;
  expect(problemsOf(load(text)).map((problem) => problem.split(':', 4).slice(1, 4).join(':'))).toEqual([
    '1:1 organisation: found nothing, expected a mapping',
    '1:11 services: found an empty list, expected a list of at least 1 item',
    '2:10 notify[0].loft: found nothing, expected a host name or an address',
    '2:10 notify[0].id: found nothing, expected an id of lower-case letters, digits and hyphens',
    '2:28 notify[1].url: found nothing, expected an address that begins with https',
    '2:49 notify[1].hour: found an unknown key, expected "hours"',
    '3:20 dead-mans-switch[0].url: found nothing, expected an address that begins with https',
    '3:29 dead-mans-switch[0].every: found "1s", expected a duration from 10s to 1h',
  ]);
});

test.for([
  'https://hook.example.org/a?b=c',
  'http://127.0.0.1:9093/',
  'http://[::1]:9093/',
  'http://localhost/',
  'http://10.1.2.3/',
  'http://172.31.0.1/',
  'http://192.168.0.1/',
  'http://[fd00::1]/',
])('something may be sent to %s', (url) => {
  const [route] = routesOf(`{ id: a, type: hook, url: "${url}" }`);
  expect(String(route?.options['url'])).toBe('[secret]');
});

test.for([
  'http://192.0.2.1/',
  'http://172.32.0.1/',
  'http://localhost.example.org/',
  'http://[2001:db8::1]/',
  'ftp://127.0.0.1/',
  'file:///etc/passwd',
  'https://example.org:0/',
  `https://example.org/${'a'.repeat(2_000)}`,
  'example.org',
])('nothing may be sent to %s', (url) => {
  expect(problemsOf(load(withRoutes(`{ id: a, type: hook, url: "${url}" }`)))).toHaveLength(1);
});

test('a notifier with an option that is a key of every route is a bug', () => {
  const clash = { title: 'Clash', summary: '', options: z.strictObject({ hours: z.string() }) };
  const text = withRoutes('{ id: a, type: clash }');
  expect(() => load(text, { notifiers: { clash } })).toThrow(
    'notifier clash: the option hours is a key of every route',
  );
});

describe("a dead man's switch", () => {
  const switchesOf = (item: string) => load(`${start}dead-mans-switch: [${item}]`).config?.deadMansSwitches;

  test('gets a sign every minute, unless it is written', () => {
    expect(switchesOf('{ url: "https://hc.example.org/1" }')).toMatchObject([{ everyMs: 60_000 }]);
    expect(switchesOf('{ url: "https://hc.example.org/1", every: 5m }')).toMatchObject([
      { everyMs: 300_000 },
    ]);
  });

  test('keeps its address a secret, also when it is written as text', () => {
    const [given] = switchesOf('{ url: "https://hc.example.org/1" }') ?? [];
    expect(String(given?.url)).toBe('[secret]');
    expect(given?.url.expose()).toBe('https://hc.example.org/1');
  });
});
