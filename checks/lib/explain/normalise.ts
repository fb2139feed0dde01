// A statement without what its author wrote into it: members' data stay with the members, and the same statement about
// another row reads the same. Where a server's settings, which nobody here knows, decide what is a string, the rest is dropped.
import { printable } from '../outcome.ts';

export type Dialect = 'mariadb' | 'postgresql';

/** What comes after is not even looked at. */
const statementCharsMax = 4_000;

const letters = String.raw`A-Za-z_\u0080-\u{10ffff}`;
const spaces = String.raw`(?<space>[ \t\n\v\f\r]+)`;
const comments = {
  mariadb: String.raw`(?<comment>--(?=[ \p{Cc}]|$)[^\n]*|#[^\n]*|/\*(?!M?!)[^]*?(?:\*/|$))`,
  // They may be nested: one that is takes all that follows with it.
  postgresql: String.raw`(?<comment>--[^\n]*|/\*(?:(?!/\*|\*/)[^])*\*/|/\*[^]*)`,
};
// One that does not end was cut off.
const strings = {
  mariadb: String.raw`(?<string>'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$))`,
  postgresql: String.raw`(?<string>'(?:[^']|'')*(?:'|$)|\$(?<tag>(?:[${letters}][${letters}0-9]*)?)\$[^]*?(?:\$\k<tag>\$|$))`,
};
const names = {
  mariadb: String.raw`(?<name>\x60[^\x60]*(?:\x60|$)|[${letters}@$][${letters}@$0-9]*)`,
  postgresql: String.raw`(?<name>"[^"]*(?:"|$)|[${letters}][${letters}$0-9]*)`,
};
const numbers = String.raw`(?<number>\$?\.?[0-9](?:[A-Za-z0-9_.]|(?<=[eE])[+-])*)`;
/** MariaDB takes what it encloses for a part of the statement, or not, by its version. */
const conditions = { mariadb: String.raw`(?<condition>/\*M?!)`, postgresql: '(?<condition>(?!))' };

const tokensOf = (dialect: Dialect): RegExp =>
  new RegExp(
    [
      spaces,
      comments[dialect],
      conditions[dialect],
      strings[dialect],
      names[dialect],
      numbers,
      '(?<sign>[^])',
    ].join('|'),
    'gu',
  );
const tokens = { mariadb: tokensOf('mariadb'), postgresql: tokensOf('postgresql') };

/**
 * One printable line of at most `evidenceCharsMax` characters: no strings, numbers and comments, lists of any length
 * alike. Linear in the length of the statement.
 */
export const normalise = (statement: string, dialect: Dialect): string => {
  let line = '';
  for (const { 0: token, groups = {} } of statement.slice(0, statementCharsMax).matchAll(tokens[dialect])) {
    if (groups['condition'] !== undefined) return shorten(`${line} …`);
    if (groups['string'] !== undefined) {
      line += '?';
      // Whether a backslash hides the quote behind it is a setting of whoever wrote it.
      if (token.includes('\\') && groups['tag'] === undefined) return shorten(`${line} …`);
    } else if (groups['number'] !== undefined) line += '?';
    else line += groups['space'] === undefined && groups['comment'] === undefined ? token : ' ';
  }
  return shorten(line);
};

const shorten = (line: string): string =>
  printable(
    line
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/\( ?-?\?(?: ?, ?-?\?)+ ?\)/g, '(?, …)')
      .replaceAll(/(\(\?(?:, …)?\))(?: ?, ?\(\?(?:, …)?\))+/g, '$1, …'),
  );
