// How many probes of one kind may be under way at once. Targets that hang are let in through a narrower door, so that
// however many of them there are, the others find a free slot.

export const slotsMax = 400;
const hangingSlotsMax = 200;

interface Waiting {
  readonly hanging: boolean;
  readonly start: () => void;
}

export class Slots {
  #taken = 0;
  #hanging = 0;
  readonly #waiting: Waiting[] = [];

  get taken(): number {
    return this.#taken;
  }

  /** Starts now, or when a slot is free. The caller asks at most once a series, which bounds the queue. */
  take(hanging: boolean, start: () => void): void {
    this.#waiting.push({ hanging, start });
    this.#admit();
  }

  free(hanging: boolean): void {
    this.#taken--;
    if (hanging) this.#hanging--;
    this.#admit();
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  #admit(): void {
    while (this.#taken < slotsMax) {
      const index = this.#waiting.findIndex(({ hanging }) => !hanging || this.#hanging < hangingSlotsMax);
      const [next] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (next === undefined) return;
      this.#taken++;
      if (next.hanging) this.#hanging++;
      next.start();
    }
  }
}
