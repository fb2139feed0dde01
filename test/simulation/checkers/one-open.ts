// I3: a subject has one open outage at most, whatever was just written; and none in the end.
import { subjectId } from '../../../server/core/effects.ts';
import type { Effects } from '../../../server/core/effects.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

export class OneOpen implements Checker {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  kept({ outages }: Effects): void {
    if (outages.length === 0) return;
    const open = this.#stage.archive.open.map(({ subject }) => subjectId(subject));
    demand(new Set(open).size === open.length, 'I3 one open', () => `two are open among ${open.join(', ')}`);
  }

  calm(): void {
    const { open } = this.#stage.archive;
    demand(open.length === 0, 'I3 one open', () => `still open: ${JSON.stringify(open)}`);
  }
}
