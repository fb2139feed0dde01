// What depends on what: the ids under `depends-on`, each found, and none in a circle.
import type { Dependency } from './config.ts';
import { meant } from './problems.ts';
import type { Path } from './problems.ts';
import type { Review } from './review.ts';

/** A service, or a check of one, and what is written of it. */
export interface Dependant extends Dependency {
  /** The id of its service; of a service, its own. */
  readonly service: string;
  readonly path: Path;
  readonly on: readonly string[];
}

export class Dependencies {
  readonly #all: readonly Dependant[];
  readonly #review: Review;
  readonly #found = new Map<Dependant, Dependant[]>();

  /** Says what is wrong with each id that is written; what is wrong depends on nothing. */
  constructor(all: readonly Dependant[], review: Review) {
    this.#all = all;
    this.#review = review;
    for (const dependant of all)
      for (const [index, id] of dependant.on.entries()) {
        const path = [...dependant.path, 'depends-on', index];
        const found = this.#find(id, path);
        if (found !== undefined && this.#isOpenEnded(dependant, found, path))
          this.#found.set(dependant, [...(this.#found.get(dependant) ?? []), found]);
      }
  }

  /** In the order in which they are written; nothing, if there are none. */
  of({ kind, id }: Dependency): { readonly dependsOn?: readonly Dependency[] } {
    const dependant = this.#all.find((one) => one.kind === kind && one.id === id);
    const found = dependant && this.#found.get(dependant);
    return found === undefined ? {} : { dependsOn: found.map(({ kind, id }) => ({ kind, id })) };
  }

  // A check that has the id of its own service is that service.
  #find(id: string, path: Path): Dependant | undefined {
    const service = this.#all.find((one) => one.kind === 'service' && one.id === id);
    const check = this.#all.find((one) => one.kind === 'check' && one.id === id);
    if (service === undefined && check === undefined)
      this.#review.say(
        path,
        `${meant(id, [...new Set(this.#all.map((one) => one.id))])}, a service or a check`,
      );
    if (service === undefined || check === undefined || check.service === id) return service ?? check;
    const where = `a service has it (${this.#lineOf(service)}), and a check of another (${this.#lineOf(check)})`;
    this.#review.say(path, `an id that only one has: ${where}`);
    return undefined;
  }

  #lineOf({ path }: Dependant): string {
    return this.#review.lineOf([...path, 'id']);
  }

  #isOpenEnded(dependant: Dependant, on: Dependant, path: Path): boolean {
    const way = this.#wayBack(on, dependant);
    if (way === undefined) return true;
    const circle = [dependant, ...way, dependant].map(({ id }) => id);
    const shown = circle.filter((id, index) => id !== circle[index - 1]);
    this.#review.say(
      path,
      'what does not depend on it in turn',
      `a circle: ${shown.length === 1 ? `${shown[0]} → ${shown[0]}` : shown.join(' → ')}`,
    );
    return false;
  }

  // What a service is made of, it depends on; and what a service depends on, so do its checks.
  #wayBack(from: Dependant, to: Dependant, seen = new Set<Dependant>()): readonly Dependant[] | undefined {
    if (from === to || (to.kind === 'service' && from.service === to.id)) return [from];
    if (seen.has(from)) return undefined;
    seen.add(from);
    const parts =
      from.kind === 'service'
        ? this.#all.filter(({ kind, service }) => kind === 'check' && service === from.id)
        : this.#all.filter(({ kind, id }) => kind === 'service' && id === from.service);
    const next = [
      ...(this.#found.get(from) ?? []),
      ...(from.kind === 'service' ? parts : parts.flatMap((service) => this.#found.get(service) ?? [])),
    ];
    for (const one of next) {
      const way = this.#wayBack(one, to, seen);
      if (way !== undefined) return [from, ...way];
    }
    return undefined;
  }
}
