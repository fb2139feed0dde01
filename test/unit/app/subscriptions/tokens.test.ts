import { expect, test } from 'vitest';
import { createTokens } from '../../../../server/app/subscriptions/tokens.ts';

const keyed = (byte: number) => createTokens(() => new Uint8Array(32).fill(byte));
const name = '0123456789abcdef'.repeat(2);
const token = keyed(1).of(name, 'confirm');

test('a token tells whose it is, for its purpose and under its key', () => {
  expect(keyed(1).nameIn(token, 'confirm')).toBe(name);
  expect(keyed(1).nameIn(token, 'manage')).toBeUndefined();
  expect(keyed(2).nameIn(token, 'confirm')).toBeUndefined();
});

test('a token of which any letter is another one is none', () => {
  for (let at = 0; at < token.length; at++) {
    const other = token[at] === '0' ? '1' : '0';
    expect(keyed(1).nameIn(token.slice(0, at) + other + token.slice(at + 1), 'confirm')).toBeUndefined();
  }
});

test.for([
  '',
  name,
  `${token}0`,
  token.toUpperCase(),
  ` ${token}`,
  `${token}\n`,
  'é'.repeat(75),
  'a'.repeat(10_000),
])('what is no token of ours is none: %j', (written) => {
  expect(keyed(1).nameIn(written, 'confirm')).toBeUndefined();
});
