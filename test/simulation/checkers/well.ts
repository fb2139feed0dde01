// What is well is said to be, once nothing has gone wrong for long.
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

export class Well implements Checker {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  calm(): void {
    const { watch } = this.#stage.vigie;
    demand(watch !== undefined, 'calm', () => 'it does not run');
    for (const { config, timeline } of watch.checks.values())
      demand(timeline.state === 'up', 'calm', () => `check ${config.id} is ${timeline.state}`);
    for (const { config, timeline } of watch.services.values())
      demand(timeline.state === 'up', 'calm', () => `service ${config.id} is ${timeline.state}`);
    demand(!watch.sight.blind, 'calm', () => 'we are blind');
  }
}
