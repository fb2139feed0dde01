// A server may answer anything: what becomes of it is a small bundle, one sentence, and lines for a terminal.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Bundle } from '../../../../../checks/lib/explain/bundle.ts';
import { collect } from '../../../../../checks/lib/explain/collect.ts';
import { questions as mariadb } from '../../../../../checks/lib/explain/mariadb.ts';
import { questions as postgresql } from '../../../../../checks/lib/explain/postgresql.ts';
import { rowsOf } from '../../../../../checks/lib/explain/rows.ts';
import { verdict } from '../../../../../checks/lib/explain/verdict.ts';
import { evidenceCharsMax } from '../../../../../checks/lib/outcome.ts';
import { fuzz, fuzzTimeoutMs } from '../../../../support/fuzz.ts';

const bundleCharsMax = 65_536;

const columns =
  'user connections used max waiter seconds waiter_user waiter_statement blocker blocker_user blocker_statement ' +
  'idle_seconds wait statement kind name calls ms';
const value = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    '0',
    '-1',
    'NaN',
    'lock',
    'commit',
    1e300,
    -1,
    {},
    { toString: 0, valueOf: 0 },
    [],
    'x'.repeat(5_000),
  ),
  fc.constantFrom('Waiting for table metadata lock', '<insufficient privilege>', "INSERT 'a"),
  fc.integer({ min: 0, max: 3 }),
  fc.string({ unit: 'binary' }),
);
const row = fc.dictionary(fc.constantFrom(...columns.split(' ')), value, { noNullPrototype: false });
const answer = fc.oneof(
  fc.array(row, { maxLength: 20 }),
  fc.array(row, { maxLength: 20 }).map((rows) => ({ rows })),
  row.map((one) => Array.from({ length: 1_000 }, (_, i) => ({ ...one, waiter: i, user: `u${i}` }))),
  fc.constantFrom<unknown>(undefined, null, 7, 'rows', { rows: 7 }, [null, undefined, 7]),
  fc.constant(new Error('refused')),
);

test.for([
  ['mariadb', mariadb],
  ['postgresql', postgresql],
] as const)('whatever %s answers', { timeout: fuzzTimeoutMs }, async ([engine, questions]) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      async (answers, isFull) => {
        let asked = 0;
        const ask = async (sql: string) => {
          if (sql === 'pause') return undefined;
          const given = answers[asked++ % answers.length];
          if (given instanceof Error) throw given;
          return given;
        };
        const server = { ask, isRefusal: (error: unknown) => error instanceof Error, replicated: 'vigie' };
        let bundle: Bundle | undefined;
        for await (bundle of collect(server, { ...questions, pause: 'pause' }, isFull ? 'full' : 'small'));
        expect(JSON.stringify(bundle).length).toBeLessThan(bundleCharsMax);
        const said = [verdict({ engine, at: 0, bundle: bundle! }), ...rowsOf(bundle!)];
        for (const line of said) {
          expect(line).toMatch(/^[^\p{Cc}]+$/u);
          expect(line.length).toBeLessThan(4 * evidenceCharsMax);
        }
      },
    ),
    fuzz,
  );
});
