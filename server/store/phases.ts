// The phases of a result as bytes: for each, in the order they were reached, which one it is and its microseconds.

// Seven bits a byte, the lowest first; the eighth says that more follow. A phase takes about four bytes.
const moreBit = 0x80;
/** Bytes that one number below 2^53 may take. */
const numberBytesMax = 8;

/** Which phase, as the distance of its id from that of its series, and microseconds. */
export type Phases = readonly (readonly [number, number])[];

/** Pairs of whole numbers from 0 to 2^53 − 1; throws a `RangeError` for others. */
export const packPairs = (pairs: Phases): Uint8Array => {
  const bytes = new Uint8Array(pairs.length * 2 * numberBytesMax);
  let at = 0;
  for (const pair of pairs)
    for (const number of pair) {
      if (!Number.isSafeInteger(number) || number < 0)
        throw new RangeError(`${number} is not a whole number`);
      let rest = number;
      for (; rest >= moreBit; rest = Math.floor(rest / moreBit)) bytes[at++] = (rest % moreBit) | moreBit;
      bytes[at++] = rest;
    }
  return bytes.subarray(0, at);
};

/** What `packPairs` was given. Bytes cut short make a shorter list. */
export const unpackPairs = (bytes: Uint8Array): Phases => {
  const numbers: number[] = [];
  let number = 0;
  let factor = 1;
  for (const byte of bytes) {
    number += (byte % moreBit) * factor;
    factor *= moreBit;
    if (byte >= moreBit) continue;
    numbers.push(number);
    number = 0;
    factor = 1;
  }
  const pairs: [number, number][] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) pairs.push([numbers[i] ?? 0, numbers[i + 1] ?? 0]);
  return pairs;
};
