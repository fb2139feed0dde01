// Whether the store keeps up. A slow request now and then is nobody's concern; a disk that lags behind is an administrator's.
import type { Clock, Log } from './ports.ts';

const spanMs = 60_000;
/** Of the span: above it, what comes in bursts begins to wait. */
const busyShareMax = 0.5;
/** However rare: so long stands only a disk that is in trouble. */
const requestMsMax = 1_000;

export class Busyness {
  readonly #clock: Clock;
  readonly #log: Log;
  #since: number;
  #busyMs = 0;
  #slowest = { method: '', tookMs: 0 };

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
    this.#since = clock.monotonicMs();
  }

  /** A request has kept the store at work for so long. Speaks at most once a minute. */
  note(method: string, tookMs: number): void {
    this.#busyMs += tookMs;
    if (tookMs > this.#slowest.tookMs) this.#slowest = { method, tookMs };
    const elapsedMs = this.#clock.monotonicMs() - this.#since;
    if (elapsedMs < spanMs) return;
    const busyShare = this.#busyMs / elapsedMs;
    if (busyShare > busyShareMax || this.#slowest.tookMs >= requestMsMax)
      this.#log.warn('store.slow', {
        busyPercent: Math.round(busyShare * 100),
        slowest: this.#slowest.method,
        slowestMs: Math.round(this.#slowest.tookMs),
        advice: 'look at the disk: what else writes there, and how full it is',
      });
    this.#since += elapsedMs;
    this.#busyMs = 0;
    this.#slowest = { method: '', tookMs: 0 };
  }
}
