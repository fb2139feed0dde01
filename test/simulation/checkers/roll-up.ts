// I2: a service is as its checks make it: down if one that it requires is, and never for one that only supports it.
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

export class RollUp implements Checker {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  look(): void {
    for (const { config, checks, timeline } of this.#stage.vigie.watch?.services.values() ?? []) {
      const required = checks.filter((check) => !check.config.supporting);
      const isDown = required.some((check) => check.timeline.state === 'down');
      demand(
        isDown === (timeline.state === 'down'),
        'I2 no ghost',
        () =>
          `${config.id} is ${timeline.state}, and its checks are ${checks.map((check) => check.timeline.state).join(', ')}`,
      );
    }
  }
}
