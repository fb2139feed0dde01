// I21: what is taken out of the configuration is withdrawn, and not called recovered.
import type { Effects, Subject } from '../../../server/core/effects.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

export class Withdrawn implements Checker {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  kept({ outages }: Effects): void {
    for (const { id, subject, end } of outages)
      demand(
        end?.how !== 'recovered' || this.#isWatched(subject) || end.at < this.#stage.vigie.configuredAt,
        'I21 config',
        () => `${id} is said to have recovered, and is watched no longer`,
      );
  }

  #isWatched({ kind, id }: Subject): boolean {
    const { services } = this.#stage.vigie.config;
    const isIt = (one: { readonly id: string }) => one.id === id;
    return kind === 'service' ? services.some(isIt) : services.some(({ checks }) => checks.some(isIt));
  }
}
