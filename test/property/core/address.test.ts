// Whatever a stranger writes: what is taken for an address can be put into an envelope and a header, and means only itself there.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressIn } from '../../../server/core/subscriptions/address.ts';
import { fuzz } from '../../support/fuzz.ts';

const part = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    'ada',
    'example.org',
    '@',
    '"',
    '\r\n',
    '\u0000',
    ' ',
    '<',
    '>',
    ',',
    ';',
    '%0d%0a',
    'é',
    'ⓐ.com',
    '。com',
    '[',
    '::1',
  ),
);
const written = fc.oneof(
  fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
  fc.tuple(part, part, part).map(([local, name, end]) => `${local}@${name}.org${end}`),
);

test('what is taken is plain ASCII without a letter that means anything elsewhere, and is taken again as it is', () => {
  fc.assert(
    fc.property(written, (text) => {
      const address = addressIn(text);
      if (address === undefined) return;
      expect(address).toMatch(/^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9.-]{3,253}$/);
      expect(address.length).toBeLessThanOrEqual(254);
      expect(addressIn(address)).toBe(address);
    }),
    fuzz,
  );
});
