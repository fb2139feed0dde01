// Files that options name: a configuration with one that cannot be used is refused where it is written.
import { resolve } from 'node:path';
import { getCACertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { checkTypes } from '../../../checks/index.ts';
import { loadConfig } from '../../../config/load.ts';
import { filesOf, problemsOf, request } from '../../support/configuration.ts';

const [pem = '', other = ''] = getCACertificates('default');
const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const key = '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n';

const texts = { 'good.pem': `A\n${pem}\nB\n${other}`, 'half.pem': `${pem}\n${broken}`, 'key.pem': key };

const loadWith = (...checks: readonly string[]) => {
  const reads: string[] = [];
  const files = filesOf({
    'vigie.yaml': [
      'organisation: { name: Globenet, timezone: Europe/Paris }',
      'services:',
      ...checks.map((check, index) => `  - { id: s${index}, name: S, checks: [${check}] }`),
    ].join('\n'),
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [resolve(name), text])),
    [resolve('large.pem')]: 'x'.repeat(1_000_001),
  });
  const readText = (path: string, bytesMax: number) => {
    reads.push(path);
    return files.readText(path, bytesMax);
  };
  const loaded = loadConfig(request({ ...files, readText }, { checkTypes }));
  return { loaded, reads };
};

const tls = (ca: string) => `{ type: tls, host: a, port: 1, ca: ${ca} }`;

test.for([
  [
    'none.pem',
    `no readable file "${resolve('none.pem')}" (ENOENT), expected a file of at most 1000000 bytes with`,
  ],
  [
    'large.pem',
    `no readable file "${resolve('large.pem')}" (EFBIG), expected a file of at most 1000000 bytes with`,
  ],
  ['key.pem', `something else in "${resolve('key.pem')}", expected`],
  ['half.pem', `something else in "${resolve('half.pem')}", expected`],
  [JSON.stringify(key), 'other text, expected'],
] as const)('a ca that is %j', ([ca, found]) => {
  const { loaded } = loadWith(tls('good.pem'), tls(ca));
  expect(problemsOf(loaded)).toEqual([
    `vigie.yaml:4:68 services[1].checks[0].ca: found ${found} certificates in PEM`,
  ]);
});

test('a file of certificates is read once for all checks, and watched', () => {
  const { loaded, reads } = loadWith(tls('good.pem'), tls('./good.pem'), tls(JSON.stringify(pem)));
  expect(problemsOf(loaded)).toEqual([]);
  expect(reads).toEqual(['vigie.yaml', resolve('good.pem')]);
  expect(loaded.watchPaths).toEqual([resolve('vigie.yaml'), resolve('good.pem')]);
});

test('one that is not there is watched all the more', () => {
  expect(loadWith(tls('none.pem')).loaded.watchPaths).toContain(resolve('none.pem'));
});

test('inside a part of the options it is found as well', () => {
  const account = 'user: a, password: { env: DB_PASSWORD }';
  const loop = (ca: string) =>
    `{ type: mail-loop, to: a@b.fr, submit: { host: a, from: a@b.fr, ${account} }, read: { host: a, ${account}, ca: ${ca} } }`;
  const { config } = loadWith(loop('good.pem')).loaded;
  expect(config?.services[0]?.checks[0]?.options).toMatchObject({ read: { ca: resolve('good.pem') } });
  expect(problemsOf(loadWith(loop('none.pem')).loaded)).toEqual([
    expect.stringMatching(/services\[0\]\.checks\[0\]\.read\.ca: found no readable file/),
  ]);
});
