import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { csvRecords } from '../../../server/cli/csv.ts';
import { temporaryFolder } from '../../support/folder.ts';

const read = (content: string | Uint8Array) => {
  const path = join(temporaryFolder(), 'table.csv');
  writeFileSync(path, content);
  return [...csvRecords(path)].map((record) =>
    'fault' in record
      ? `line ${record.line}: ${record.fault.found}`
      : record.cells.map(({ text, column }) => `${column}:${text}`),
  );
};

test.for([
  [
    'cells by commas',
    'a,b,\r\n,c\r\n',
    [
      ['1:a', '3:b', '5:'],
      ['1:', '2:c'],
    ],
  ],
  ['a last line without an end', 'a\nb', [['1:a'], ['1:b']]],
  ['quoted commas and quotes', '"a,b","say ""no"""\n', [['1:a,b', '7:say "no"']]],
  [
    'a quoted end of a line',
    '"a\r\nb",c\nd,e\n',
    [
      ['1:a\r\nb', '8:c'],
      ['1:d', '3:e'],
    ],
  ],
  ['a mark at the beginning', '\u{feff}a,b\n', [['1:a', '3:b']]],
  ['nothing where nothing is', '\n\r\n', []],
] as const)('reads %s', ([, content, records]) => {
  expect(read(content)).toEqual(records);
});

test.for([
  ['letters after a quote', '"a"b,c\nd,e\n', ['line 1: "b"', ['1:d', '3:e']]],
  ['a quote inside of a cell', 'a"b"\nc\n', ['line 1: "\\""', ['1:c']]],
  ['a quote that stays open', 'a\n"b\nc\n', [['1:a'], 'line 2: a quote that is not closed']],
  [
    'a quote that is open for too many lines',
    `"${'a\n'.repeat(200)}"\nb\n`,
    ['line 1: a quote that is not closed'],
  ],
  ['a line without an end', `a\n${'b'.repeat(200_000)}`, [['1:a'], 'line 2: a line without an end']],
  [
    'bytes that are no text',
    Uint8Array.from([0x61, 0x0a, 0xff, 0x0a, 0x62, 0x0a]),
    [['1:a'], 'line 2: bytes that are no text', ['1:b']],
  ],
] as const)('tells %s, and reads on where that can be', ([, content, records]) => {
  expect(read(content)).toEqual(records);
});

test('reads a file of any size line by line, and tells how much of it is read', () => {
  const path = join(temporaryFolder(), 'table.csv');
  writeFileSync(path, 'é,"b ""c"""\n'.repeat(30_000));
  const records = [...csvRecords(path)];
  expect(records).toHaveLength(30_000);
  expect(records.every((record) => 'cells' in record && record.cells[1]?.text === 'b "c"')).toBe(true);
  const shares = records.map(({ readShare }) => readShare);
  expect([shares[0]! < 0.5, shares.at(-1)]).toEqual([true, 1]);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
});
