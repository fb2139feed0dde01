// Whole numbers from 0 to 2^53 − 1 as bytes: seven bits a byte, the lowest first; the eighth says that more follow (LEB128).

const moreBit = 0x80;

/** Throws a `RangeError` for any other number. */
export const pushVarint = (bytes: number[], number: number): void => {
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`${number} is not a whole number`);
  let rest = number;
  for (; rest >= moreBit; rest = Math.floor(rest / moreBit)) bytes.push((rest % moreBit) | moreBit);
  bytes.push(rest);
};

/** Reads what was pushed, in that order. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** How many bytes have been read. */
  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Throws a `RangeError` where the bytes end, or hold no such number. */
  varint(): number {
    // Nearly all are small.
    const first = this.#bytes[this.#at] ?? moreBit;
    if (first < moreBit) {
      this.#at += 1;
      return first;
    }
    let number = 0;
    for (let factor = 1; factor <= Number.MAX_SAFE_INTEGER; factor *= moreBit) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) break;
      number += (byte % moreBit) * factor;
      if (byte < moreBit && number <= Number.MAX_SAFE_INTEGER) return number;
    }
    throw new RangeError('these bytes are no numbers');
  }

  /** So many bytes of UTF-8. */
  text(bytes: number): string {
    this.skip(bytes);
    return new TextDecoder().decode(this.#bytes.subarray(this.#at - bytes, this.#at));
  }

  skip(bytes: number): void {
    if (bytes > this.#bytes.length - this.#at) throw new RangeError('these bytes are cut short');
    this.#at += bytes;
  }

  /** What comes after all that was read. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }
}
