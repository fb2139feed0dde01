// I4: an outage that was told stays in history. I13: none ends before it starts, and nothing changes in the future.
import type { Effects, Outage } from '../../../server/core/effects.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

/** What was decided before the clock was set is written within this time. */
const surelyMs = 600_000;
/** No outage is confirmed by failures that lie closer together. */
const confirmedMs = 1_000;

export class Monotone implements Checker {
  readonly #stage: Stage;
  #steppedAt = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  clockStepped(): void {
    this.#steppedAt = this.#stage.time.clock.now();
  }

  kept({ outages, spans }: Effects): void {
    for (const outage of outages) this.#checkOutage(outage);
    if (spans.length > 0) this.#checkFuture();
  }

  #checkOutage({ id, state, startedAt, end }: Outage): void {
    if (end === undefined) return;
    demand(
      end.at >= startedAt,
      'I13 clock',
      () => `${id} ends before it starts: ${iso(startedAt)} to ${iso(end.at)}`,
    );
    // What another configuration moved to a service may have recovered before it was there.
    const wasMoved = startedAt === this.#stage.vigie.configuredAt;
    const wasConfirmed = state === 'down' && end.how !== 'withdrawn' && !wasMoved;
    const isShort = wasConfirmed && end.at - startedAt < confirmedMs;
    demand(
      !isShort || this.#steppedAt > startedAt - surelyMs,
      'I4 monotone',
      () => `${id} was told, and then taken out of history`,
    );
  }

  #checkFuture(): void {
    const { archive, time, vigie } = this.#stage;
    const now = time.clock.now();
    if (Math.abs(now - this.#steppedAt) < surelyMs) return;
    for (const { id, checks } of vigie.config.services)
      for (const subject of [`service:${id}`, ...checks.map((check) => `check:${check.id}`)]) {
        const since = archive.spans(subject).at(-1)?.since ?? 0;
        demand(since <= now, 'I13 clock', () => `${subject} is to change in the future, at ${iso(since)}`);
      }
  }
}

const iso = (at: number): string => new Date(at).toISOString();
