// Results as the checks of a host have them: each at its own pace, by the hour of the day, with tails and failures.
import type { Result } from '../../server/core/result.ts';
import type { SeriesKey } from '../../server/core/series.ts';
import { Random } from '../simulation/random.ts';

export const everyMs = 15_000;
/** Names of what three checks of ten tell apart. */
export const phases = ['connect', 'tls', 'first-byte', 'transfer'] as const;

export const keyOf = (check: number): SeriesKey => ({ check: `c${check}`, vantage: 'local', family: 4 });
export const hasPhases = (check: number): boolean => check % 10 < 3;

const dayMs = 86_400_000;

export class Probed {
  readonly #random: Random;
  readonly #check: number;
  readonly #usualUs: number;
  readonly #phaseMs: number;
  #badUntil = 0;

  constructor(check: number) {
    this.#check = check;
    this.#random = new Random(check + 1);
    this.#usualUs = this.#random.logUniform(800, 300_000);
    this.#phaseMs = this.#random.int(0, everyMs - 1);
  }

  /** What came of the probe of the round that begins at `roundAt`. */
  result(roundAt: number): Result {
    const random = this.#random;
    const at = roundAt + this.#phaseMs + Math.round(Math.abs(this.#gauss()) * 2);
    // An outage of some minutes, about every five days.
    if (random.chance(everyMs / (5 * dayMs))) this.#badUntil = at + random.logUniform(30_000, 3_600_000);
    const grade = at < this.#badUntil ? 'bad' : 'good';
    const ofDay = 1 + 0.3 * Math.sin((at / dayMs) * 2 * Math.PI);
    const tail = random.chance(0.01) ? random.logUniform(2, 20) : 1;
    const totalUs = Math.round(this.#usualUs * ofDay * tail * this.#noise());
    return {
      series: keyOf(this.#check),
      at,
      grade,
      totalUs,
      phasesUs: hasPhases(this.#check) ? this.#phases(totalUs) : {},
      facts: {},
      ...(grade === 'bad' && { cause: 'timeout_connect', evidence: 'no answer in 10 s' }),
    };
  }

  #phases(totalUs: number): Record<string, number> {
    const [connect, tls, firstByte] = [0.05, 0.25, 0.4].map((share) =>
      Math.round(totalUs * share * this.#noise()),
    );
    const first = { connect: connect ?? 0, tls: tls ?? 0, 'first-byte': firstByte ?? 0 };
    const rest = totalUs - first.connect - first.tls - first['first-byte'];
    return { ...first, transfer: Math.max(0, rest) };
  }

  #noise(): number {
    return Math.exp(0.12 * this.#gauss());
  }

  #gauss(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#random.next()));
    return radius * Math.cos(2 * Math.PI * this.#random.next());
  }
}
