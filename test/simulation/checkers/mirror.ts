// I20: what the page tells is what somebody would tell who has only the store, at the instant that it says; so it is after
// restarts, other configurations and disks that were full. I15: nothing of it is for administrators only.
import { publish } from '../../../server/app/publish.ts';
import type { History } from '../../../server/app/publish.ts';
import { RecentHistory } from '../../../server/app/recent-history.ts';
import type { WatchedService } from '../../../server/core/watched.ts';
import { promised } from '../../support/in-process-store.ts';
import { hours } from '../../support/watch.ts';
import { canary } from '../world.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

/** Ninety days of every service are made anew for it, twice: what a world does to a page it mostly does soon. */
const pauseMsMin = 11 * hours;
const pauseOfAge = 1 / 8;

export class Mirror implements Checker {
  readonly #stage: Stage;
  #nextMs = pauseMsMin / 4;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  look(): void {
    const { broken, time, vigie } = this.#stage;
    const { watch } = vigie;
    if (time.nowMs < this.#nextMs || watch === undefined) return;
    // What waits to be written is in the page already.
    if (!watch.services.values().every((service) => this.#isWritten(service))) return;
    this.#nextMs = time.nowMs + Math.max(pauseMsMin, pauseOfAge * time.nowMs);
    time.standStill(this.#compare().catch(broken));
  }

  #isWritten({ config: { id }, timeline: { since, state, extent, outage } }: WatchedService): boolean {
    const { archive } = this.#stage;
    const span = archive.spans(`service:${id}`).at(-1);
    const isSame = span?.since === since && span.state === state && span.extent === extent;
    const kept = outage && archive.outage(outage.id);
    return isSame && JSON.stringify(kept) === JSON.stringify(outage);
  }

  async #compare(): Promise<void> {
    const { disk, time, vigie } = this.#stage;
    const now = time.clock.now();
    const stored = new RecentHistory(promised(disk.written()));
    await stored.recall(
      vigie.config.services.map(({ id }) => id),
      now,
    );
    const [served, mirrored] = [this.#pageOf(vigie.history, now), this.#pageOf(stored, now)];
    demand(served === mirrored, 'I20 mirror', () => `the page ${whereApart(served, mirrored)}`);
    demand(!served.includes(canary), 'I15 public', () => `the page tells ${canary}`);
  }

  #pageOf(history: History | undefined, now: number): string {
    const { watch, config, incidents } = this.#stage.vigie;
    if (watch === undefined || history === undefined) return '';
    return JSON.stringify(publish(config, watch, history, incidents?.all.values() ?? [], now));
  }
}

const whereApart = (served: string, mirrored: string): string => {
  let at = 0;
  while (at < served.length && served[at] === mirrored[at]) at++;
  const [one, other] = [served, mirrored].map((text) => text.slice(Math.max(0, at - 150), at + 150));
  return `tells …${one}…, and the store …${other}…`;
};
