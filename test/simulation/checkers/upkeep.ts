// I12: what was announced is in maintenance at that time of the wall clock, on the two nights of the year as well; and that
// time counts for nothing else.
import type { Effects } from '../../../server/core/effects.ts';
import type { Window } from '../../../server/core/maintenance.ts';
import { ledger } from '../../../server/core/uptime.ts';
import { hours } from '../../support/watch.ts';
import { upkeep } from '../network.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

const { wallStart, timezone, durationMs } = upkeep.recurring;
const [service] = upkeep.services;

export class Upkeep implements Checker {
  readonly #stage: Stage;
  readonly #windows = new Map<string, Window>();
  #asked = { hour: 0, beginsAt: 0 };

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  kept({ windows }: Effects): void {
    for (const window of windows) if (window.services.includes(service)) this.#windows.set(window.id, window);
  }

  look(): void {
    const { time, vigie } = this.#stage;
    const now = time.clock.now();
    const from = this.#beginsAt(now);
    const isIn = vigie.watch?.maintenanceOf({ kind: 'service', id: service }, now) !== undefined;
    demand(
      vigie.watch === undefined || isIn === (from <= now && now < from + durationMs),
      'I12 maintenance',
      () => `it is ${new Date(now).toISOString()}, and ${service} is ${isIn ? '' : 'not '}in maintenance`,
    );
  }

  window(from: number, to: number): void {
    const { archive } = this.#stage;
    const windows = [...this.#windows.values()];
    const announcedMs = windows.reduce(
      (ms, window) => ms + Math.max(0, Math.min(window.until, to) - Math.max(window.from, from)),
      0,
    );
    const { maintenanceMs } = ledger(archive.spansBetween(`service:${service}`, from, to), from, to, windows);
    demand(
      maintenanceMs === announcedMs,
      'I12 maintenance',
      () => `${maintenanceMs} ms of the ${announcedMs} that were announced count as maintenance`,
    );
  }

  // A day of any zone begins and ends with an hour.
  #beginsAt(now: number): number {
    const hour = Math.floor(now / hours);
    if (hour !== this.#asked.hour) this.#asked = { hour, beginsAt: beginsAt(now) };
    return this.#asked.beginsAt;
  }
}

/** On the day of `now`. */
const beginsAt = (now: number): number =>
  Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(timezone)
    .toPlainDate()
    .toPlainDateTime(Temporal.PlainDateTime.from(wallStart).toPlainTime())
    .toZonedDateTime(timezone).epochMilliseconds;
