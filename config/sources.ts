// What an operator wrote, in one file or in a folder of several, as one whole whose parts still know their lines.
import { dirname, join, resolve } from 'node:path';
import { readDocument } from './document.ts';
import type { YamlDocument } from './document.ts';
import { reasonOf } from './files.ts';
import type { Files } from './files.ts';
import { renderPath } from './problems.ts';
import type { Path, Place, Problem } from './problems.ts';

const fileBytesMax = 1_000_000;
const filesMax = 200;

/** Lists that one file begins and the next continues; every other section stands in one file only. */
const sharedLists: readonly string[] = ['services', 'witnesses', 'resolvers', 'notify'];

export interface Written {
  /** Where relative paths start, absolute. */
  readonly folder: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  /** The data is not what was meant: problems with it would be echoes of these. */
  readonly isBroken: boolean;
  /** Where a value (or its key) is written; the path counts within its own file. */
  readonly placeOf: (path: Path, what?: 'value' | 'key') => Place;
}

/** Reads a file, or every `.yaml` and `.yml` file of a folder in the order of their names. */
export const readWritten = (path: string, files: Files): Written => {
  const problems: Problem[] = [];
  const names = attempt(() => files.readDir(path), path, problems);
  const documents = filesOf(path, names, problems).flatMap((file) => {
    const text = attempt(() => files.readText(file, fileBytesMax), file, problems);
    return text === undefined ? [] : [readDocument(file, text)];
  });
  const isBroken = problems.length > 0 || documents.some((document) => document.isBroken);
  problems.push(...documents.flatMap((document) => document.problems));
  const { data, origins } = merge(documents, problems);
  return {
    folder: names === undefined ? dirname(resolve(path)) : resolve(path),
    data,
    problems,
    isBroken,
    placeOf: (path, what) => {
      const [section = '', index] = path;
      const parts = origins.get(String(section)) ?? [];
      const part = parts.findLast(({ from }) => typeof index !== 'number' || from <= index);
      const document = part?.document ?? documents[0];
      const local = part && typeof index === 'number' ? path.with(1, index - part.from) : path;
      return document ? placeIn(document, local, what) : { ...start(''), path: renderPath(path) };
    },
  };
};

const attempt = <Result>(read: () => Result, file: string, problems: Problem[]): Result | undefined => {
  try {
    return read();
  } catch (error) {
    const found = `no readable file (${reasonOf(error)})`;
    const expected = `a file of at most ${fileBytesMax} bytes (a folder takes several)`;
    problems.push({ ...start(file), found, expected });
    return undefined;
  }
};

const filesOf = (path: string, names: readonly string[] | undefined, problems: Problem[]): string[] => {
  if (names === undefined) return problems.length === 0 ? [path] : [];
  const written = names.filter((name) => /^[^.].*\.ya?ml$/.test(name)).toSorted();
  if (written.length === 0 || written.length > filesMax) {
    const found = `${written.length} files`;
    problems.push({ ...start(path), found, expected: `1 to ${filesMax} files ending in .yaml` });
  }
  return written.slice(0, filesMax).map((name) => join(path, name));
};

/** The documents that hold a section; for a shared list, each with the index of its first item. */
type Origins = ReadonlyMap<string, readonly { readonly document: YamlDocument; readonly from: number }[]>;

const merge = (
  documents: readonly YamlDocument[],
  problems: Problem[],
): { data: Record<string, unknown>; origins: Origins } => {
  const data: Record<string, unknown> = {};
  const origins = new Map<string, { document: YamlDocument; from: number }[]>();
  for (const document of documents)
    for (const [section, value] of Object.entries(document.data)) {
      const list = data[section];
      const parts = origins.get(section);
      if (parts === undefined) {
        data[section] = value;
        origins.set(section, [{ document, from: 0 }]);
      } else if (sharedLists.includes(section) && Array.isArray(list) && Array.isArray(value)) {
        data[section] = [...list, ...value];
        parts.push({ document, from: list.length });
      } else {
        const found = `the section again (${parts.map(({ document }) => document.file).join(', ')})`;
        problems.push({ ...placeIn(document, [section], 'key'), found, expected: 'it in one file only' });
      }
    }
  return { data, origins };
};

const placeIn = (document: YamlDocument, path: Path, what?: 'value' | 'key'): Place => ({
  file: document.file,
  ...document.locate(path, what),
  path: renderPath(path),
});

const start = (file: string): Place => ({ file, line: 1, column: 1, path: '' });
