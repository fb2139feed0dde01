// The self-check as it is written: networks that may be looked into, and a list of domains that can be read.
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readDomains } from '../../../config/hosted-domains.ts';
import { loadConfig } from '../../../config/load.ts';
import { checkTypes, filesOf, problemsOf, request } from '../../support/configuration.ts';

const hash = 'a'.repeat(64);

const loadWith = (written: string, list = `example.org\n${hash}\n`) =>
  loadConfig(
    request(
      filesOf({
        'vigie.yaml': [
          'organisation: { name: Globenet, timezone: Europe/Paris }',
          `self-check: { ${written} }`,
          'services: [{ id: web, name: Web, checks: [{ type: tcp, host: a, port: 1 }] }]',
        ].join('\n'),
        [resolve('domains')]: list,
      }),
      { checkTypes },
    ),
  );

const rest = 'domains: domains, name-servers: [NS1.example.org.]';

test('is complete, with the path of the list and names as they are compared', () => {
  const { config, watchPaths } = loadWith(
    `${rest}, prefixes: [192.0.2.0/24, '2001:db8::/48'], services: [web]`,
  );
  expect(config?.selfCheck).toEqual({
    domains: resolve('domains'),
    prefixes: ['192.0.2.0/24', '2001:db8::/48'],
    nameServers: ['ns1.example.org'],
    mailServers: [],
    services: ['web'],
  });
  expect(watchPaths).toContain(resolve('domains'));
});

test.for([
  '0.0.0.0/0',
  '0.0.0.0/8',
  '127.0.0.0/8',
  '127.0.0.1/32',
  '126.0.0.0/7',
  '169.254.0.0/16',
  '169.254.169.254/32',
  '168.0.0.0/8x',
  '224.0.0.0/8',
  '255.255.255.255/32',
  '::/0',
  '::1/128',
  '::ffff:192.0.2.0/120',
  '64:ff9b::/96',
  '2001::/32',
  '2002:c000:200::/40',
  'fd00::/8',
  'fd00:ec2::254/128',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
  '2000::/7',
  '192.0.2.0',
  '192.0.2.0/33',
  '2001:db8::/129',
  'example.org/24',
])('no site is in %s', (prefix) => {
  const [problem = ''] = problemsOf(loadWith(`${rest}, prefixes: ['${prefix}']`));
  expect(problem).toContain(`self-check.prefixes[0]: found "${prefix}"`);
});

test.for(['192.0.2.0/24', '10.1.2.0/24', '203.0.113.7/32', '2001:db8::/32', 'fd12:3456::/32'])(
  'sites may be in %s',
  (prefix) => {
    expect(problemsOf(loadWith(`${rest}, prefixes: ['${prefix}']`))).toEqual([]);
  },
);

test.for([
  ['example.org\nnot a domain\n', 'line 2 of '],
  [`example.org\n${hash}a\n`, 'line 2 of '],
  ['# who\n\n<!doctype html>\n', 'line 3 of '],
  ['example\n', 'line 1 of '],
  ['192.0.2.10\n', 'line 1 of '],
  ['a.example\n'.repeat(50_001), 'line 50001 of '],
] as const)('a list that begins with %.20j is refused where it is wrong', ([list, where]) => {
  const problems = problemsOf(loadWith(`${rest}, prefixes: [192.0.2.0/24]`, list));
  expect(problems).toEqual([
    `vigie.yaml:2:24 self-check.domains: found something else in ${where}"${resolve('domains')}", expected a domain, or its SHA-256 in hexadecimal, on each of at most 50000 lines`,
  ]);
});

test.for([
  ['no readable file', `name-servers: [a.b], prefixes: [192.0.2.0/24], domains: none`],
  ['the id of a service', `${rest}, prefixes: [192.0.2.0/24], services: [wbe]`],
  ['name-servers', 'domains: domains, prefixes: [192.0.2.0/24]'],
] as const)('says what is wrong: %s', ([words, written]) => {
  expect(problemsOf(loadWith(written)).join()).toContain(words);
});

test('a list is read as people write it', () => {
  const text = '# our members\r\n\r\nWWW.Example.org. # a theatre\r\nthéâtre.fr\r\n' + hash.toUpperCase();
  expect([...readDomains(text).domains]).toEqual(['example.org', 'xn--thtre-4qa2c.fr', hash]);
});
