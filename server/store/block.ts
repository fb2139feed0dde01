// An hour of results of one series in few bytes: column after column, compressed, with a checksum.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { VarintReader, pushSigned, pushVarint } from '../core/varint.ts';
import type { Phases } from './phases.ts';

/** A row of the table of results, without its series. */
export interface ResultRow {
  readonly at: number;
  /** As its column has it. */
  readonly grade: number;
  readonly cause: string | null;
  readonly totalUs: number;
  readonly phases: Phases;
}

/** The first byte of what is compressed: a layout is never given another meaning. */
const layout = 1;
const compression = {
  params: {
    [constants.ZSTD_c_compressionLevel]: 9,
    // A bit that flips on the disk is found, and not taken for a measurement.
    [constants.ZSTD_c_checksumFlag]: 1,
  },
};
/** No hour of ours is nearly so long: what claims to be is no block. */
const blockBytesMax = 16_777_216;

/** Rows sorted by their instants, none of which is before `hourAt`. */
export const packBlock = (hourAt: number, rows: readonly ResultRow[]): Uint8Array => {
  const bytes: number[] = [layout];
  pushVarint(bytes, rows.length);
  const kinds = new Dictionary(rows.map(({ grade, cause }) => `${grade}${cause ?? ''}`));
  const shapes = new Dictionary(rows.map(({ phases }) => phases.map(([distance]) => distance).join(' ')));
  kinds.push(bytes);
  shapes.push(bytes);
  pushTimes(bytes, hourAt, rows);
  for (const { totalUs } of rows) pushVarint(bytes, totalUs);
  for (const [shape, phases] of shapes.words.entries())
    pushPhases(
      bytes,
      rows.filter((_, index) => shapes.codes[index] === shape),
      phases === '' ? 0 : phases.split(' ').length,
    );
  return zstdCompressSync(Uint8Array.from(bytes), compression);
};

/** What `packBlock` was given. Throws for damaged bytes. */
export const unpackBlock = (hourAt: number, block: Uint8Array): readonly ResultRow[] => {
  const bytes = zstdDecompressSync(block, { maxOutputLength: blockBytesMax });
  if (bytes[0] !== layout) throw new RangeError(`no block has the layout ${bytes[0]}`);
  const reader = new VarintReader(bytes.subarray(1));
  const count = reader.varint();
  const kinds = Dictionary.read(reader, count);
  const shapes = Dictionary.read(reader, count);
  const times = readTimes(reader, hourAt, count);
  const totals = Array.from({ length: count }, () => reader.varint());
  const phases: Phases[] = [];
  for (const [shape, distances] of shapes.words.entries()) {
    const members = shapes.codes.flatMap((code, index) => (code === shape ? [index] : []));
    const columns = readPhases(
      reader,
      distances,
      members.map((index) => totals[index] ?? 0),
    );
    for (const [place, index] of members.entries()) phases[index] = columns[place] ?? [];
  }
  return times.map((at, index) => {
    const kind = kinds.wordOf(index);
    return {
      at,
      grade: Number(kind[0]),
      cause: kind.length > 1 ? kind.slice(1) : null,
      totalUs: totals[index] ?? 0,
      phases: phases[index] ?? [],
    };
  });
};

// Probes come at a pace: what is written is by how much each was off it.
const pushTimes = (bytes: number[], hourAt: number, rows: readonly ResultRow[]): void => {
  const gaps = rows.map(({ at }, index) => at - (rows[index - 1]?.at ?? hourAt));
  const pace = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
  pushVarint(bytes, pace);
  for (const gap of gaps) pushSigned(bytes, gap - pace);
};

const readTimes = (reader: VarintReader, hourAt: number, count: number): readonly number[] => {
  const pace = reader.varint();
  let at = hourAt;
  return Array.from({ length: count }, () => (at += pace + reader.signed()));
};

// One phase after the other. The last is what the others have left of the whole, or nearly.
const pushPhases = (bytes: number[], rows: readonly ResultRow[], count: number): void => {
  for (let place = 0; place + 1 < count; place++)
    for (const { phases } of rows) pushVarint(bytes, phases[place]?.[1] ?? 0);
  if (count === 0) return;
  for (const { totalUs, phases } of rows) {
    const others = phases.slice(0, -1).reduce((sum, [, us]) => sum + us, 0);
    pushSigned(bytes, totalUs - others - (phases.at(-1)?.[1] ?? 0));
  }
};

const readPhases = (reader: VarintReader, shape: string, totals: readonly number[]): readonly Phases[] => {
  const distances = shape === '' ? [] : shape.split(' ').map(Number);
  const columns = distances
    .slice(0, -1)
    .map((distance) => totals.map(() => [distance, reader.varint()] as const));
  const last = distances.at(-1);
  return totals.map((total, row) => {
    const others = columns.map((column) => column[row] ?? ([0, 0] as const));
    if (last === undefined) return [];
    return [...others, [last, total - others.reduce((sum, [, us]) => sum + us, 0) - reader.signed()]];
  });
};

/** Words that come again and again: each once, and for every row which one it is. */
class Dictionary {
  readonly words: readonly string[];
  readonly codes: readonly number[];

  constructor(values: readonly string[]) {
    const codeOf = new Map<string, number>();
    this.codes = values.map((value) => {
      const code = codeOf.get(value) ?? codeOf.size;
      codeOf.set(value, code);
      return code;
    });
    this.words = [...codeOf.keys()];
  }

  wordOf(row: number): string {
    return this.words[this.codes[row] ?? 0] ?? '';
  }

  push(bytes: number[]): void {
    pushVarint(bytes, this.words.length);
    for (const word of this.words) {
      const letters = new TextEncoder().encode(word);
      pushVarint(bytes, letters.length);
      for (const letter of letters) bytes.push(letter);
    }
    for (const code of this.codes) pushVarint(bytes, code);
  }

  static read(reader: VarintReader, count: number): Dictionary {
    const words = Array.from({ length: reader.varint() }, () => reader.text(reader.varint()));
    return new Dictionary(Array.from({ length: count }, () => words[reader.varint()] ?? ''));
  }
}
