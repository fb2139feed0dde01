import { expect, test } from 'vitest';
import { isSame } from '../../../config/same.ts';
import { Secret } from '../../../config/secret.ts';
import { load } from '../../support/configuration.ts';

test.for([
  ['nothing', null, null, true],
  ['nothing and a mapping', null, {}, false],
  ['mappings in another order', { a: 1, b: [2] }, { b: [2], a: 1 }, true],
  ['a mapping with a key more', { a: 1 }, { a: 1, b: undefined }, false],
  ['mappings with other keys', { a: undefined }, { b: undefined }, false],
  ['lists in another order', [1, 2], [2, 1], false],
  ['a list and a mapping', [1], { 0: 1 }, false],
  ['the same secret', { a: new Secret('one') }, { a: new Secret('one') }, true],
  ['other secrets', { a: new Secret('one') }, { a: new Secret('two') }, false],
  ['a secret and what it prints', new Secret('one'), '[secret]', false],
  ['a secret and an empty mapping', new Secret('one'), {}, false],
] as const)('%s: %j and %j are the same: %s', ([, a, b, expected]) => {
  expect(isSame(a, b)).toBe(expected);
  expect(isSame(b, a)).toBe(expected);
});

test('a file that is read twice says the same, and with another secret something else', () => {
  const text = `organisation: { name: Globenet, timezone: Europe/Paris }
services:
  - id: databases
    name: Databases
    checks: [{ type: database, host: db1.example.org, password: { env: DB_PASSWORD } }]`;
  const read = (secret: string) => load(text, { env: { DB_PASSWORD: secret } }).config;
  expect(read('one')).toBeDefined();
  expect(isSame(read('one'), read('one'))).toBe(true);
  expect(isSame(read('one'), read('two'))).toBe(false);
});
