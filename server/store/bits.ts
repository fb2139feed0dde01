// Columns of whole numbers in hardly more bits than there is in them: each is told by how far it is from the middle of all.
// After R. F. Rice, "Some Practical Universal Noiseless Coding Techniques", 1979.

/** Distances that are longer than so many steps are written out. */
const stepsMax = 24;
const lengthBits = 6;
/** A distance, folded to be positive, is below 2^53 then. */
const numberMax = 2 ** 51;

export class BitWriter {
  readonly #bytes: number[] = [];
  #free = 0;

  /** Numbers from −2^51 to 2^51; throws a `RangeError` for others. How many they are, whoever reads them knows. */
  column(numbers: readonly number[]): void {
    for (const number of numbers)
      if (!Number.isSafeInteger(number) || Math.abs(number) >= numberMax)
        throw new RangeError(`${number} is no whole number, or too large`);
    const middle = middleOf(numbers);
    const distances = numbers.map((number) => fold(number - middle));
    const low = Math.max(0, lengthOf(middleOf(distances)) - 1);
    this.#number(fold(middle));
    this.#bits(low, lengthBits);
    for (const distance of distances) {
      const steps = Math.floor(distance / 2 ** low);
      this.#ones(Math.min(steps, stepsMax));
      if (steps < stepsMax) {
        this.#bits(0, 1);
        this.#bits(distance % 2 ** low, low);
      } else this.#number(distance);
    }
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #number(number: number): void {
    this.#bits(lengthOf(number), lengthBits);
    this.#bits(number, lengthOf(number));
  }

  #ones(count: number): void {
    for (let i = 0; i < count; i++) this.#bits(1, 1);
  }

  /** The last ones of a number, the highest first. */
  #bits(number: number, count: number): void {
    for (let left = count; left > 0;) {
      if (this.#free === 0) {
        this.#bytes.push(0);
        this.#free = 8;
      }
      const taken = Math.min(left, this.#free);
      left -= taken;
      this.#free -= taken;
      const part = Math.floor(number / 2 ** left) % 2 ** taken;
      this.#bytes[this.#bytes.length - 1] = (this.#bytes.at(-1) ?? 0) | (part << this.#free);
    }
  }
}

export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** A column of so many numbers. Throws a `RangeError` where the bytes end. */
  column(count: number): readonly number[] {
    const middle = unfold(this.#number());
    const low = this.#bits(lengthBits);
    const numbers: number[] = [];
    for (let i = 0; i < count; i++) {
      let steps = 0;
      while (steps < stepsMax && this.#bits(1) === 1) steps += 1;
      const distance = steps < stepsMax ? steps * 2 ** low + this.#bits(low) : this.#number();
      numbers.push(middle + unfold(distance));
    }
    return numbers;
  }

  #number(): number {
    return this.#bits(this.#bits(lengthBits));
  }

  #bits(count: number): number {
    if (this.#at + count > this.#bytes.length * 8) throw new RangeError('these bytes are no columns');
    let number = 0;
    for (let left = count; left > 0;) {
      const free = 8 - (this.#at % 8);
      const taken = Math.min(left, free);
      const byte = this.#bytes[this.#at >> 3] ?? 0;
      number = number * 2 ** taken + ((byte >> (free - taken)) & (2 ** taken - 1));
      this.#at += taken;
      left -= taken;
    }
    return number;
  }
}

const middleOf = (numbers: readonly number[]): number =>
  Float64Array.from(numbers).sort()[numbers.length >> 1] ?? 0;

/** 0, −1, 1, −2, 2, … become 0, 1, 2, 3, 4, … */
const fold = (number: number): number => (number >= 0 ? 2 * number : -2 * number - 1);
const unfold = (number: number): number => (number % 2 === 0 ? number / 2 : -(number + 1) / 2);

/** How many bits a number takes. */
const lengthOf = (number: number): number => (number === 0 ? 0 : Math.floor(Math.log2(number)) + 1);
