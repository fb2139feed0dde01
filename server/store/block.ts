// An hour of results of one series in few bytes: column after column, compressed, with a checksum.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { VarintReader, pushVarint } from '../core/varint.ts';
import { BitReader, BitWriter } from './bits.ts';
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
const layout = 2;
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
  const columns = new BitWriter();
  columns.column(rows.map(({ at }, index) => at - (rows[index - 1]?.at ?? hourAt)));
  columns.column(rows.map(({ totalUs }) => totalUs));
  for (const [shape, phases] of shapes.words.entries())
    pushPhases(
      columns,
      rows.filter((_, index) => shapes.codes[index] === shape),
      phases === '' ? 0 : phases.split(' ').length,
    );
  return zstdCompressSync(Buffer.concat([Uint8Array.from(bytes), columns.bytes()]), compression);
};

/** What `packBlock` was given. Throws for damaged bytes. */
export const unpackBlock = (hourAt: number, block: Uint8Array): readonly ResultRow[] => {
  const bytes = zstdDecompressSync(block, { maxOutputLength: blockBytesMax });
  if (bytes[0] !== layout) throw new RangeError(`no block has the layout ${bytes[0]}`);
  const reader = new VarintReader(bytes.subarray(1));
  const count = reader.varint();
  const kinds = Dictionary.read(reader, count);
  const shapes = Dictionary.read(reader, count);
  const columns = new BitReader(reader.rest());
  let last = hourAt;
  const times = columns.column(count).map((gap) => (last += gap));
  const totals = columns.column(count);
  const phases: Phases[] = [];
  for (const [shape, distances] of shapes.words.entries()) {
    const members = shapes.codes.flatMap((code, index) => (code === shape ? [index] : []));
    const read = readPhases(
      columns,
      distances,
      members.map((index) => totals[index] ?? 0),
    );
    for (const [place, index] of members.entries()) phases[index] = read[place] ?? [];
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

// One phase after the other. The last is what the others have left of the whole, or nearly.
const pushPhases = (columns: BitWriter, rows: readonly ResultRow[], count: number): void => {
  for (let place = 0; place + 1 < count; place++)
    columns.column(rows.map(({ phases }) => phases[place]?.[1] ?? 0));
  if (count > 0) columns.column(rows.map(({ totalUs, phases }) => totalUs - sumOf(phases)));
};

const readPhases = (columns: BitReader, shape: string, totals: readonly number[]): readonly Phases[] => {
  if (shape === '') return totals.map(() => []);
  const distances = shape.split(' ').map(Number);
  const last = distances.at(-1) ?? 0;
  const others = distances.slice(0, -1).map((distance) => ({ distance, us: columns.column(totals.length) }));
  const rest = columns.column(totals.length);
  return totals.map((total, row) => {
    const first = others.map(({ distance, us }) => [distance, us[row] ?? 0] as const);
    return [...first, [last, total - sumOf(first) - (rest[row] ?? 0)]];
  });
};

const sumOf = (phases: Phases): number => phases.reduce((sum, [, us]) => sum + us, 0);

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
