// I8: every window adds up to the millisecond, and an outage is never rounded away.
import { availability, ledger } from '../../../server/core/uptime.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

export class Sum implements Checker {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  window(from: number, to: number): void {
    for (const subject of this.#stage.archive.subjects) this.#check(subject, from, to);
  }

  #check(subject: string, from: number, to: number): void {
    const spans = this.#stage.archive.spansBetween(subject, from, to);
    const sums = ledger(spans, from, to);
    const { upMs, degradedMs, downMs, unknownMs, maintenanceMs } = sums;
    const parts = [upMs, degradedMs, downMs, unknownMs, maintenanceMs];
    const total = parts.reduce((sum, part) => sum + part, 0);
    demand(
      total === to - from && Math.min(...parts) >= 0,
      'I8 sum',
      () => `${subject}: ${JSON.stringify(sums)} is not the ${to - from} ms from ${from} to ${to}`,
    );
    demand(
      downMs === 0 || (availability(sums) ?? 1) < 1,
      'I8 sum',
      () => `${subject} was down for ${downMs} ms and is said to have been there all the time`,
    );
    spans.forEach(({ since }, index) =>
      demand(
        since > (spans[index - 1]?.since ?? 0),
        'I8 sum',
        () => `spans of ${subject} overlap at ${since}`,
      ),
    );
  }
}
