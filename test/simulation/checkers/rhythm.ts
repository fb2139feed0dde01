// I13: every series is probed once an interval, whatever the others do.
import { missedMs } from '../../../server/core/due.ts';
import { seriesIdsOf } from '../world.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

const slackMs = 1_000;

export class Rhythm implements Checker {
  readonly #stage: Stage;
  readonly #probedMs = new Map<string, number>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  probed(series: string): void {
    this.#probedMs.set(series, this.#stage.time.nowMs);
  }

  look(): void {
    const { time, vigie } = this.#stage;
    if (vigie.watch === undefined) return;
    const { services, witnesses } = vigie.config;
    const probed = services.flatMap(({ checks }) => checks.filter(({ derived }) => derived !== true));
    for (const check of [...probed, ...witnesses])
      for (const id of seriesIdsOf(check)) {
        const sinceMs = Math.max(this.#probedMs.get(id) ?? 0, vigie.disturbedMs);
        demand(
          time.nowMs - sinceMs <= missedMs(check) + slackMs,
          'I13 clock',
          () => `${id} was not probed for ${time.nowMs - sinceMs} ms`,
        );
      }
  }
}
