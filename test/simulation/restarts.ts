// I10 and I11: what a restart must not forget, and what it must not make up.
import type { Effects } from '../../server/core/effects.ts';
import { seriesOf } from '../../server/core/series.ts';
import type { History } from './history.ts';
import type { VirtualTime } from '../support/virtual-time.ts';
import type { Vigie } from './vigie.ts';
import { demand } from './violation.ts';

interface Gap {
  readonly check: string;
  readonly from: number;
  readonly to: number;
}

export class Restarts {
  readonly #history: History;
  readonly #vigie: Vigie;
  readonly #time: VirtualTime;
  /** Start of the newest result that counted, by check. */
  readonly #newest = new Map<string, number>();
  /** Checks of which there was a result since the start. */
  #heard = new Set<string>();
  #gaps: readonly Gap[] = [];
  /** The first transaction since the start says what became of everything meanwhile. */
  #hasWritten = false;
  #secondTimeUntil = 0;

  constructor(history: History, vigie: Vigie, time: VirtualTime) {
    this.#history = history;
    this.#vigie = vigie;
    this.#time = time;
  }

  starting(): void {
    const now = this.#time.clock.now();
    this.#hasWritten = false;
    this.#heard = new Set();
    this.#gaps = this.#vigie.config.services.flatMap(({ checks }) =>
      checks.flatMap(({ id, schedule, timeoutMs }) => {
        const from = this.#newest.get(id);
        const missedMs = timeoutMs + (schedule.kind === 'every' ? schedule.everyMs : schedule.longestGapMs);
        return from === undefined || from < this.#secondTimeUntil || now - from <= missedMs
          ? []
          : [{ check: id, from, to: now }];
      }),
    );
  }

  /** What the clock says for the second time cannot be told from what it said the first time. */
  clockStepped(before: number): void {
    this.#gaps = [];
    this.#newest.clear();
    this.#secondTimeUntil = Math.max(this.#secondTimeUntil, before);
  }

  kept({ results, notables }: Effects): void {
    this.#hasWritten = true;
    for (const { series, at, grade } of results) {
      this.#heard.add(series.check);
      if (grade !== 'invalid')
        this.#newest.set(series.check, Math.max(at, this.#newest.get(series.check) ?? 0));
    }
    for (const notable of notables)
      if (notable.kind === 'outage-opened' && notable.outage.subject.kind === 'check')
        demand(
          this.#heard.has(notable.outage.subject.id),
          'I11 own gap',
          () => `${notable.key} is born without a result since we started`,
        );
  }

  check(): void {
    if (this.#gaps.length === 0 || this.#vigie.watch === undefined || !this.#hasWritten) return;
    const watched = new Set(
      this.#vigie.config.services.flatMap(({ checks }) => checks.flatMap(seriesOf)).map(({ check }) => check),
    );
    for (const { check, from, to } of this.#gaps.filter(({ check }) => watched.has(check))) {
      const state = this.#history.stateAt(`check:${check}`, (from + to) / 2);
      demand(
        state === 'unknown',
        'I11 own gap',
        () => `check ${check} is said to have been ${state} while we did not run`,
      );
    }
    this.#gaps = [];
  }
}
