// Ids that name one thing each.
import { quote } from './problems.ts';
import type { Path } from './problems.ts';
import type { Review } from './review.ts';

/** No two may have the same: the second is the problem, and says where the first is. */
export class Ids {
  readonly #review: Review;
  readonly #paths = new Map<string, Path>();

  constructor(review: Review) {
    this.#review = review;
  }

  claim(id: string | undefined, path: Path): boolean {
    if (id === undefined) return true;
    const first = this.#paths.get(id);
    if (first)
      this.#review.say(path, 'an id of its own', `${quote(id)} again (${this.#review.lineOf(first)})`);
    else this.#paths.set(id, path);
    return first === undefined;
  }
}
