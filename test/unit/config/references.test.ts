import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { checkTypes as realTypes } from '../../../checks/index.ts';
import { loadConfig } from '../../../config/load.ts';
import type { Secret } from '../../../config/secret.ts';
import { filesOf, problemsOf, request } from '../../support/configuration.ts';

const organisation = 'organisation: { name: Globenet, timezone: Europe/Paris }';

describe('secrets', () => {
  const text = `${organisation}
services:
  - { id: db, name: Databases, checks: [{ type: database, host: a, password: { file: secrets/db }, cert: { env: DB_PASSWORD } }] }
`;
  const files = (secret: string) =>
    filesOf({ '/etc/vigie/vigie.yaml': text, '/etc/vigie/secrets/db': secret });
  const loadWith = (secret: string) => loadConfig(request(files(secret), { path: '/etc/vigie/vigie.yaml' }));
  const optionsOf = (loaded: ReturnType<typeof loadWith>) =>
    loaded.config?.services[0]?.checks[0]?.options ?? {};

  test('come from the environment, and from files beside the configuration', () => {
    const { password, cert } = optionsOf(loadWith('from-a-file'));
    expect((password as Secret).expose()).toBe('from-a-file');
    expect((cert as Secret).expose()).toBe('canary-of-the-environment');
  });

  test.for([
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    ['secret\n\n', 'secret\n'],
    [' secret ', ' secret '],
  ])('lose one newline at the end of a file: %j', ([written, expected]) => {
    expect((optionsOf(loadWith(written!))['password'] as Secret).expose()).toBe(expected);
  });

  test.for([
    ['', 'an empty file "/etc/vigie/secrets/db", expected a secret in it'],
    ['\n', 'an empty file "/etc/vigie/secrets/db", expected a secret in it'],
    [
      'x'.repeat(65_537),
      'no readable file "/etc/vigie/secrets/db" (EFBIG), expected a file of at most 65536 bytes with a secret in it',
    ],
  ])('are not taken from a wrong file (%#)', ([written, problem]) => {
    expect(problemsOf(loadWith(written!))).toEqual([
      `/etc/vigie/vigie.yaml:3:78 services[0].checks[0].password: found ${problem}`,
    ]);
  });

  test('are seen nowhere', () => {
    const loaded = loadWith('canary-of-the-file');
    const seen = [
      JSON.stringify(loaded),
      inspect(loaded, { depth: 20, showHidden: true }),
      String(optionsOf(loaded)['password']),
    ];
    expect(seen.join('\n')).not.toContain('canary');
    expect(seen[0]).toContain('"password":"[secret]"');
  });

  test('are fetched only where a secret belongs', () => {
    const asked: string[] = [];
    const { readText, readDir } = filesOf({
      'vigie.yaml': `${organisation}\nservices: [{ id: a, name: A, checks: [{ type: tcp, host: { file: /etc/shadow }, port: 1 }] }]`,
    });
    const spy = {
      readDir,
      readText: (path: string, bytesMax: number) => (asked.push(path), readText(path, bytesMax)),
    };
    expect(problemsOf(loadConfig(request(spy)))).toHaveLength(1);
    expect(asked).toEqual(['vigie.yaml']);
  });
});

test.for([
  [`headers: { Authorization: "Bearer hunter2\\n" }`, 'headers.Authorization: found other text'],
  [`headers: { Cookie: "hunter2${'x'.repeat(4_000)}" }`, 'headers.Cookie: found other text'],
  ['headers: "Authorization: hunter2"', 'headers: found text'],
  ['basic: "vigie:hunter2"', 'basic: found text'],
  ['basic: { user: "vigie:hunter2", password: { env: DB_PASSWORD } }', 'basic.user: found other text'],
  ['bearer: hunter2', 'bearer: found the secret itself'],
] as const)('a secret that is written in the wrong place is not repeated: %s', ([option, found]) => {
  const services = `services: [{ id: a, name: A, checks: [{ type: http, url: http://a/, ${option} }] }]`;
  const files = filesOf({ 'vigie.yaml': `${organisation}\n${services}` });
  const problems = problemsOf(loadConfig({ ...request(files), checkTypes: realTypes })).join('\n');
  expect(problems).toContain(found);
  expect(problems).not.toContain('hunter2');
});
