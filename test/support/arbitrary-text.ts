// Text of any letters at all.
import fc from 'fast-check';

const surrogates = { first: 0xd800, count: 0x800 };

/** What fast-check calls `binary`, without its table of all 1.1 million letters, which takes a second to fill. */
const anyLetter = fc.nat({ max: 0x10_ffff - surrogates.count }).map(
  (index) => String.fromCodePoint(index < surrogates.first ? index : index + surrogates.count),
  (letter) => {
    const point = String(letter).codePointAt(0) ?? 0;
    if (letter !== String.fromCodePoint(point)) throw new Error('no letter');
    return point < surrogates.first ? point : point - surrogates.count;
  },
);

/** Up to twenty letters, sometimes words that are traps, such as `__proto__`. */
export const anyText = fc.string({ unit: anyLetter, maxLength: 20 });
