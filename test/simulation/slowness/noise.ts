// Times as a database takes them: log-normal, with the day's load, a drift that comes and goes, a backup every night,
// single spikes with a heavy tail, and once a day a short time in which everything is slow.
import type { Random } from '../random.ts';

export interface Noise {
  /** Of the logarithm of one time, and of the drift of its median. */
  readonly sigma: number;
  readonly driftSigma: number;
  readonly spikeShare: number;
}

export const nominal: Noise = { sigma: 0.25, driftSigma: 0.1, spikeShare: 0.01 };
export const noisy: Noise = { sigma: 0.45, driftSigma: 0.2, spikeShare: 0.02 };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const driftMs = 2 * hourMs;
const dayShare = 0.25;
const busiestHour = 15;
const backup = { hour: 2, jitterMs: 300_000, lengthMs: hourMs, factor: 3 };
const burst = { minMs: 30_000, maxMs: 90_000, factor: 4 };
/** Of the Pareto distribution of spikes; they are at least three times as long. */
const [spikeShape, spikeMin] = [1.2, 3];

/** The times of one series; instants only ever grow. */
export class NoisyTimes {
  readonly #noise: Noise;
  readonly #usualMs: number;
  readonly #random: Random;
  #drift = 0;
  #atMs = 0;
  #day = -1;
  #backupFromMs = 0;
  #burstFromMs = 0;
  #burstUntilMs = 0;

  constructor(noise: Noise, usualMs: number, random: Random) {
    this.#noise = noise;
    this.#usualMs = usualMs;
    this.#random = random;
  }

  /** Milliseconds that a query takes which begins at `atMs` from midnight of the first day. */
  at(atMs: number): number {
    const { sigma, driftSigma, spikeShare } = this.#noise;
    this.#turnTo(Math.floor(atMs / dayMs));
    const memory = Math.exp(-(atMs - this.#atMs) / driftMs);
    this.#drift = this.#drift * memory + this.#normal() * driftSigma * Math.sqrt(1 - memory * memory);
    this.#atMs = atMs;
    const hour = (atMs % dayMs) / hourMs;
    const load = 1 + dayShare * Math.cos(((hour - busiestHour) / 24) * 2 * Math.PI);
    const isBackup = atMs >= this.#backupFromMs && atMs < this.#backupFromMs + backup.lengthMs;
    const isBurst = atMs >= this.#burstFromMs && atMs < this.#burstUntilMs;
    const spike = this.#random.chance(spikeShare)
      ? spikeMin * (1 - this.#random.next()) ** (-1 / spikeShape)
      : 1;
    return (
      this.#usualMs *
      load *
      Math.exp(this.#drift + sigma * this.#normal()) *
      (isBackup ? backup.factor : 1) *
      (isBurst ? burst.factor : 1) *
      spike
    );
  }

  #turnTo(day: number): void {
    if (day === this.#day) return;
    this.#day = day;
    this.#backupFromMs = day * dayMs + backup.hour * hourMs + this.#random.int(0, backup.jitterMs);
    this.#burstFromMs = day * dayMs + this.#random.int(0, dayMs - burst.maxMs);
    this.#burstUntilMs = this.#burstFromMs + this.#random.int(burst.minMs, burst.maxMs);
  }

  // Box and Muller; the second of the pair is not worth the state.
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random.next())) * Math.cos(2 * Math.PI * this.#random.next());
  }
}
