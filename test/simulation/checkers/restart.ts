// I10: what a process is told at its start is what was kept. I11: the time in which none ran, or the machine was asleep, is
// unknown, and bears no outage.
import { missedMs } from '../../../server/core/due.ts';
import { subjectId } from '../../../server/core/effects.ts';
import type { Effects, Notable, Outage } from '../../../server/core/effects.ts';
import type { Remembered } from '../../../server/core/remember.ts';
import type { Blind } from '../../../server/core/sights.ts';
import type { Checker, Stage } from './checker.ts';
import { isSeen } from './evidence.ts';
import { demand } from './violation.ts';

interface Gap {
  readonly check: string;
  readonly from: number;
  readonly to: number;
  /** Monotonic milliseconds; what is written after them knows of the gap. */
  readonly knownMs: number;
}

/** Time alone changes a state every five seconds. */
const tickMs = 6_000;

export class Restart implements Checker {
  readonly #stage: Stage;
  /** Start of the newest result that counted, by check. */
  readonly #newest = new Map<string, number>();
  /** Checks of which there was a result since the start. */
  #heard = new Set<string>();
  #gaps: readonly Gap[] = [];
  /** When something was last written: monotonic milliseconds. */
  #writtenMs = 0;
  #secondTimeUntil = 0;
  readonly #blind = new Map<string, Blind>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  starting(remembered: Remembered): void {
    this.#checkRemembered(remembered);
    const { archive, time, vigie } = this.#stage;
    const now = time.clock.now();
    this.#heard = new Set();
    const checks = vigie.config.services.flatMap((service) => service.checks);
    const gone = [...this.#newest.keys()].filter((one) => checks.every(({ id }) => id !== one));
    const ranUntil = Math.max(...this.#newest.values());
    const isGap = ranUntil >= this.#secondTimeUntil && ranUntil < now;
    // What is no longer watched has no other gap, should it come back.
    for (const check of gone) this.#newest.delete(check);
    const gaps = gone
      .filter((check) => archive.stateAt(`check:${check}`, now) !== 'unknown')
      .map((check) => ({ check, from: ranUntil, to: now, knownMs: time.nowMs }));
    const missed = checks.flatMap((check) => {
      const { id } = check;
      const from = this.#newest.get(id);
      const isKnown = archive.stateAt(`check:${id}`, now) === 'unknown';
      return from === undefined || from < this.#secondTimeUntil || now - from <= missedMs(check) || isKnown
        ? []
        : [{ check: id, from, to: now, knownMs: time.nowMs }];
    });
    this.#gaps = [...missed, ...(isGap ? gaps : [])];
  }

  clockStepped(before: number): void {
    const now = this.#stage.time.clock.now();
    if (now > before) return this.#sleep(before, now);
    // What the clock says for the second time cannot be told from what it said the first time.
    this.#gaps = [];
    this.#newest.clear();
    this.#secondTimeUntil = Math.max(this.#secondTimeUntil, before);
  }

  #sleep(from: number, to: number): void {
    const { time, vigie } = this.#stage;
    if (vigie.watch === undefined || from < this.#secondTimeUntil) return;
    for (const { config } of vigie.watch.checks.values())
      if (to - from > config.policy.staleMs + missedMs(config))
        // A probe that was under way says what it saw before.
        this.#gaps = [
          ...this.#gaps,
          { check: config.id, from, to, knownMs: time.nowMs + config.timeoutMs + tickMs },
        ];
  }

  kept({ results, standings, notables }: Effects): void {
    this.#writtenMs = this.#stage.time.nowMs;
    for (const result of results) {
      const { series, at } = result;
      this.#heard.add(series.check);
      if (isSeen(result)) this.#see(series.check, at);
    }
    // Of who is slower than usual, over a path that loses packets, only this says that he answered.
    for (const { series, standing } of standings) this.#see(series.check, standing.lastAt ?? 0);
    for (const notable of notables) {
      if (!('outage' in notable)) this.#turn(notable);
      if (notable.kind === 'outage-opened' && notable.outage.subject.kind === 'check')
        demand(
          this.#heard.has(notable.outage.subject.id),
          'I11 own gap',
          () => `${notable.key} is born without a result since we started`,
        );
    }
  }

  look(): void {
    const { archive, vigie } = this.#stage;
    if (vigie.watch === undefined) return;
    const isKnown = ({ knownMs }: Gap) => this.#writtenMs > Math.max(knownMs, vigie.disturbedMs + tickMs);
    const known = this.#gaps.filter(isKnown);
    if (known.length > 0) this.#gaps = this.#gaps.filter((gap) => !known.includes(gap));
    for (const { check, from, to } of known) {
      const state = archive.stateAt(`check:${check}`, (from + to) / 2);
      demand(
        state === 'unknown',
        'I11 own gap',
        () => `check ${check} is said to have been ${state} while we did not run, or slept`,
      );
    }
  }

  calm(): void {
    const { disk, time } = this.#stage;
    this.#checkRemembered(disk.written().remember(time.clock.now()));
  }

  #see(check: string, at: number): void {
    this.#newest.set(check, Math.max(at, this.#newest.get(check) ?? 0));
  }

  #turn({ kind, vantage, family, since }: Sighting): void {
    const place = `${vantage}/${family}`;
    if (kind === 'blind') this.#blind.set(place, { vantage, family, since });
    else this.#blind.delete(place);
  }

  #checkRemembered({ spans, outages, blind }: Remembered): void {
    const { archive } = this.#stage;
    const [kept, told] = [outagesOf(archive.open), outagesOf(outages)];
    demand(told === kept, 'I10 restart', () => `open outages ${kept} came back as ${told}`);
    for (const span of spans) {
      const kept = archive.spans(subjectId(span.subject)).at(-1);
      demand(
        kept?.since === span.since && kept.state === span.state,
        'I10 restart',
        () => `the span ${JSON.stringify(kept)} came back as ${JSON.stringify(span)}`,
      );
    }
    const [keptBlind, toldBlind] = [placesOf(this.#blind.values()), placesOf(blind)];
    demand(
      toldBlind === keptBlind,
      'I10 restart',
      () => `blind at ${keptBlind} came back as blind at ${toldBlind}`,
    );
  }
}

type Sighting = Extract<Notable, { kind: 'blind' | 'sighted' }>;

const outagesOf = (outages: readonly Outage[]): string =>
  JSON.stringify(outages.toSorted((a, b) => (a.id < b.id ? -1 : 1)));

const placesOf = (blind: Iterable<Blind>): string =>
  [...blind]
    .map(({ vantage, family, since }) => `${vantage}/${family} since ${since}`)
    .toSorted()
    .join(', ');
