import { describe, expect, test } from 'vitest';
import { Failure } from '../../../../checks/lib/outcome.ts';
import { PostgresqlMessages } from '../../../../checks/lib/postgresql-messages.ts';

const message = (type: string, body: string): Buffer => {
  const bytes = Buffer.from(`${type}....${body}`, 'latin1');
  bytes.writeUInt32BE(bytes.length - 1, 1);
  return bytes;
};

describe('a message that does not end is never handed on', () => {
  test.for([
    ['an error without the zero after its fields', message('E', 'SFATAL\0')],
    ['an error whose field has no end', message('E', 'SFATAL')],
    ['an error that goes on after its end', message('E', 'SFATAL\0\0M')],
    ['a notice of nothing', message('N', '')],
    ['a parameter without a value', message('S', 'TimeZone\0')],
    ['a command without an end', message('C', 'SELECT 1')],
    ['a notification without a payload', message('A', '....channel\0')],
    ['columns that are not all there', message('T', `\0\x02one\0${'.'.repeat(18)}`)],
    ['a column whose rest is missing', message('T', '\0\x01one\0...')],
    ['ways to log in without an end', message('R', '\0\0\0\x0aSCRAM-SHA-256\0')],
    ['a length that is too short for itself', Buffer.from([0x5a, 0, 0, 0, 3, 73])],
  ] as const)('%s', ([, bytes]) => {
    expect(() => new PostgresqlMessages().take(bytes)).toThrow(Failure);
  });
});

test('whole messages are handed on as they came, whatever pieces they came in', () => {
  const said = Buffer.concat([
    message('R', '\0\0\0\x0aSCRAM-SHA-256\0\0'),
    message('S', 'TimeZone\0UTC\0'),
    message('E', 'SERROR\0C42601\0\0'),
    message('T', `\0\x01one\0${'.'.repeat(18)}`),
    message('A', '....channel\0payload\0'),
    message('C', 'SELECT 1\0'),
    message('Z', 'I'),
  ]);
  for (const size of [1, 2, 7, said.length]) {
    const messages = new PostgresqlMessages();
    const handed = Array.from({ length: Math.ceil(said.length / size) }, (_, piece) =>
      messages.take(said.subarray(piece * size, (piece + 1) * size)),
    );
    expect(Buffer.concat(handed)).toEqual(said);
  }
});

test('a message that has only begun is kept back', () => {
  const messages = new PostgresqlMessages();
  const said = message('C', 'SELECT 1\0');
  expect(messages.take(said.subarray(0, 8))).toHaveLength(0);
  expect(messages.take(said.subarray(8))).toEqual(said);
});
