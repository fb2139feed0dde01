// I2, I3 and I9, of what lies in the tables themselves: `vigie fsck` finds nothing in a database that lived through all this.
import { looksAt } from '../../../server/store/soundness.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

export class Sound implements Checker {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  calm(): void {
    for (const { what, problems } of looksAt(this.#stage.disk.tables()))
      demand(problems.length === 0, 'fsck', () => `${what}: ${problems.join('; ')}`);
  }
}
