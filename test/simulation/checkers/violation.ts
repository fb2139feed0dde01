// An invariant that does not hold: the end of a run, and the beginning of a repair.

export class Violation extends Error {
  readonly invariant: string;

  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`);
    this.invariant = invariant;
  }
}

export const demand: (holds: boolean, invariant: string, what: () => string) => asserts holds = (
  holds,
  invariant,
  what,
) => {
  if (!holds) throw new Violation(invariant, what());
};
