// I6: nothing is told twice. I3: what closes was opened. I14: blindness and sight take turns.
import type { Effects, Notable } from '../../../server/core/effects.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

export class Told implements Checker {
  readonly #stage: Stage;
  readonly #keys = new Set<string>();
  readonly #blind = new Set<string>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  kept({ notables }: Effects): void {
    for (const notable of notables) if (!this.#stage.archive.takeDenied(notable.key)) this.#tell(notable);
  }

  #tell(notable: Notable): void {
    const { key } = notable;
    demand(!this.#keys.has(key), 'I6 dedup', () => `${key} is told again: the outbox would leave it out`);
    this.#keys.add(key);
    if ('outage' in notable) {
      const { id } = notable.outage;
      const wasOpened = this.#keys.has(`${id}/outage-opened`);
      return demand(wasOpened, 'I3 one open', () => `${id} is closed, and was never opened`);
    }
    const place = `${notable.vantage}/${notable.family}`;
    const isTurn = this.#blind.has(place) === (notable.kind === 'sighted');
    demand(isTurn, 'I14 blind vantage', () => `${key} is told out of turn`);
    if (!this.#blind.delete(place)) this.#blind.add(place);
  }
}
