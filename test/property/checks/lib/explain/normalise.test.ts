// Members' data never show, however a statement is written or cut.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalise } from '../../../../../checks/lib/explain/normalise.ts';
import type { Dialect } from '../../../../../checks/lib/explain/normalise.ts';
import { printable } from '../../../../../checks/lib/outcome.ts';
import { fuzz, fuzzTimeoutMs } from '../../../../support/fuzz.ts';

const canary = 'zqcanary';

/** What is in a literal: the canary among all that might end the literal too early. */
const data = fc
  .array(fc.constantFrom(...`' " \` \\ -- # /* */ /*! $ $$ a ${canary}`.split(' '), '\n', '-- ', ' '), {
    maxLength: 8,
  })
  .map((parts) => `${parts.join('')}${canary}`);

const doubled = (text: string, quote: string) => `${quote}${text.replaceAll(quote, quote + quote)}${quote}`;
const escaped = (text: string) => text.replaceAll(/['"\\]/g, String.raw`\$&`);

const plain = fc.constantFrom(...'SELECT|a|t1|*|=|,|(|)|-|/|;|::int|42|1e-|0x|é|\u00a0|\n|@'.split('|'));
/** What the other takes for something else. */
const own = { postgresql: fc.constant('"a b"'), mariadb: fc.constantFrom('`a b`', '5--3') };

const hiding: Readonly<Record<Dialect, fc.Arbitrary<string>>> = {
  mariadb: fc.oneof(
    // Backslashes escape or do not: by the sender's mode.
    data.map((text) => `'${escaped(text)}'`),
    data.map((text) => `"${escaped(text)}"`),
    data.map((text) => doubled(text, "'")),
    data.map((text) => `-- ${text.replaceAll('\n', '')}\n`),
    data.map((text) => `#${text.replaceAll('\n', '')}\n`),
    data.map((text) => `/* ${text.replaceAll('*', '')} */`),
    data.map((text) => `/*! '${escaped(text)}' */`),
  ),
  postgresql: fc.oneof(
    data.map((text) => ` ${doubled(text, "'")}`),
    data.map((text) => ` E'${escaped(text)}'`),
    data.map((text) => ` $q1$${text}$q1$`),
    data.map((text) => `--${text.replaceAll('\n', '')}\n`),
    data.map((text) => ` /* ${text.replaceAll('*', '')} */`),
    data.map((text) => ` /* /* ${text.replaceAll('*', '')} */ ${canary} */`),
  ),
};

describe.for(['mariadb', 'postgresql'] as const)('a statement of %s', (dialect) => {
  const parts = fc.array(fc.oneof(plain, own[dialect], hiding[dialect]), { maxLength: 12 });

  test('shows nothing of its strings and comments, wherever it is cut', { timeout: fuzzTimeoutMs }, () => {
    fc.assert(
      fc.property(parts, fc.nat({ max: 300 }), (parts, cutAt) => {
        const statement = parts.join(' ');
        expect(normalise(statement, dialect)).not.toContain('canary');
        expect(normalise(statement.slice(0, cutAt), dialect)).not.toContain('canary');
      }),
      fuzz,
    );
  });

  test('shows no number', { timeout: fuzzTimeoutMs }, () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true }), fc.bigInt()), (number) => {
        expect(normalise(`SELECT ${number}`, dialect)).not.toMatch(/\d/);
      }),
      fuzz,
    );
  });

  test('is one printable line, whatever it is', { timeout: fuzzTimeoutMs }, () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 500 }),
          parts.map((p) => p.join(' ')),
        ),
        (noise) => {
          const line = normalise(noise, dialect);
          expect(line).toBe(printable(line));
        },
      ),
      fuzz,
    );
  });
});
