// What is wrong with a configuration, and how an operator is told.

/** Where something is written, or would be. */
export interface Place {
  /** As the operator named it on the command line, so that it can be opened by a click. */
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  /** Such as `services[2].checks[0].port`; empty for the file as a whole. */
  readonly path: string;
}

/** One thing to mend. It reads `vigie.yaml:31:15 services[2].checks[0].port: found 70000, expected a port from 1 to 65535`. */
export interface Problem extends Place {
  /** Never the value of a secret. */
  readonly found: string;
  readonly expected: string;
}

export type Path = readonly (string | number)[];

/** After this many, mending the first ones is the better use of time. */
export const problemsMax = 100;

/** The lines for a terminal or a log, in the order of the files. */
export const renderProblems = (problems: readonly Problem[]): string[] => {
  const lines = problems
    .toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column)
    .map(({ file, line, column, path, found, expected }) =>
      oneLine(`${file}:${line}:${column}${path && ` ${path}`}: found ${found}, expected ${expected}`),
    );
  const more = lines.length - problemsMax;
  return more > 0 ? [...lines.slice(0, problemsMax), `and ${more} more`] : lines;
};

export const renderPath = (path: Path): string =>
  path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[\w-]+$/.test(step) ? `.${shorten(step)}` : `[${quote(step)}]`;
    })
    .join('')
    .replace(/^\./, '');

/** Far more than is shown, and little enough to be searched from each of its letters. */
const searchedCharsMax = 4_000;

// What looks like user and password is hidden, in an address and without one: nobody expects to find it in a log.
export const quote = (text: string): string =>
  JSON.stringify(
    shorten(
      text
        .slice(0, searchedCharsMax)
        .replaceAll(/\/\/\S*@/g, '//[hidden]@')
        .replaceAll(/[^\s/:@]+:(?!\/\/)\S*@/g, '[hidden]@'),
    ),
  );

const oneOf = (words: readonly string[]): string =>
  words.length === 1 ? quote(words[0] ?? '') : `one of ${words.map(quote).join(', ')}`;

/** What was probably meant, or else the whole choice. */
export const meant = (word: string, words: readonly string[]): string => {
  const likely = nearest(word, words);
  return likely === undefined ? oneOf(words) : quote(likely);
};

/** The word at the smallest edit distance, if about a third of its letters differ at most. */
export const nearest = (word: string, words: readonly string[]): string | undefined => {
  const [best] = words
    .filter((other) => Math.abs(other.length - word.length) <= distanceMax(other))
    .map((other) => ({ other, distance: distanceBetween(word, other) }))
    .filter(({ other, distance }) => distance <= distanceMax(other) && distance < other.length)
    .toSorted((a, b) => a.distance - b.distance);
  return best?.other;
};

const distanceMax = (word: string): number => Math.max(1, Math.floor(word.length / 3));

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
const distanceBetween = (a: string, b: string): number => {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (same ? 0 : 1),
        swapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    before = last;
    last = row;
  }
  return at(last, b.length);
};

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;

const quotedCharsMax = 60;

const shorten = (text: string): string =>
  text.length > quotedCharsMax ? `${text.slice(0, quotedCharsMax - 1)}…` : text;

// Controls, invisible characters and those that turn the direction of text do not reach a terminal.
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
