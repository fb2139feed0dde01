// One world from its seed to its end: chaos, in which nothing wrong may happen, and calm, in which all must become right.
import type { Fate, Log } from '../../server/app/ports.ts';
import type { Effects } from '../../server/core/effects.ts';
import { hours, minutes, seconds } from '../support/watch.ts';
import { Archive } from './archive.ts';
import type { Checker } from './checkers/checker.ts';
import { checkersOf } from './checkers/index.ts';
import { Violation } from './checkers/violation.ts';
import { Disk } from './disk.ts';
import { StoreError } from '../../server/app/ports.ts';
import { startFaults } from './faults.ts';
import { networkOf } from './network.ts';
import type { Network } from './network.ts';
import type { Profile } from './profile.ts';
import { Random } from './random.ts';
import { Sinks } from './sinks.ts';
import { Lane, VirtualTime } from '../support/virtual-time.ts';
import { Vigie } from './vigie.ts';
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

/** All is over within three hours, and whoever sleeps then is told when he wakes: after three more, in the longest night. */
const calmMs = 6.5 * hours;
/** Of a world that is probed every twenty seconds; the others are looked at less often. */
const lookEveryMs = 15 * seconds;
const traceMax = 40;
const keptResultsMs = 6 * hours;
/** Longer than the windows that are looked at, and a time in which the machine sleeps. */
const condensedResultsMs = 72 * hours;

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
  readonly #counts = { crashes: 0, told: 0 };
  readonly #world: World;
  readonly #network: Network;
  readonly #disk: Disk;
  readonly #sinks: Sinks;
  readonly #vigie: Vigie;
  readonly #archive = new Archive();
  readonly #checkers: readonly Checker[];
  // Those who want to hear of what happens most often.
  readonly #ofProbes: readonly Checker[];
  readonly #ofEffects: readonly Checker[];
  readonly #lane = new Lane();
  readonly #random: Random;
  #midnight: Temporal.ZonedDateTime;
  // Whatever breaks inside the code under test must not be swallowed by it.
  #broken: unknown;

  constructor(profile: Profile) {
    this.profile = profile;
    this.#midnight = Temporal.PlainDate.from(profile.from).toZonedDateTime('Europe/Paris');
    this.time = new VirtualTime(this.#midnight.epochMilliseconds);
    this.#random = new Random(profile.seed);
    this.#world = new World(this.#random.fork('world'), profile.burstLossRatio, profile.learns);
    this.#network = networkOf(profile.pace, profile.learns);
    this.#disk = new Disk({
      kept: (effects, denied) => this.#guard(() => this.#kept(effects, denied)),
      fated: (key, fate) => {
        this.#archive.fated(key, fate);
        this.#tell((checker) => checker.fated?.(key, fate));
      },
      diverted: (key, { to, at, evidence }) => {
        const left = this.#archive.diverted(key, to);
        if (left === undefined) return;
        const fate: Fate = { kind: 'dead', at, evidence };
        this.#archive.fated(key, fate);
        this.#tell((checker) => checker.fated?.(key, fate, left));
      },
      written: (changes, messages) => {
        for (const message of messages) this.#archive.post(message);
        this.#tell((checker) => checker.written?.(changes, messages));
      },
      crash: () => this.#crash(),
      random: this.#random.fork('disk'),
      keepsAll: profile.condenses,
    });
    this.#sinks = new Sinks(this.time, this.#random.fork('sinks'), (message) =>
      this.#tell((checker) => checker.arrived?.(message)),
    );
    const broken = (error: unknown) => {
      this.#broken ??= error;
    };
    this.#vigie = new Vigie(
      {
        time: this.time,
        world: this.#world,
        disk: this.#disk,
        sinks: this.#sinks,
        random: this.#random.fork('vigie'),
        log: this.#log(),
        probed: (series, at, blame) => {
          this.probes++;
          this.#guard(() => {
            for (const checker of this.#ofProbes) checker.probed?.(series, at, blame);
          });
        },
        broken,
      },
      this.#network.usual,
    );
    this.#checkers = checkersOf({
      time: this.time,
      world: this.#world,
      vigie: this.#vigie,
      disk: this.#disk,
      sinks: this.#sinks,
      archive: this.#archive,
      counts: this.#counts,
      broken,
    });
    this.#ofProbes = this.#checkers.filter(({ probed }) => probed !== undefined);
    this.#ofEffects = this.#checkers.filter(({ kept }) => kept !== undefined);
  }

  get date(): string {
    return new Date(this.time.clock.now()).toISOString();
  }

  async live(): Promise<void> {
    const { profile, time } = this;
    this.#boot();
    this.#lookAgain();
    this.#countDays();
    this.#prune();
    const stopFaults = startFaults({
      profile,
      time,
      world: this.#world,
      network: this.#network,
      vigie: this.#vigie,
      disk: this.#disk,
      sinks: this.#sinks,
      random: this.#random,
      trace: (line) => this.#note(line),
      crash: () => this.#crash(),
      uplinkChanged: () => this.#tell((checker) => checker.uplinkChanged?.()),
      clockStepped: (before) => this.#tell((checker) => checker.clockStepped?.(before)),
    });
    await time.run(profile.days * 24 * hours, () => this.#check());
    stopFaults();
    this.#note('calm');
    this.#world.heal(time.nowMs);
    this.#tell((checker) => checker.uplinkChanged?.());
    this.#disk.mishap = 'none';
    this.#sinks.heal();
    await time.run(time.nowMs + calmMs, () => this.#check());
    for (const checker of this.#checkers) checker.calm?.();
  }

  close(): void {
    this.#disk.close();
  }

  #boot(): void {
    const remembered = this.#disk.written().remember(this.time.clock.now());
    for (const checker of this.#checkers) checker.starting?.(remembered);
    this.#vigie.boot();
  }

  #crash(): void {
    if (this.#vigie.watch === undefined) return;
    this.#counts.crashes++;
    this.#vigie.crash();
    this.#archive.crashed();
    this.#tell((checker) => checker.crashed?.());
    const awayMs = this.#random.logUniform(seconds, 3 * hours);
    this.#note(`crashed, back in ${Math.round(awayMs / seconds)} s`);
    this.time.after(awayMs, this.#lane, () => this.#guard(() => this.#boot()));
  }

  #kept(effects: Effects, denied: boolean): void {
    for (const notable of effects.notables) {
      if (notable.kind === 'outage-opened') this.outages++;
      this.#note(`kept: ${notable.key}`);
    }
    this.#archive.kept(effects);
    for (const checker of this.#ofEffects) checker.kept?.(effects);
    if (denied) this.#archive.keptAndDenied(effects);
  }

  // After every event.
  #check(): void {
    if (this.#broken !== undefined) throw this.#broken;
  }

  #lookAgain(): void {
    this.#tell((checker) => checker.look?.());
    this.time.after(lookEveryMs * this.profile.pace, this.#lane, () => this.#lookAgain());
  }

  // Days are 23, 24 or 25 hours long; other windows begin and end where it happens.
  #countDays(): void {
    const now = this.time.clock.now();
    if (this.#vigie.watch !== undefined) this.#disk.condense(now);
    const from = now - this.#random.int(1, 2 * 24 * hours);
    const to = this.#random.int(from, now);
    this.#tell((checker) => checker.window?.(from, to));
    const next = this.#midnight.add({ days: 1 });
    if (now > next.epochMilliseconds) {
      const [begin, end] = [this.#midnight.epochMilliseconds, next.epochMilliseconds];
      this.#tell((checker) => checker.window?.(begin, end));
      this.#midnight = next;
    }
    this.time.after(30 * minutes, this.#lane, () => this.#countDays());
  }

  // What is old is of no use to anybody in this world, and would only be searched at every start.
  #prune(): void {
    const now = this.time.clock.now();
    const before = now - keptResultsMs;
    const results = now - (this.profile.condenses ? condensedResultsMs : keptResultsMs);
    this.#disk.written().prune({ results, evidence: before, told: before });
    this.time.after(keptResultsMs, this.#lane, () => this.#prune());
  }

  // The courier tells by the log; what else is logged as an error is a bug, but for what we broke ourselves.
  #log(): Log {
    return {
      info: () => {},
      // That the prober is unfit is in no outbox.
      warn: (event) => {
        if (event !== 'prober.unfit' && event !== 'message.deferred') this.#counts.told++;
      },
      error: (event, fields) => {
        const error = fields?.error;
        const isOurs = error instanceof StoreError && ['store.full', 'store.gone'].includes(error.code);
        if (isOurs || event === 'message.dead') return;
        this.#broken ??=
          error instanceof Violation
            ? error
            : new Error(`${event}: ${String(error instanceof Error ? error.stack : error)}`);
      },
    };
  }

  #tell(what: (checker: Checker) => void): void {
    this.#guard(() => this.#checkers.forEach(what));
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
