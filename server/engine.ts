// The engine: what probes and hears, what judges it, and what tells of it.
import type { CheckConfig, Config } from '../config/config.ts';
import { subscribersRoute } from '../config/subscriptions.ts';
import { Courier } from './app/courier.ts';
import { Deliveries } from './app/deliveries.ts';
import type { DeliveriesDeps } from './app/deliveries.ts';
import { Explainer } from './app/explainer.ts';
import { Heartbeats } from './app/heartbeats.ts';
import { SignsOfLife } from './app/dead-mans-switch.ts';
import { MonthlyReport } from './app/monthly-report.ts';
import { Observer } from './app/observer.ts';
import type { HandOver, Log, Prober, SchedulerCounts, Store } from './app/ports.ts';
import type { RecentHistory } from './app/recent-history.ts';
import type { Report as MonthReport } from './app/report.ts';
import { Vitals } from './app/vitals.ts';
import { WeeklyTest } from './app/weekly-test.ts';
import { write } from './app/words.ts';
import { Alerts } from './core/alerts/alerts.ts';
import type { Message } from './core/alerts/message.ts';
import type { Effects } from './core/effects.ts';
import type { Condition } from './core/fitness.ts';
import type { Report } from './core/result.ts';
import type { Watch } from './core/watch.ts';
import type { Metrics } from './http/metrics.ts';
import { giveSign } from './notify/hand-over.ts';
import { startProber } from './prober/client.ts';
import { canExplain, passiveTypeOf, typeOf } from './prober/types.ts';
import { cron, giveWay, random, systemClock as clock, systemTimers as timers } from './system.ts';

/** Whoever stops us waits no longer than this for a probe that takes its time: systemd kills after 90 seconds. */
const drainMsMax = 20_000;

export interface EngineDeps {
  readonly config: Config;
  readonly opened: ReturnType<typeof Watch.open>;
  readonly store: Store;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly history: RecentHistory;
  readonly handOver: HandOver;
  /** Called when something that the page shows has changed, and is kept. */
  readonly changed: () => void;
  /** Called when something else has changed that administrators see, and is kept. */
  readonly noticed: () => void;
  /** Of a month such as `2026-11`. */
  readonly report: (month: string) => Promise<MonthReport | undefined>;
}

export interface Engine {
  readonly heartbeats: Heartbeats;
  readonly alerts: Pick<Alerts, 'alerts' | 'silences'>;
  /** A person acts on alerts. */
  readonly act: Observer['act'];
  readonly plan: Observer['plan'];
  /** These messages were kept, by somebody else. */
  readonly deliver: (messages: readonly Message[]) => void;
  readonly configure: (config: Config) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export const startEngine = async (deps: EngineDeps): Promise<Engine> => {
  const { config: first, opened, store, log, metrics, history } = deps;
  let config = first;
  const alerts = new Alerts(config, await store.rememberAlerts(clock.now()), write);
  const receive = (reports: readonly Report[]) => observer.receive(reports);
  const vitals = new Vitals({ store, clock, timers });
  const counts = (counted: SchedulerCounts) => {
    metrics.counts(counted);
    vitals.counted(counted);
  };
  const condition = (felt: Condition) => observer.feel(felt);
  const prober = startProber({ log, reports: receive, counts, condition, drainMsMax });
  // On Linux a priority is a thread's: from here on this one, which serves and renders, gives way to the prober's.
  giveWay();
  const report = (heard: Report) => receive([heard]);
  const heartbeats = new Heartbeats({ clock, timers, cron, log, store, typeOf: passiveTypeOf, report });
  const courier = new Courier({ store, log, clock, timers, waiting: metrics.untold });
  const explainer = new Explainer({ explain: prober.explain, store, timers, log, canExplain });
  explainer.configure(config);
  const divert: DeliveriesDeps['divert'] = (message, diversion) => observer.divert(message, diversion);
  const current = () => config;
  const deliveries = deliver(deps, divert, vitals);
  const committed = follow(deps, { courier, deliveries, explainer, vitals });
  const carry = ({ routes, subscriptions }: Config) => {
    metrics.routes([...routes.map(({ id }) => id), ...(subscriptions ? [subscribersRoute] : [])]);
    deliveries.configure(routes);
    life.configure(config);
  };
  // Only one of the two knows the series.
  const recheck: Prober['recheck'] = (series, afterMs) => {
    prober.recheck(series, afterMs);
    heartbeats.recheck(series, afterMs);
  };
  const decided = (effects: Effects) => {
    history.take(effects);
    vitals.decided(effects);
  };
  const observing = { store, clock, timers, log, recheck, decided, committed, shed: metrics.shed };
  const observer = new Observer(observing, config, opened, alerts);
  const life = showLife(deps, current, vitals, (messages) => observer.tell(messages));
  prober.assign(divide(config).active, config.resolvers);
  await heartbeats.configure(divide(config).passive);
  // Somebody may be waiting since before the start.
  courier.call();
  carry(config);
  return {
    heartbeats,
    alerts,
    act: (action) => observer.act(action),
    plan: (window) => observer.plan(window),
    deliver: (messages) => deliveries.call(messages),
    configure: async (next) => {
      const { active, passive } = divide(next);
      await heartbeats.configure(passive);
      observer.configure(next);
      explainer.configure(next);
      config = next;
      carry(config);
      prober.assign(active, next.resolvers);
    },
    stop: async () => {
      explainer.stop();
      life.stop();
      await Promise.all([prober.drain(), heartbeats.stop()]);
      await observer.stop();
      // What is told now and not noted as told would be told again after the next start.
      await Promise.all([courier.stop(), deliveries.stop()]);
    },
  };
};

// Only what is kept is told of.
const follow =
  (
    { metrics, changed, noticed }: EngineDeps,
    parts: { courier: Courier; deliveries: Deliveries; explainer: Explainer; vitals: Vitals },
  ) =>
  (effects: Effects, seconds: number): void => {
    const { results, spans, outages, notables, windows, alerts, silences, messages } = effects;
    parts.vitals.kept();
    metrics.observed(results);
    metrics.committed(seconds);
    metrics.noted(notables);
    if (notables.length > 0) parts.courier.call();
    parts.deliveries.call(messages);
    parts.explainer.note(notables);
    if (spans.length + outages.length + notables.length + windows.length > 0) changed();
    if (alerts.length + silences.length + messages.length > 0) noticed();
  };

// What is decided is delivered, whatever else goes on.
const deliver = (
  { store, log, metrics, noticed, handOver }: EngineDeps,
  divert: DeliveriesDeps['divert'],
  vitals: Vitals,
): Deliveries =>
  new Deliveries({
    store,
    clock,
    timers,
    log,
    random,
    handOver,
    divert,
    happened: (route, event) => {
      metrics.delivered(route, event);
      if (event === 'delivered') vitals.delivered();
      noticed();
    },
    waiting: metrics.undelivered,
  });

// What shows that we are there: a test message a week, a report a month, and signs of life.
const showLife = (
  { log, metrics, report }: EngineDeps,
  current: () => Config,
  vitals: Vitals,
  tell: (messages: readonly Message[]) => void,
) => {
  const weekly = new WeeklyTest({ clock, cron, tell });
  const monthly = new MonthlyReport({ clock, cron, log, report, tell });
  const ailment = () => vitals.ailment();
  const give = giveSign(current, clock);
  const signs = new SignsOfLife({ ailment, give, timers, log, happened: metrics.sign });
  return {
    configure: (config: Config) => {
      weekly.configure(config);
      monthly.configure(config);
      signs.configure(config.deadMansSwitches);
    },
    stop: () => {
      weekly.stop();
      monthly.stop();
      signs.stop();
    },
  };
};

// What is probed and heard here: what is asked only from elsewhere is not ours to do.
const divide = ({
  vantagePoints: [{ id: here }],
  services,
  witnesses,
}: Config): { active: readonly CheckConfig[]; passive: readonly CheckConfig[] } => {
  const checks = [...services.flatMap((service) => service.checks), ...witnesses]
    .filter(({ vantagePoints }) => vantagePoints.includes(here))
    .map((check) => ({ ...check, vantagePoints: [here] }));
  return {
    active: checks.filter((check) => typeOf(check).kind === 'active'),
    passive: checks.filter((check) => typeOf(check).kind === 'passive'),
  };
};
