// Vigie in the simulated world: the real scheduler, observer, alerts, couriers and incidents, on threads that stand still and
// processes that die.
import type { Config } from '../../config/config.ts';
import { Deadline } from '../../checks/lib/contract.ts';
import type { Outcome } from '../../checks/lib/outcome.ts';
import { Courier } from '../../server/app/courier.ts';
import { Deliveries } from '../../server/app/deliveries.ts';
import type { DeliveriesDeps } from '../../server/app/deliveries.ts';
import { say } from '../../server/app/incident-words.ts';
import { Incidents } from '../../server/app/incidents.ts';
import type { IncidentsDeps } from '../../server/app/incidents.ts';
import { Observer } from '../../server/app/observer.ts';
import { RecentHistory } from '../../server/app/recent-history.ts';
import type { Log } from '../../server/app/ports.ts';
import { Scheduler } from '../../server/app/scheduler.ts';
import type { Job } from '../../server/app/scheduler.ts';
import { write } from '../../server/app/words.ts';
import { Alerts } from '../../server/core/alerts/alerts.ts';
import type { Effects } from '../../server/core/effects.ts';
import { isOpen } from '../../server/core/incidents/incident.ts';
import { mayRemind, messagesOf } from '../../server/core/incidents/tell.ts';
import { troublesOf } from '../../server/core/incidents/troubles.ts';
import type { Report } from '../../server/core/result.ts';
import { seriesId } from '../../server/core/series.ts';
import { Watch } from '../../server/core/watch.ts';
import { minutes } from '../support/watch.ts';
import type { Disk } from './disk.ts';
import type { Random } from './random.ts';
import type { Sinks } from './sinks.ts';
import { Lane } from '../support/virtual-time.ts';
import type { VirtualTime } from '../support/virtual-time.ts';
import { Violation } from './checkers/violation.ts';
import type { Blame, World } from './world.ts';

interface VigieDeps {
  readonly time: VirtualTime;
  readonly world: World;
  readonly disk: Disk;
  readonly sinks: Sinks;
  readonly random: Random;
  readonly log: Log;
  /** Told of what goes wrong where nobody listens. */
  readonly broken: (error: unknown) => void;
  readonly probed: (series: string, startedAt: number, blame: Blame | undefined) => void;
}

const echoLateMsMax = 60_000;

interface Prober {
  readonly lane: Lane;
  readonly scheduler: Scheduler;
}

/** How often a prober says how it is. */
const readMs = 5_000;
/** However often it dies and starts again. */
const lasting = new Lane();

export class Vigie {
  readonly #deps: VigieDeps;
  config: Config;
  /** The wall clock at the last reload. */
  configuredAt = 0;
  #main = new Lane();
  #prober: Prober | undefined;
  /** Nothing of these, while it does not run. */
  observer: Observer | undefined;
  watch: Watch | undefined;
  alerts: Alerts | undefined;
  incidents: Incidents | undefined;
  history: RecentHistory | undefined;
  #deliveries: Deliveries | undefined;
  /** Monotonic milliseconds of the last start. */
  bornMs = 0;
  /** Until then every report comes a second time, later. */
  echoesUntilMs = 0;
  /** Monotonic milliseconds at which something last happened to us that a watch may need time to get over. */
  disturbedMs = 0;

  constructor(deps: VigieDeps, config: Config) {
    this.#deps = deps;
    this.config = config;
  }

  boot(): void {
    const { time, disk, log } = this.#deps;
    this.#disturb();
    this.bornMs = time.nowMs;
    this.#main = new Lane();
    const timers = time.timers(this.#main);
    const store = disk.open(this.#main);
    const { clock } = time;
    const shared = { store, log, clock, timers };
    const courier = new Courier({ ...shared, waiting: () => {} });
    this.#prober = this.#startProber();
    const now = clock.now();
    const opened = Watch.open(this.config, disk.written().remember(now), now);
    this.watch = opened.watch;
    this.alerts = new Alerts(this.config, disk.written().rememberAlerts(now), write);
    this.#deliveries = this.#deliver(shared);
    this.history = new RecentHistory(store);
    this.#recall();
    const committed = ({ notables, messages, outages }: Effects) => {
      if (notables.length > 0) courier.call();
      this.#deliveries?.call(messages);
      if (outages.length > 0) this.incidents?.follow();
    };
    const recheck: Scheduler['recheck'] = (series, afterMs) =>
      this.#prober?.scheduler.recheck(series, afterMs);
    const deps = { ...shared, recheck, committed, decided: this.#decided, shed: () => {} };
    this.observer = new Observer(deps, this.config, opened, this.alerts);
    this.#sayCondition();
    this.#assign();
    courier.call();
    this.#deliveries.configure(this.config.routes);
    void this.#openIncidents(shared);
  }

  readonly #decided = (effects: Effects): void => this.history?.take(effects);

  #recall(): void {
    const services = this.config.services.map(({ id }) => id);
    this.history?.recall(services, this.#deps.time.clock.now()).catch(this.#deps.broken);
  }

  #deliver(shared: Pick<DeliveriesDeps, 'store' | 'log' | 'clock' | 'timers'>): Deliveries {
    const { random, sinks } = this.#deps;
    return new Deliveries({
      ...shared,
      random: () => random.next(),
      handOver: sinks.handOver(this.#main),
      happened: () => {},
      waiting: () => {},
      divert: async (message, diversion) => this.observer?.divert(message, diversion),
    });
  }

  async #openIncidents(shared: Pick<IncidentsDeps, 'store' | 'log' | 'clock' | 'timers'>): Promise<void> {
    const { watch } = this;
    const { clock } = shared;
    const incidents = await Incidents.open({
      ...shared,
      troubles: () => (watch === undefined ? [] : troublesOf(watch, clock.now())),
      publishAfterMs: () => this.config.incidents.publishAfterMs,
      mayRemind: (incident, now) => mayRemind(incident, now, this.config),
      services: () => new Set(this.config.services.map(({ id }) => id)),
      messages: (added, all) => messagesOf(added, all, this.config, say),
      decided: (messages) => this.#deliveries?.call(messages),
      changed: () => {},
    });
    if (watch !== this.watch) return;
    this.incidents = incidents;
    incidents.follow();
    this.#followIncidents();
  }

  // Every five seconds would cost more than all else; where nothing goes on there is nothing to look at.
  #followIncidents(): void {
    const { incidents, watch } = this;
    const isBusy = watch?.services.values().some(({ timeline }) => timeline.outage !== undefined) === true;
    if (isBusy || incidents?.all.values().some(isOpen) === true) incidents?.follow();
    this.#deps.time.after(3 * minutes, this.#main, () => this.#followIncidents());
  }

  /** From one moment to the next there is nothing left of it. */
  crash(): void {
    this.#main.isAlive = false;
    if (this.#prober !== undefined) this.#prober.lane.isAlive = false;
    this.#prober = undefined;
    this.#deliveries = undefined;
    this.observer = undefined;
    this.watch = undefined;
    this.alerts = undefined;
    this.incidents = undefined;
    this.history = undefined;
  }

  killProber(): void {
    const { time } = this.#deps;
    if (this.#prober === undefined) return;
    this.#disturb();
    this.#prober.lane.isAlive = false;
    this.#prober = undefined;
    time.after(1_000, this.#main, () => {
      this.#disturb();
      this.#prober = this.#startProber();
      this.#assign();
    });
  }

  configure(config: Config): void {
    this.config = config;
    this.configuredAt = this.#deps.time.clock.now();
    this.#disturb();
    this.#recall();
    this.observer?.configure(config);
    this.history?.keep(new Set(config.services.map(({ id }) => id)));
    this.#deliveries?.configure(config.routes);
    this.#assign();
  }

  /** The prober has hardly a file descriptor left, until the world says otherwise, and says so. */
  sicken(): void {
    const { time, world } = this.#deps;
    this.#sayCondition();
    if (world.isProberSick) time.after(readMs, lasting, () => this.sicken());
  }

  #sayCondition(): void {
    const { time, world } = this.#deps;
    this.disturbedMs = Math.max(this.disturbedMs, time.nowMs);
    const condition = { elapsedMs: readMs, stalledMs: 0, clockStepMs: 0, families: [4, 6] as const };
    const felt = { ...condition, filesLeft: world.isProberSick ? 0 : 1_000 };
    // After what it reported before.
    time.after(0, this.#main, () => this.observer?.feel(felt));
  }

  /** Threads stand still for so long. */
  stall(thread: 'main' | 'prober', lengthMs: number): void {
    const lane = thread === 'main' ? this.#main : this.#prober?.lane;
    if (lane !== undefined) lane.stalledUntilMs = this.#deps.time.nowMs + lengthMs;
    this.disturbedMs = this.#deps.time.nowMs + lengthMs;
  }

  stepClock(byMs: number): void {
    this.#disturb();
    this.#deps.time.wallOffsetMs += byMs;
  }

  #disturb(): void {
    this.disturbedMs = Math.max(this.disturbedMs, this.#deps.time.nowMs);
  }

  #assign(): void {
    const checks = this.config.services.flatMap(({ checks }) => checks);
    const probed = checks.filter(({ derived }) => derived !== true);
    this.#prober?.scheduler.assign([...probed, ...this.config.witnesses]);
  }

  #startProber(): Prober {
    const { time, log } = this.#deps;
    const lane = new Lane();
    const inFlight = new Set<string>();
    const scheduler = new Scheduler({
      clock: time.clock,
      timers: time.timers(lane),
      log,
      cron: () => () => {},
      roundKey: () => undefined,
      run: (jobs) => Promise.all(jobs.map((job) => this.#probe(job, lane, inFlight))),
      report: (report) => this.#report(report),
    });
    return { lane, scheduler };
  }

  // What the prober says reaches us when we can listen.
  #report(report: Report): void {
    const { time, random } = this.#deps;
    const hear = () => this.observer?.receive([report]);
    time.after(0, this.#main, hear);
    if (time.nowMs < this.echoesUntilMs) time.after(random.int(0, echoLateMsMax), this.#main, hear);
  }

  #probe(job: Job, lane: Lane, inFlight: Set<string>): Promise<Outcome> {
    const { time, world, probed, broken } = this.#deps;
    const id = seriesId(job.series);
    if (inFlight.has(id)) broken(new Violation('one at a time', `${id} is probed twice at once`));
    inFlight.add(id);
    const { latencyMs, outcome, blame } = world.reply(job, time.nowMs);
    probed(id, time.clock.now(), blame);
    return new Promise((resolve, reject) => {
      let over = false;
      const end = (settle: () => void) => {
        if (over) return;
        over = true;
        inFlight.delete(id);
        settle();
      };
      if (latencyMs !== 'never') time.after(latencyMs, lane, () => end(() => resolve(outcome)));
      job.signal.addEventListener('abort', () => {
        const late = job.signal.reason instanceof Deadline;
        end(() =>
          late ? resolve(latencyMs === 'never' ? outcome : tooLate(outcome)) : reject(job.signal.reason),
        );
      });
    });
  }
}

const tooLate = (outcome: Outcome): Outcome => ({
  kind: 'fail',
  cause: 'timeout_reply',
  evidence: 'an answer that we did not read in time',
  phasesUs: outcome.phasesUs,
  totalUs: outcome.totalUs,
  facts: {},
});
