// One YAML text: its data, and where each part of it is written.
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Pair, YAMLError, YAMLMap } from 'yaml';
import { quote, renderPath } from './problems.ts';
import type { Path, Problem } from './problems.ts';

const depthMax = 16;
const nodesMax = 50_000;
const syntaxProblemsMax = 10;

interface Position {
  readonly line: number;
  readonly column: number;
}

export interface YamlDocument {
  readonly file: string;
  /** Mappings, lists, text, numbers, booleans and null; nothing for an empty text. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  /** The data is not what was meant: problems with it would be echoes of these. */
  readonly isBroken: boolean;
  /** Where a value (or its key) is written, or else the nearest thing around it that is. */
  readonly locate: (path: Path, what?: 'value' | 'key') => Position;
}

/** Reads any text; what is wrong with it is in `problems`. */
export const readDocument = (file: string, text: string): YamlDocument => {
  const lines = new LineCounter();
  const parsed = parseDocument(text, {
    lineCounter: lines,
    // The parser's own words quote the text, and with it secrets.
    prettyErrors: false,
    // The parser compares each key with all others; the reader below does it in linear time.
    uniqueKeys: false,
    stringKeys: true,
    resolveKnownTags: false,
    // Any level but 'silent' makes a second document an error.
    logLevel: 'error',
  });
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };

  const syntax: Remark[] = [...parsed.errors, ...parsed.warnings].map(({ code, pos }) => {
    const [found, expected] = syntaxRemarks[code];
    return { offset: pos[0], path: [], found, expected };
  });
  if (parsed.directives?.yaml.explicit === true)
    syntax.push({ offset: 0, path: [], found: 'a %YAML directive', expected: 'none: YAML 1.2 is read' });
  const reader = new Reader(positionOf);
  const data = reader.readRoot(parsed.contents);
  return {
    file,
    data,
    isBroken: syntax.length > 0 || reader.isOverrun,
    problems: (syntax.length > 0 ? firstOfLines(syntax, positionOf) : reader.remarks).map(
      ({ offset, path, found, expected }) => ({
        file,
        ...positionOf(offset),
        path: renderPath(path),
        found,
        expected,
      }),
    ),
    locate: (path, what = 'value') => positionOf(offsetOf(parsed.contents, path, what)),
  };
};

interface Remark {
  readonly offset: number;
  readonly path: Path;
  readonly found: string;
  readonly expected: string;
}

/** One bracket too few makes everything wrong that follows. */
const firstOfLines = (remarks: readonly Remark[], positionOf: (offset: number) => Position): Remark[] => {
  const byLine = Map.groupBy(remarks, ({ offset }) => positionOf(offset).line);
  return [...byLine.values()].flatMap((sameLine) => sameLine.slice(0, 1)).slice(0, syntaxProblemsMax);
};

/** Makes data of nodes and remarks on what a configuration does not need and an attacker might. */
class Reader {
  readonly remarks: Remark[] = [];
  isOverrun = false;
  readonly #positionOf: (offset: number) => Position;
  #nodes = 0;

  constructor(positionOf: (offset: number) => Position) {
    this.#positionOf = positionOf;
  }

  readRoot(root: unknown): Record<string, unknown> {
    const data = this.#read(root, [], 1) ?? {};
    if (isMapping(data)) return data;
    this.#remark(root, [], 'no mapping', 'keys such as "organisation:" and "services:"');
    return {};
  }

  #read(node: unknown, path: Path, depth: number): unknown {
    this.#nodes++;
    if (this.#nodes > nodesMax) {
      if (!this.isOverrun)
        this.#remark(node, path, 'too many values', `at most ${nodesMax} in a file (a folder takes several)`);
      this.isOverrun = true;
      return null;
    }
    if (depth > depthMax) {
      this.#remark(node, path, 'too many levels', `at most ${depthMax} levels of indentation`);
      return null;
    }
    if (isMap(node)) return this.#readMap(node, path, depth);
    if (isSeq(node)) return node.items.map((item, index) => this.#read(item, [...path, index], depth + 1));
    if (isAlias(node)) {
      // Aliases that name aliases are how ten lines become ten gigabytes.
      this.#remark(node, path, 'an alias', 'the value itself');
      return null;
    }
    return isScalar(node) ? node.value : null;
  }

  #readMap(map: YAMLMap, path: Path, depth: number): Record<string, unknown> {
    const data: Record<string, unknown> = {};
    const seen = new Map<string, Pair>();
    for (const pair of map.items) {
      const key = keyOf(pair);
      const first = seen.get(key);
      if (first) {
        const { line } = this.#positionOf(startOf(first.key));
        this.#remark(pair.key, [...path, key], `the key ${quote(key)} again (line ${line})`, 'each key once');
      } else if (key === '__proto__') {
        this.#remark(pair.key, [...path, key], `the key "__proto__"`, 'another name');
      } else {
        seen.set(key, pair);
        data[key] = this.#read(pair.value, [...path, key], depth + 1);
      }
    }
    return data;
  }

  #remark(node: unknown, path: Path, found: string, expected: string): void {
    this.remarks.push({ offset: startOf(node), path, found, expected });
  }
}

export const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const offsetOf = (root: unknown, path: Path, what: 'value' | 'key'): number => {
  let node = root;
  let offset = startOf(root);
  for (const [index, step] of path.entries()) {
    const pair = isMap(node) ? node.items.find((pair) => keyOf(pair) === step) : undefined;
    const next = isSeq(node) ? node.items[Number(step)] : pair?.value;
    if (next === undefined && pair === undefined) break;
    const wantsKey = pair && (next === null || (what === 'key' && index === path.length - 1));
    offset = startOf(wantsKey ? pair.key : next);
    node = next;
  }
  return offset;
};

const keyOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : '');

const startOf = (node: unknown): number =>
  isMap(node) || isSeq(node) || isScalar(node) || isAlias(node) ? (node.range?.[0] ?? 0) : 0;

/** By the parser's code: what was found, and what is expected. */
const syntaxRemarks: Readonly<Record<YAMLError['code'], readonly [found: string, expected: string]>> = {
  ALIAS_PROPS: ['an alias with an anchor or a tag', 'the value itself'],
  BAD_ALIAS: ['a word that begins with * or & without a name', 'quotes around text that begins so'],
  BAD_COLLECTION_TYPE: ['a tag', 'a value without a tag'],
  BAD_DIRECTIVE: ['a line that begins with %', 'no directive'],
  BAD_DQ_ESCAPE: ['an unknown escape after \\', 'single quotes, in which \\ is an ordinary letter'],
  BAD_INDENT: [
    'a line that is not in the column of its neighbours, or a bracket that is not closed',
    'both mended',
  ],
  BAD_PROP_ORDER: ['an anchor or a tag in the wrong place', 'a value without them'],
  BAD_SCALAR_START: ['text that begins with a reserved letter', 'quotes around it'],
  BLOCK_AS_IMPLICIT_KEY: ['a second ": " in one line', 'quotes around text that contains ": "'],
  BLOCK_IN_FLOW: ['an indented block between brackets', 'items separated by commas'],
  DUPLICATE_KEY: ['a key again', 'each key once'],
  IMPOSSIBLE: ['text that is not YAML', 'a mapping'],
  KEY_OVER_1024_CHARS: ['a key of more than 1024 letters', 'a short key'],
  MISSING_CHAR: [
    'something missing',
    'a colon after a key, a comma between items, or a closing quote or bracket',
  ],
  MULTILINE_IMPLICIT_KEY: ['a line without a colon', 'a key, a colon and a value'],
  MULTIPLE_ANCHORS: ['two anchors', 'none'],
  MULTIPLE_DOCS: ['a second document after ---', 'one document in a file'],
  MULTIPLE_TAGS: ['two tags', 'none'],
  NON_STRING_KEY: ['a key that is not text', 'a word'],
  RESOURCE_EXHAUSTION: ['too many levels', `at most ${depthMax} levels of indentation`],
  TAB_AS_INDENT: ['a tab', 'spaces'],
  TAG_RESOLVE_FAILED: ['a tag', 'a value without a tag'],
  UNEXPECTED_TOKEN: ['something that does not belong here', 'one value after each key'],
};
