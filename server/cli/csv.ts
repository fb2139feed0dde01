// Reads a table of RFC 4180 from a file, record by record, whatever its size.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export interface Cell {
  readonly text: string;
  /** Where it begins in its line, from 1. */
  readonly column: number;
}

/** A line of the table; or what is wrong with it, and where. */
export type CsvRecord = { readonly line: number; readonly readShare: number } & (
  | { readonly cells: readonly Cell[] }
  | { readonly fault: Fault }
);

export interface Fault {
  readonly column: number;
  readonly found: string;
  readonly expected: string;
}

const chunkBytes = 65_536;
const lineBytesMax = 65_536;
/** Of one record: a quoted cell may hold the ends of lines. */
const linesMax = 100;

/** Empty lines are left out. Where nobody knows where the next record begins, nothing follows a fault. */
export const csvRecords = function* (path: string): Generator<CsvRecord, void> {
  let open = '';
  let first = 0;
  for (const { line, readShare, bytes } of linesOf(path)) {
    if (open === '') first = line;
    const place = { line: first, readShare };
    const text = decoded(bytes);
    const record = open + (text ?? '');
    const cells = split(record.replace(/\r?\n$/, ''));
    open = '';
    if (text === undefined) yield { ...place, fault: notUtf8 };
    else if (bytes.length > lineBytesMax) return yield { ...place, fault: tooLong };
    else if (cells === 'open' && line - first + 1 >= linesMax) return yield { ...place, fault: neverClosed };
    else if (cells === 'open') open = record;
    else if ('column' in cells) yield { ...place, fault: cells };
    else if (record.trim() !== '') yield { ...place, cells };
  }
  if (open !== '') yield { line: first, readShare: 1, fault: neverClosed };
};

const notUtf8: Fault = { column: 1, found: 'bytes that are no text', expected: 'UTF-8' };
const tooLong: Fault = {
  column: 1,
  found: 'a line without an end',
  expected: `at most ${lineBytesMax} bytes`,
};
const neverClosed: Fault = { column: 1, found: 'a quote that is not closed', expected: 'its end' };

const decoder = new TextDecoder('utf-8', { fatal: true });
const decoded = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
};

/** `open`: a quoted cell goes on in the next line. */
const split = (record: string): readonly Cell[] | Fault | 'open' => {
  const cells: Cell[] = [];
  for (let at = 0; ;) {
    const [text, end] = record[at] === '"' ? quoted(record, at) : bare(record, at);
    if (end === -1) return 'open';
    if (end < record.length && record[end] !== ',')
      return { column: end + 1, found: JSON.stringify(record[end]), expected: 'a comma' };
    cells.push({ text, column: at + 1 });
    if (end >= record.length) return cells;
    at = end + 1;
  }
};

const bare = (record: string, from: number): readonly [text: string, end: number] => {
  const end = /[",]/g;
  end.lastIndex = from;
  const found = end.exec(record)?.index ?? record.length;
  return [record.slice(from, found), found];
};

// Two quotes stand for one.
const quoted = (record: string, from: number): readonly [text: string, end: number] => {
  let text = '';
  for (let at = from + 1; ;) {
    const quote = record.indexOf('"', at);
    if (quote === -1) return [text, -1];
    text += record.slice(at, quote);
    if (record[quote + 1] !== '"') return [text, quote + 1];
    text += '"';
    at = quote + 2;
  }
};

interface Line {
  readonly line: number;
  readonly readShare: number;
  /** With its end. One that is longer than `lineBytesMax` is cut somewhere behind that. */
  readonly bytes: Uint8Array;
}

const linesOf = function* (path: string): Generator<Line, void> {
  const file = openSync(path, 'r');
  try {
    const size = Math.max(1, fstatSync(file).size);
    const chunk = Buffer.alloc(chunkBytes);
    let [rest, read, line] = [Buffer.alloc(0), 0, 0];
    for (;;) {
      const bytes = readSync(file, chunk, 0, chunkBytes, null);
      read += bytes;
      rest = Buffer.concat([rest, chunk.subarray(0, bytes)]);
      let from = 0;
      for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a, from)) {
        yield { line: ++line, readShare: read / size, bytes: rest.subarray(from, end + 1) };
        from = end + 1;
      }
      rest = rest.subarray(from);
      const isOver = bytes === 0;
      if (rest.length > lineBytesMax || (isOver && rest.length > 0)) {
        yield { line: ++line, readShare: read / size, bytes: rest };
        rest = Buffer.alloc(0);
      }
      if (isOver) return;
    }
  } finally {
    closeSync(file);
  }
};
