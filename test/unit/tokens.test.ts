import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holderOf, newToken, readHolders, writeHolders } from '../../server/tokens.ts';
import { temporaryFolder } from '../support/folder.ts';

const day = 86_400_000;

test('a token is known by its hash alone, and that is kept for nobody else to read', () => {
  const folder = temporaryFolder();
  const { token, holder } = newToken('ada', 0, day);
  writeHolders(folder, [holder]);
  const path = join(folder, 'tokens.json');
  expect(token).toMatch(/^vgt_[\w-]{43}$/);
  expect(readFileSync(path, 'utf8')).not.toContain(token.slice('vgt_'.length));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(holderOf(readHolders(folder), token, 1)).toBe('ada');
});

test.for([
  [
    'one that was never given',
    (token: string) => token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    0,
  ],
  ['none', () => '', 0],
  ['one whose time is over', (token: string) => token, day],
] as const)('nobody holds %s', ([, change, now]) => {
  const { token, holder } = newToken('ada', 0, day);
  expect(holderOf([holder], change(token), now)).toBeUndefined();
});

test('no two tokens are the same', () => {
  expect(newToken('ada', 0, day).token).not.toBe(newToken('ada', 0, day).token);
});

test('nobody holds a token where none was given, and a file that makes no sense is no file', () => {
  const folder = temporaryFolder();
  expect(readHolders(folder)).toEqual([]);
  writeFileSync(join(folder, 'tokens.json'), '[{"name":"ada"}]');
  expect(() => readHolders(folder)).toThrow();
});

test('what cannot be written leaves what was there', () => {
  const folder = temporaryFolder();
  const { holder } = newToken('ada', 0, day);
  writeHolders(folder, [holder]);
  mkdirSync(join(folder, 'tokens.json.new'));
  expect(() => writeHolders(folder, [])).toThrow();
  expect(readHolders(folder)).toEqual([holder]);
});
