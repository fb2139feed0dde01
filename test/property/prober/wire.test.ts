// A configured check is the same on the other side of the wire, whatever an operator wrote into it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import { fromWire, toWire } from '../../../server/prober/wire.ts';
import { anyText } from '../../support/arbitrary-text.ts';
import { makeCheck } from '../../support/watch.ts';
import { runs } from '../../support/fuzz.ts';

const key = fc.oneof(anyText, fc.constantFrom('$secret', '__proto__', 'constructor', 'toJSON', '0'));

const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(anyText, fc.double(), fc.boolean(), fc.constantFrom(undefined, null)),
    anyText.map((text) => new Secret(text)),
    fc.array(tie('anything'), { maxLength: 4 }),
    fc.dictionary(key, tie('anything'), { maxKeys: 4 }),
  ),
}));

/** The same with secrets as what they hold, so that two of them can be compared. */
const exposed = (value: unknown): unknown => {
  if (value instanceof Secret) return ['a secret', value.expose()];
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return ['an array', value.map(exposed)];
  return ['an object', Object.entries(value).map(([name, item]) => [name, exposed(item)])];
};

test('a check comes back as it was, and its secrets are secrets again', () => {
  fc.assert(
    fc.property(fc.dictionary(key, anything, { maxKeys: 6 }), (options) => {
      const check = makeCheck('web', { options });
      const back = fromWire(structuredClone(toWire(check)));
      expect(exposed(back)).toEqual(exposed(check));
    }),
    { numRuns: runs(500) },
  );
});
