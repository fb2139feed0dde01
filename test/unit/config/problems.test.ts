import { describe, expect, test } from 'vitest';
import { nearest, problemsMax, renderPath, renderProblems } from '../../../config/problems.ts';
import { load, problemsOf } from '../../support/configuration.ts';

/** The check is on line 6, column 9. */
const withCheck = (check: string): string => `organisation: { name: Globenet, timezone: Europe/Paris }
services:
  - id: web
    name: Web
    checks:
      - ${check}
`;

/** The lines begin at line 3. */
const withLines = (lines: string): string => `organisation: { name: Globenet, timezone: Europe/Paris }
services: [{ id: web, name: Web, checks: [{ type: tcp, host: 192.0.2.1, port: 80 }] }]
${lines}
`;

describe('of a check, this is told', () => {
  const unusual = Object.entries({
    '{ type: tcp, host: a.example.org, port: 70000 }':
      'vigie.yaml:6:49 services[0].checks[0].port: found 70000, expected a port from 1 to 65535',
    '{ type: tcp, host: a.example.org, port: .nan }':
      'vigie.yaml:6:49 services[0].checks[0].port: found NaN, expected a port from 1 to 65535',
    '{ type: tcp, host: a.example.org, port: 2026-01-01 }':
      'vigie.yaml:6:49 services[0].checks[0].port: found "2026-01-01", expected a port from 1 to 65535',
    '{ type: tcp, host: a.example.org, port: }':
      'vigie.yaml:6:49 services[0].checks[0].port: found nothing, expected a port from 1 to 65535',
    '{ type: tcp, host: a.example.org }':
      'vigie.yaml:6:9 services[0].checks[0].port: found nothing, expected a port from 1 to 65535',
    '{ type: tcp, host: "https://u:hunter2@example.org/", port: 1 }':
      'vigie.yaml:6:28 services[0].checks[0].host: found "https://[hidden]@example.org/", expected a host name or an address, without scheme or port',
    '{ type: tcp, host: "https://u:hun/ter2@example.org/", port: 1 }':
      'vigie.yaml:6:28 services[0].checks[0].host: found "https://[hidden]@example.org/", expected a host name or an address, without scheme or port',
    '{ type: tcp, host: "vigie:hunter2@db1", port: 1 }':
      'vigie.yaml:6:28 services[0].checks[0].host: found "[hidden]@db1", expected a host name or an address, without scheme or port',
    '{ type: tcp, host: 192.0.2.300, port: 1 }':
      'vigie.yaml:6:28 services[0].checks[0].host: found "192.0.2.300", expected a host name, or an address such as 192.0.2.1 or 2001:db8::1',
    '{ type: tcp, host: [a], port: 1 }':
      'vigie.yaml:6:28 services[0].checks[0].host: found a list, expected a host name or an address',
    '{ type: tcp, host: { env: DB_PASSWORD }, port: 1 }':
      'vigie.yaml:6:28 services[0].checks[0].host: found a reference to a secret, expected a host name or an address',
    '{ type: tcp, host: a, port: 1, vantage-points: [marseille] }':
      'vigie.yaml:6:57 services[0].checks[0].vantage-points[0]: found "marseille", expected a vantage point: local',
    '{ type: tcp, host: a, port: 1, evry: 20s }':
      'vigie.yaml:6:40 services[0].checks[0].evry: found an unknown key, expected "every"',
    '{ type: tcp, host: a, port: 1, __proto__: { host: b } }':
      'vigie.yaml:6:40 services[0].checks[0].__proto__: found the key "__proto__", expected another name',
    '{ type: tcp, host: a, port: 1, constructor: 1 }':
      'vigie.yaml:6:40 services[0].checks[0].constructor: found an unknown key, expected one of "host", "port", "type", "id", "every", "timeout", "families", "confirm", "recover", "learn", "cron", "slow", "vantage-points", "depends-on", "supporting"',
    '{ type: tcp, host: a, host: b, port: 1 }':
      'vigie.yaml:6:31 services[0].checks[0].host: found the key "host" again (line 6), expected each key once',
    '{ type: tpc, host: a, port: 1 }':
      'vigie.yaml:6:17 services[0].checks[0].type: found "tpc", expected "tcp"',
    '{ type: constructor, host: a, port: 1 }':
      'vigie.yaml:6:17 services[0].checks[0].type: found "constructor", expected one of "tcp", "database", "heartbeat"',
    '{ host: a, port: 1 }':
      'vigie.yaml:6:9 services[0].checks[0].type: found nothing, expected one of "tcp", "database", "heartbeat"',
    tcp: 'vigie.yaml:6:9 services[0].checks[0]: found text, expected a mapping',
    '{ type: tcp, host: a, port: 1, id: Web server }':
      'vigie.yaml:6:44 services[0].checks[0].id: found "Web server", expected an id of lower-case letters, digits and hyphens (at most 64)',
    '{ type: tcp, host: a, port: 1, every: 20 }':
      'vigie.yaml:6:47 services[0].checks[0].every: found 20, expected a duration such as 50ms, 20s, 5m, 1h or 30d',
    '{ type: tcp, host: a, port: 1, every: 10ms }':
      'vigie.yaml:6:47 services[0].checks[0].every: found "10ms", expected a duration from 1s to 1d',
    '{ type: tcp, host: a, port: 1, every: 20s, timeout: 20s }':
      'vigie.yaml:6:61 services[0].checks[0].timeout: found "20s", expected less than the interval of 20 s',
    '{ type: tcp, host: a, port: 1, every: 20s, cron: 0 4 * * * }':
      'vigie.yaml:6:52 services[0].checks[0].cron: found both "every" and "cron", expected one of the two',
    '{ type: tcp, host: a, port: 1, cron: 0 4 * * }':
      'vigie.yaml:6:46 services[0].checks[0].cron: found "0 4 * *", expected a cron expression such as "0 4 * * *" (five fields)',
    '{ type: tcp, host: a, port: 1, cron: 0 0 30 2 * }':
      'vigie.yaml:6:46 services[0].checks[0].cron: found "0 0 30 2 *", expected a time that comes at least once a year',
    '{ type: tcp, host: a, port: 1, families: 4 }':
      'vigie.yaml:6:50 services[0].checks[0].families: found 4, expected a list such as [4] or [4, 6]',
    '{ type: tcp, host: a, port: 1, families: [5] }':
      'vigie.yaml:6:51 services[0].checks[0].families[0]: found 5, expected one of "4", "6"',
    '{ type: tcp, host: a, port: 1, families: [4, 4] }':
      'vigie.yaml:6:50 services[0].checks[0].families: found a list, expected each of them once',
    '{ type: tcp, host: "2001:db8::1", port: 1, families: [4, 6] }':
      'vigie.yaml:6:62 services[0].checks[0].families: found [4, 6], expected [6], for 2001:db8::1 is an address of IPv6',
    '{ type: tcp, host: 192.0.2.1, port: 1, families: [6] }':
      'vigie.yaml:6:58 services[0].checks[0].families: found [6], expected [4], for 192.0.2.1 is an address of IPv4',
    '{ type: tcp, host: a, port: 1, slow: { conect: 1s } }':
      'vigie.yaml:6:48 services[0].checks[0].slow.conect: found an unknown key, expected "connect"',
    '{ type: tcp, host: a, port: 1, slow: { write: 1s } }':
      'vigie.yaml:6:48 services[0].checks[0].slow.write: found an unknown key, expected one of "resolve", "connect", "total"',
    '{ type: tcp, host: a, port: 1, confirm: { env: DB_PASSWORD } }':
      'vigie.yaml:6:51 services[0].checks[0].confirm.env: found an unknown key, expected one of "failures", "over", "recheck", "slow", "of"',
    '{ type: tcp, host: a, port: 1, confirm: { recheck: 1m } }':
      'vigie.yaml:6:60 services[0].checks[0].confirm.recheck: found "1m", expected no more than the interval of 20 s',
    '{ type: tcp, host: a, port: 1, confirm: { slow: 9 } }':
      'vigie.yaml:6:57 services[0].checks[0].confirm.slow: found 9, expected at most 8, for so many outcomes are looked at',
    '{ type: tcp, host: a, port: 1, confirm: { of: 4 } }':
      'vigie.yaml:6:55 services[0].checks[0].confirm.of: found 4, expected at least 5, for so many outcomes must be slow',
    '{ type: tcp, host: a, port: 1, supporting: "yes" }':
      'vigie.yaml:6:52 services[0].checks[0].supporting: found "yes", expected true or false',
    '{ type: database, host: a, password: hunter2 }':
      'vigie.yaml:6:46 services[0].checks[0].password: found the secret itself, expected a secret as { env: NAME } or { file: PATH }',
    '{ type: database, host: a, password: { env: hunter2 } }':
      'vigie.yaml:6:46 services[0].checks[0].password: found another word, expected an environment variable in capital letters',
    '{ type: database, host: a, password: { env: A, file: b } }':
      'vigie.yaml:6:46 services[0].checks[0].password: found something else, expected a secret as { env: NAME } or { file: PATH }',
    '{ type: database, host: a }':
      'vigie.yaml:6:9 services[0].checks[0].password: found nothing, expected a secret as { env: NAME } or { file: PATH }',
    '{ type: database, host: a, password: { env: NO_SUCH } }':
      'vigie.yaml:6:46 services[0].checks[0].password: found no environment variable NO_SUCH, expected a secret in it',
    '{ type: database, host: a, password: { env: EMPTY } }':
      'vigie.yaml:6:46 services[0].checks[0].password: found an empty environment variable EMPTY, expected a secret in it',
    '{ type: database, host: a, password: { file: /run/none } }':
      'vigie.yaml:6:46 services[0].checks[0].password: found no readable file "/run/none" (ENOENT), expected a file of at most 65536 bytes with a secret in it',
    '{ type: database, host: a, user: root, password: { env: DB_PASSWORD } }':
      'vigie.yaml:6:42 services[0].checks[0].user: found "root", expected a user with few rights',
    '{ type: database, host: a, password: { env: DB_PASSWORD }, expect: { cron: 1, timezone: UTC } }':
      'vigie.yaml:6:84 services[0].checks[0].expect.cron: found 1, expected text',
    '{ type: database, host: a, password: { env: DB_PASSWORD }, expect: 1 }':
      'vigie.yaml:6:76 services[0].checks[0].expect: found 1, expected a mapping',
    '{ type: heartbeat, token: { env: SHORT } }':
      'vigie.yaml:6:35 services[0].checks[0].token: found a reference to a secret, expected at least 8 letters',
    '{ type: heartbeat, token: { env: NO_SUCH } }':
      'vigie.yaml:6:35 services[0].checks[0].token: found no environment variable NO_SUCH, expected a secret in it',
    '{ type: heartbeat, token: { env: DB_PASSWORD }, timeout: 5s }':
      'vigie.yaml:6:57 services[0].checks[0].timeout: found an unknown key, expected one of "token", "type", "id", "confirm", "recover", "depends-on", "supporting"',
    '*other': 'vigie.yaml:6:9 services[0].checks[0]: found an alias, expected the value itself',
  });

  test.for(unusual)('%s', ([check, problem]) => {
    expect(problemsOf(load(withCheck(check)))).toEqual([problem]);
  });
});

describe('of the rest, this is told', () => {
  const unusual = Object.entries({
    'listen: { public: 3210 }':
      'vigie.yaml:3:19 listen.public: found 3210, expected an address and a port such as 127.0.0.1:3210 or [::1]:3210',
    'listen: { public: "127.0.0.1:3211" }':
      'vigie.yaml:3:19 listen.public: found "127.0.0.1:3211", expected another port than "private"',
    'listen: { public: "127.0.0.1:65536" }':
      'vigie.yaml:3:19 listen.public: found "127.0.0.1:65536", expected an address and a port such as 127.0.0.1:3210 or [::1]:3210',
    'resolvers: [dns.example.org]':
      'vigie.yaml:3:13 resolvers[0]: found "dns.example.org", expected an address such as 192.0.2.53 or [2001:db8::53]:5353',
    'resolvers: ["192.0.2.53:0"]':
      'vigie.yaml:3:13 resolvers[0]: found "192.0.2.53:0", expected an address such as 192.0.2.53 or [2001:db8::53]:5353',
    'defaults: { confirm: { slow: 9 } }':
      'vigie.yaml:3:30 defaults.confirm.slow: found 9, expected at most 8, for so many outcomes are looked at',
    'defaults: { confirm: { of: 4 } }':
      'vigie.yaml:3:28 defaults.confirm.of: found 4, expected at least 5, for so many outcomes must be slow',
    'retention: { results: 1h }':
      'vigie.yaml:3:23 retention.results: found "1h", expected a duration from 1d to 400d',
    "backup: { folder: /copies, at: '24:00' }":
      'vigie.yaml:3:32 backup.at: found "24:00", expected a time of the day such as 03:30',
    'data: ""': 'vigie.yaml:3:7 data: found "", expected text of at least 1 letter',
    'defaults: { timeout: [] }':
      'vigie.yaml:3:22 defaults.timeout: found an empty list, expected a duration such as 50ms, 20s, 5m, 1h or 30d',
    'witnesses: [{ type: heartbeat }]':
      'vigie.yaml:3:21 witnesses[0].type: found "heartbeat", expected one of "tcp", "database"',
    'witnesses: [{ type: tcp, host: a, port: 1 }, { type: tcp, host: a, port: 2 }]':
      'vigie.yaml:3:46 witnesses[1].id: found "witness-tcp-a" again (vigie.yaml:3), expected an id of its own',
    'witnesses: [{ type: tcp, host: a, port: 1, supporting: true }]':
      'vigie.yaml:3:44 witnesses[0].supporting: found an unknown key, expected one of "host", "port", "type", "id", "every", "timeout", "families", "confirm", "recover", "cron", "slow", "vantage-points", "layer", "network"',
    'witness: []': 'vigie.yaml:3:1 witness: found an unknown key, expected "witnesses"',
    'toString: 1':
      'vigie.yaml:3:1 toString: found an unknown key, expected one of "organisation", "listen", "data", "resolvers", "retention", "backup", "flapping", "incidents", "defaults", "vantage-points", "notify", "dead-mans-switch", "self-check", "subscriptions", "witnesses", "services", "maintenance"',
    'organisation: {}':
      'vigie.yaml:3:1 organisation: found the key "organisation" again (line 1), expected each key once',
  });

  test.for(unusual)('%s', ([lines, problem]) => {
    expect(problemsOf(load(withLines(lines)))).toEqual([problem]);
  });
});

describe('of the organisation and the services, this is told', () => {
  const services = 'services: [{ id: web, name: Web, checks: [{ type: tcp, host: a, port: 80 }] }]';
  const organisation = 'organisation: { name: Globenet, timezone: Europe/Paris }';
  const unusual = Object.entries({
    [`organisation: { name: Globenet, timezone: Europe/Pari }\n${services}`]:
      'vigie.yaml:1:43 organisation.timezone: found "Europe/Pari", expected a time zone such as Europe/Paris',
    [`organisation: { name: Globenet, timezone: UTC, languages: [de] }\n${services}`]:
      'vigie.yaml:1:60 organisation.languages[0]: found "de", expected one of "fr", "en"',
    [`organisation: { name: Globenet, timezone: UTC, url: "http://example.org" }\n${services}`]:
      'vigie.yaml:1:53 organisation.url: found "http://example.org", expected an address that begins with https://',
    [`organisation: { name: "Globe\\u202enet", timezone: UTC }\n${services}`]:
      'vigie.yaml:1:23 organisation.name: found "Globe net", expected text without invisible letters',
    [services]: 'vigie.yaml:1:1 organisation: found nothing, expected a mapping',
    [`${organisation}\nservices: []`]:
      'vigie.yaml:2:11 services: found an empty list, expected a list of at least 1 item',
    [`${organisation}\nservices:`]: 'vigie.yaml:2:10 services: found nothing, expected a list',
    [`${organisation}\nservices: [{ id: web, name: Web, checks: [] }]`]:
      'vigie.yaml:2:42 services[0].checks: found an empty list, expected a list of at least 1 item',
    [`${organisation}\nservices: [{ id: web, name: { fr: Web }, checks: [{ type: tcp, host: a, port: 80 }] }]`]:
      'vigie.yaml:2:29 services[0].name.en: found nothing, expected text',
    [`${organisation}\nservices: [{ id: web, name: [Web], checks: [{ type: tcp, host: a, port: 80 }] }]`]:
      'vigie.yaml:2:29 services[0].name: found a list, expected text, or a mapping',
    [`${organisation}\nservices: [{ id: web, name: Web, members: -1, checks: [{ type: tcp, host: a, port: 80 }] }]`]:
      'vigie.yaml:2:43 services[0].members: found -1, expected a number of at least 0',
    [`${organisation}\nservices: [{ id: web, name: Web, checks: [{ type: tcp, host: a, port: 80 }] },\n  { id: web, name: Web, checks: [{ id: www, type: tcp, host: a, port: 80 }] }]`]:
      'vigie.yaml:3:9 services[1].id: found "web" again (vigie.yaml:2), expected an id of its own',
    [`${organisation}\nservices: [{ id: web, name: Web, checks: [{ type: tcp, host: a, port: 80 }] },\n  { id: www, name: Web, checks: [{ id: web, type: tcp, host: a, port: 80 }] }]`]:
      'vigie.yaml:3:40 services[1].checks[0].id: found "web" again (vigie.yaml:2), expected an id of its own',
  });

  test.for(unusual)('%s', ([text, problem]) => {
    expect(problemsOf(load(text))).toEqual([problem]);
  });

  test('every check of several needs an id', () => {
    const text = `${organisation}\nservices: [{ id: web, name: Web, checks: [{ type: tcp, host: a, port: 80 }, { type: tcp, host: b, port: 80 }] }]`;
    expect(problemsOf(load(text))).toEqual([
      'vigie.yaml:2:43 services[0].checks[0].id: found nothing, expected an id, because the service has several checks',
      'vigie.yaml:2:77 services[0].checks[1].id: found nothing, expected an id, because the service has several checks',
    ]);
  });
});

test('what all checks inherit is told once, and of a check only what it writes itself', () => {
  const text = `${withCheck('{ type: tcp, host: a, port: 1, confirm: { of: 3 } }')}
  - { id: db, name: Databases, checks: [{ type: tcp, host: b, port: 1 }] }
defaults: { confirm: { slow: 4, of: 2 } }`;
  expect(problemsOf(load(text))).toEqual([
    'vigie.yaml:6:55 services[0].checks[0].confirm.of: found 3, expected at least 4, for so many outcomes must be slow',
    'vigie.yaml:9:30 defaults.confirm.slow: found 4, expected at most 2, for so many outcomes are looked at',
  ]);
});

test('of several shapes, the one whose keys were written is explained', () => {
  const check =
    '{ type: database, host: a, password: { env: DB_PASSWORD }, expect: { cron: x, timzone: UTC } }';
  expect(problemsOf(load(withCheck(check)))).toEqual([
    'vigie.yaml:6:76 services[0].checks[0].expect.timezone: found nothing, expected text',
    'vigie.yaml:6:87 services[0].checks[0].expect.timzone: found an unknown key, expected "timezone"',
  ]);
});

test('every problem is told at once, in the order of the lines', () => {
  const text = `services:
  - id: web
    nam: Web
    checks:
      - { type: tcp, host: 192.0.2.1, port: 70000, every: 5s, timeout: 6s }
      - { id: web, type: tpc, every: 5 }
listen: none
`;
  expect(problemsOf(load(text))).toEqual([
    'vigie.yaml:1:1 organisation: found nothing, expected a mapping',
    'vigie.yaml:2:5 services[0].name: found nothing, expected text, or a mapping',
    'vigie.yaml:3:5 services[0].nam: found an unknown key, expected "name"',
    'vigie.yaml:5:9 services[0].checks[0].id: found nothing, expected an id, because the service has several checks',
    'vigie.yaml:5:45 services[0].checks[0].port: found 70000, expected a port from 1 to 65535',
    'vigie.yaml:5:72 services[0].checks[0].timeout: found "6s", expected less than the interval of 5 s',
    'vigie.yaml:6:26 services[0].checks[1].type: found "tpc", expected "tcp"',
    'vigie.yaml:6:38 services[0].checks[1].every: found 5, expected a duration such as 50ms, 20s, 5m, 1h or 30d',
    'vigie.yaml:7:9 listen: found text, expected a mapping',
  ]);
});

test('a file that is not there is a problem', () => {
  expect(problemsOf(load('', { path: 'other.yaml' }))).toEqual([
    'other.yaml:1:1: found no readable file (ENOENT), expected a file of at most 1000000 bytes (a folder takes several)',
  ]);
});

test('a file that is too large is not read', () => {
  expect(problemsOf(load(' '.repeat(1_000_001)))).toEqual([
    'vigie.yaml:1:1: found no readable file (EFBIG), expected a file of at most 1000000 bytes (a folder takes several)',
  ]);
});

test('at most so many problems are rendered, and the rest counted', () => {
  const problem = { file: 'a.yaml', line: 1, column: 1, path: '', found: 'this', expected: 'that' };
  const lines = renderProblems(Array.from({ length: problemsMax + 7 }, () => problem));
  expect(lines).toHaveLength(problemsMax + 1);
  expect(lines.at(-1)).toBe('and 7 more');
});

test.for([
  ['intervall', ['interval', 'every'], 'interval'],
  ['evrey', ['interval', 'every'], 'every'],
  ['ports', ['host', 'port'], 'port'],
  ['interval', ['host', 'port'], undefined],
  ['', ['a', 'b'], undefined],
  ['x'.repeat(200_000), ['host'], undefined],
] as const)('nearest to %s among %s is %s', ([word, words, expected]) => {
  expect(nearest(word, words)).toBe(expected);
});

test('a path is written as in a program', () => {
  expect(renderPath(['services', 2, 'checks', 0, 'slow', 'first-byte'])).toBe(
    'services[2].checks[0].slow.first-byte',
  );
  expect(renderPath(['headers', 'X Y'])).toBe('headers["X Y"]');
  expect(renderPath([])).toBe('');
});
