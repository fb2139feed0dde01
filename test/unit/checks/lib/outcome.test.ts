import { expect, test } from 'vitest';
import { evidenceCharsMax, printable } from '../../../../checks/lib/outcome.ts';

test.for<[string, string, string]>([
  ['a new line', 'a\r\nb', 'a b'],
  ['an escape of terminals', 'a\u001B[31mb', 'a [31mb'],
  ['what turns the direction', 'a\u202Eb\u061Cc', 'a b c'],
  ['a separator of lines', 'a\u2028b', 'a b'],
  ['what XML refuses', 'a\uFFFEb\uFFFFc', 'a b c'],
  ['half a letter', 'a\uD83Db', 'a b'],
])('of what a target said, %s is a space', ([, said, line]) => {
  expect(printable(said)).toBe(line);
});

test('what is too long is cut between two letters', () => {
  const line = printable('é'.repeat(evidenceCharsMax - 2) + '😀'.repeat(3));
  expect(line).toBe(`${'é'.repeat(evidenceCharsMax - 2)}…`);
  expect(printable(line)).toBe(line);
});
