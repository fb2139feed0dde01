import { expect, test } from 'vitest';
import { normalise } from '../../../../../checks/lib/explain/normalise.ts';
import type { Dialect } from '../../../../../checks/lib/explain/normalise.ts';

const both = ['mariadb', 'postgresql'] as const;

test.for<readonly [readonly Dialect[], string, string]>([
  [
    both,
    `SELECT * FROM t1 WHERE id = 42 AND name = 'O''Brien'`,
    'SELECT * FROM t1 WHERE id = ? AND name = ?',
  ],
  [both, `UPDATE t SET a=-1.5e-10, b = .5 , c=0xFF`, 'UPDATE t SET a=-?, b = ? , c=?'],
  [both, 'SELECT 1-- to whom\n, a /* a/b */ FROM\t t', 'SELECT ? , a FROM t'],
  [both, 'DELETE FROM t WHERE id IN (1, 2,3,  -4)', 'DELETE FROM t WHERE id IN (?, …)'],
  [both, `INSERT INTO t VALUES (1,'a'), (2,'b') , (3,'c')`, 'INSERT INTO t VALUES (?, …), …'],
  [both, `INSERT INTO t VALUES (1), (2)`, 'INSERT INTO t VALUES (?), …'],
  [both, `SELECT 'cut in the mid`, 'SELECT ?'],
  [both, `SELECT 'it\\'s', 'mine'`, 'SELECT ? …'],
  [both, 'SELECT été FROM naïve', 'SELECT été FROM naïve'],
  [['mariadb'], 'SELECT `a b`, "said" FROM t # why', 'SELECT `a b`, ? FROM t'],
  [['mariadb'], `SELECT 5--'a\nb'`, 'SELECT ?--?'],
  [['mariadb'], `SELECT /*!40001 SQL_NO_CACHE '*/ x' */ a`, 'SELECT …'],
  [['mariadb'], `SET @x = x'4142', _utf8'a'`, 'SET @x = x?, _utf8?'],
  [['postgresql'], `SELECT "a b", $1 FROM t WHERE j #> '{a}'`, 'SELECT "a b", ? FROM t WHERE j #> ?'],
  [['postgresql'], `SELECT $$it's$$, $a$ $$b$$ $a$, a$b$c$b$`, 'SELECT ?, ?, a$b$c$b$'],
  [['postgresql'], `SELECT $a$a\\b$a$, 1`, 'SELECT ?, ?'],
  [['postgresql'], 'SELECT 1 /* a /* b */ c */, 2', 'SELECT ?'],
])('in %o, %s reads %s', ([dialects, statement, normalised]) => {
  for (const dialect of dialects) expect(normalise(statement, dialect)).toBe(normalised);
});

test('two statements about different rows read the same', () => {
  const about = (id: number, name: string) =>
    normalise(
      `SELECT * FROM member WHERE id IN (${Array(id).fill(id).join(',')}) OR n = '${name}'`,
      'mariadb',
    );
  expect(about(12, 'anna')).toBe(about(3, 'zoé'));
});

test('a long statement ends in one line of 200 characters', () => {
  const line = normalise(`SELECT ${'a_column,\n'.repeat(100_000)}`, 'postgresql');
  expect(line).toMatch(/^SELECT a_column, [^\n]*…$/);
  expect(line).toHaveLength(200);
});
