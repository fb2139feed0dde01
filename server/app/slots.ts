// How many probes of one kind may be under way at once. Targets that hang are let in through a narrower door, so that
// however many of them there are, the others find a free slot.

export const slotsMax = 400;
const hangingSlotsMax = 200;

interface Waiting {
  /** First come, first served, whichever door. */
  readonly ticket: number;
  readonly start: () => void;
}

export class Slots {
  #taken = 0;
  #hanging = 0;
  #tickets = 0;
  readonly #waiting: Waiting[] = [];
  readonly #waitingHanging: Waiting[] = [];

  get taken(): number {
    return this.#taken;
  }

  /** Starts now, or when a slot is free. The caller asks at most once a series, which bounds the queue. */
  take(hanging: boolean, start: () => void): void {
    (hanging ? this.#waitingHanging : this.#waiting).push({ ticket: this.#tickets++, start });
    this.#admit();
  }

  free(hanging: boolean): void {
    this.#taken--;
    if (hanging) this.#hanging--;
    this.#admit();
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#waitingHanging.length = 0;
  }

  #admit(): void {
    while (this.#taken < slotsMax) {
      const hanging = this.#isHangingNext();
      const next = (hanging ? this.#waitingHanging : this.#waiting).shift();
      if (next === undefined) return;
      this.#taken++;
      if (hanging) this.#hanging++;
      next.start();
    }
  }

  #isHangingNext(): boolean {
    const [hanging] = this.#waitingHanging;
    const [other] = this.#waiting;
    if (hanging === undefined || this.#hanging >= hangingSlotsMax) return false;
    return other === undefined || hanging.ticket < other.ticket;
  }
}
