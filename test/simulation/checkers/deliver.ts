// I5: in the end everything was told, and no more often than the process has died.
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

export class Deliver implements Checker {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  calm(): void {
    const { archive, counts, disk } = this.#stage;
    const waiting = disk.written().untold(1).length;
    demand(waiting === 0, 'I5 deliver', () => 'something in the outbox was not told');
    const { told, crashes } = counts;
    const due = archive.keys.size;
    demand(
      told >= due && told <= due + crashes,
      'I5 deliver',
      () => `${due} notables were told ${told} times over ${crashes} crashes`,
    );
  }
}
