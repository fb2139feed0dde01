// One world from its seed to its end: chaos, in which nothing wrong may happen, and calm, in which all must become right.
import type { Log } from '../../server/app/ports.ts';
import type { Effects } from '../../server/core/effects.ts';
import { hours, minutes, seconds } from '../support/watch.ts';
import { Disk } from './disk.ts';
import { Evidence } from './evidence.ts';
import { startFaults } from './faults.ts';
import { History } from './history.ts';
import { Liveness } from './liveness.ts';
import { usualConfig } from './network.ts';
import type { Profile } from './profile.ts';
import { Random } from './random.ts';
import { Restarts } from './restarts.ts';
import { Lane, VirtualTime } from '../support/virtual-time.ts';
import { Vigie } from './vigie.ts';
import { Violation, demand } from './violation.ts';
import { World } from './world.ts';

export interface Outcome {
  readonly profile: Profile;
  readonly events: number;
  readonly probes: number;
  readonly outages: number;
  readonly failure?: {
    readonly invariant: string;
    readonly message: string;
    /** What happened before, oldest first. */
    readonly trace: readonly string[];
  };
}

const calmMs = 3 * hours;
const lookEveryMs = 15 * seconds;
/** Of transactions in that time: one every quarter of a second, and what a restart adds. */
const attemptsMax = 90;
const traceMax = 40;
const keptResultsMs = 24 * hours;

export const simulate = async (profile: Profile): Promise<Outcome> => {
  const run = new Run(profile);
  let failure: Outcome['failure'];
  try {
    await run.live();
  } catch (error) {
    const invariant = error instanceof Violation ? error.invariant : 'exception';
    const message =
      error instanceof Violation ? error.message : String(error instanceof Error ? error.stack : error);
    failure = { invariant, message: `${run.date}: ${message}`, trace: run.trace };
  }
  run.close();
  return {
    profile: run.profile,
    events: run.time.events,
    probes: run.probes,
    outages: run.outages,
    ...(failure && { failure }),
  };
};

class Run {
  readonly profile: Profile;
  readonly time: VirtualTime;
  readonly trace: string[] = [];
  probes = 0;
  outages = 0;
  readonly #world: World;
  readonly #disk: Disk;
  readonly #vigie: Vigie;
  readonly #history = new History();
  readonly #evidence = new Evidence();
  readonly #liveness: Liveness;
  readonly #restarts: Restarts;
  readonly #lane = new Lane();
  readonly #random: Random;
  #midnight: Temporal.ZonedDateTime;
  #told = 0;
  #crashes = 0;
  // Whatever breaks inside the code under test must not be swallowed by it.
  #broken: unknown;

  constructor(profile: Profile) {
    this.profile = profile;
    this.#midnight = Temporal.PlainDate.from(profile.from).toZonedDateTime('Europe/Paris');
    this.time = new VirtualTime(this.#midnight.epochMilliseconds);
    this.#random = new Random(profile.seed);
    this.#world = new World(this.#random.fork('world'), profile.burstLossRatio);
    this.#disk = new Disk({
      kept: (effects, denied) => this.#guard(() => this.#kept(effects, denied)),
      crash: () => this.#crash(),
    });
    this.#vigie = new Vigie(
      {
        time: this.time,
        world: this.#world,
        disk: this.#disk,
        log: this.#log(),
        probed: (series, at, blame) => {
          this.probes++;
          this.#evidence.probed(series, at, blame);
        },
        broken: (error) => {
          this.#broken ??= error;
        },
      },
      usualConfig,
    );
    this.#liveness = new Liveness(this.time, this.#world, this.#vigie);
    this.#restarts = new Restarts(this.#history, this.#vigie, this.time);
  }

  get date(): string {
    return new Date(this.time.clock.now()).toISOString();
  }

  async live(): Promise<void> {
    const { profile, time } = this;
    this.#boot();
    this.#lookAgain();
    this.#countDays();
    const stopFaults = startFaults(profile, {
      time,
      world: this.#world,
      vigie: this.#vigie,
      disk: this.#disk,
      random: this.#random,
      trace: (line) => this.#note(line),
      crash: () => this.#crash(),
      uplinkChanged: () => this.#liveness.uplinkChanged(),
      clockStepped: (before) => {
        this.#history.clockStepped(time.clock.now());
        this.#evidence.clockStepped(time.clock.now());
        this.#restarts.clockStepped(before);
      },
    });
    await time.run(profile.days * 24 * hours, () => this.#check());
    stopFaults();
    this.#note('calm');
    this.#world.heal(time.nowMs);
    this.#liveness.uplinkChanged();
    this.#disk.mishap = 'none';
    await time.run(time.nowMs + calmMs, () => this.#check());
    this.#checkCalm();
  }

  close(): void {
    this.#disk.close();
  }

  #boot(): void {
    this.#history.checkRemembered(this.#disk.written().remember(this.time.clock.now()));
    this.#restarts.starting();
    this.#vigie.boot();
  }

  #crash(): void {
    if (this.#vigie.watch === undefined) return;
    this.#crashes++;
    this.#vigie.crash();
    this.#evidence.crashed();
    const awayMs = this.#random.logUniform(seconds, 3 * hours);
    this.#note(`crashed, back in ${Math.round(awayMs / seconds)} s`);
    this.time.after(awayMs, this.#lane, () => this.#guard(() => this.#boot()));
  }

  #kept(effects: Effects, denied: boolean): void {
    const now = this.time.clock.now();
    for (const notable of effects.notables) {
      if (notable.kind === 'outage-opened') this.outages++;
      this.#note(`kept: ${notable.key}`);
    }
    this.#history.kept(effects);
    if (denied) this.#history.denied(effects);
    this.#evidence.kept(effects, this.#vigie.config, now);
    this.#restarts.kept(effects);
    if (effects.spans.length + effects.outages.length > 0)
      this.#history.checkTransaction(now, this.#vigie.config);
  }

  // After every event.
  #check(): void {
    if (this.#broken !== undefined) throw this.#broken;
  }

  #lookAgain(): void {
    this.#guard(() => {
      this.#liveness.check();
      this.#restarts.check();
      this.#checkAttempts();
    });
    this.time.after(lookEveryMs, this.#lane, () => this.#lookAgain());
  }

  #checkAttempts(): void {
    const { attempts } = this.#disk;
    this.#disk.attempts = 0;
    demand(
      attempts <= attemptsMax,
      'I17 bounded',
      () => `${attempts} transactions were tried within ${lookEveryMs} ms`,
    );
  }

  // Days are 23, 24 or 25 hours long; other windows begin and end where it happens.
  #countDays(): void {
    const now = this.time.clock.now();
    const from = now - this.#random.int(1, 2 * 24 * hours);
    this.#guard(() => this.#history.checkWindow(from, this.#random.int(from, now)));
    const next = this.#midnight.add({ days: 1 });
    if (now > next.epochMilliseconds) {
      this.#guard(() => this.#history.checkWindow(this.#midnight.epochMilliseconds, next.epochMilliseconds));
      this.#midnight = next;
      const before = now - keptResultsMs;
      this.#disk.written().prune({ results: before, evidence: before, told: before });
    }
    this.time.after(10 * minutes, this.#lane, () => this.#countDays());
  }

  #checkCalm(): void {
    const { watch } = this.#vigie;
    demand(watch !== undefined, 'calm', () => 'it does not run');
    for (const { config, timeline } of watch.checks.values())
      demand(timeline.state === 'up', 'calm', () => `check ${config.id} is ${timeline.state}`);
    for (const { config, timeline } of watch.services.values())
      demand(timeline.state === 'up', 'calm', () => `service ${config.id} is ${timeline.state}`);
    demand(!watch.sight.blind, 'calm', () => 'we are blind');
    demand(
      this.#history.open.length === 0,
      'I3 one open',
      () => `still open: ${JSON.stringify(this.#history.open)}`,
    );
    demand(
      this.#disk.written().untold(1).length === 0,
      'I5 deliver',
      () => 'something in the outbox was not told',
    );
    demand(
      this.#told >= this.#history.keys.size && this.#told <= this.#history.keys.size + this.#crashes,
      'I5 deliver',
      () => `${this.#history.keys.size} notables were told ${this.#told} times over ${this.#crashes} crashes`,
    );
    this.#history.checkRemembered(this.#disk.written().remember(this.time.clock.now()));
  }

  // The courier tells by the log; what else is logged as an error is a bug, but for a disk that we broke ourselves.
  #log(): Log {
    return {
      info: () => {},
      warn: () => {
        this.#told++;
      },
      error: (event, fields) => {
        const error = fields?.error;
        if (event === 'store.commit-failed' && this.#disk.refusedLast) return;
        this.#broken ??=
          error instanceof Violation
            ? error
            : new Error(`${event}: ${String(error instanceof Error ? error.stack : error)}`);
      },
    };
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#broken ??= error;
    }
  }

  #note(line: string): void {
    this.trace.push(`${this.date} ${line}`);
    if (this.trace.length > traceMax) this.trace.shift();
  }
}
