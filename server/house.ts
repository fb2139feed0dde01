// The composition root: makes what the use cases need of the world, wires it, and takes it down in order.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckConfig, Config } from '../config/config.ts';
import { Busyness } from './app/busyness.ts';
import { Retention } from './app/calendar.ts';
import { Condenser } from './app/condenser.ts';
import { Courier } from './app/courier.ts';
import { Explainer } from './app/explainer.ts';
import { fixedUntilRestart } from './app/fixed.ts';
import { Heartbeats } from './app/heartbeats.ts';
import { Incidents } from './app/incidents.ts';
import { Observer } from './app/observer.ts';
import type { Log, Prober, Store } from './app/ports.ts';
import { publish } from './app/publish.ts';
import type { History } from './app/publish.ts';
import { RecentHistory } from './app/recent-history.ts';
import { isolate } from './app/turns.ts';
import type { Turns } from './app/turns.ts';
import { troublesOf } from './core/incidents/troubles.ts';
import { Watch } from './core/watch.ts';
import type { Effects } from './core/effects.ts';
import type { Report } from './core/result.ts';
import { openDoors } from './doors.ts';
import type { Assets } from './http/assets.ts';
import { createMetrics } from './http/metrics.ts';
import type { Metrics } from './http/metrics.ts';
import type { PublicDeps } from './http/public.ts';
import { render } from './http/render.ts';
import type { Pages } from './http/render.ts';
import { startProber } from './prober/client.ts';
import { canExplain, passiveTypeOf, typeOf } from './prober/probe.ts';
import { openStore } from './store/client.ts';
import { lockFolder } from './store/lock.ts';
import { cron, giveWay, systemClock as clock, systemTimers as timers } from './system.ts';

export interface House {
  readonly urls: { readonly public: string; readonly private: string };
  /** Takes another configuration; addresses and the folder of the data stay as they are until a restart. */
  readonly configure: (config: Config) => Promise<void>;
  readonly metrics: Metrics;
  /** Ends probes, writes what they said, closes. */
  readonly close: () => Promise<void>;
}

export interface HouseDeps {
  readonly config: Config;
  readonly assets: Assets;
  readonly log: Log;
  readonly version: string;
}

/** Whoever stops us waits no longer than this for a probe that takes its time: systemd kills after 90 seconds. */
const drainMsMax = 20_000;
/** The page says how old it is: it is made anew at least this often. */
const refreshMs = 15_000;

export const openHouse = async ({ config: first, assets, log, version }: HouseDeps): Promise<House> => {
  let config = first;
  mkdirSync(config.data, { recursive: true });
  const release = lockFolder(config.data);
  const metrics = createMetrics({ watch: () => watch, now: clock.now, build: { version, revision: '' } });
  const busyness = new Busyness({ clock, log });
  const worked = (method: string, tookMs: number) => {
    busyness.note(method, tookMs);
    metrics.worked(method, tookMs / 1_000);
  };
  const store = await openStore({ path: join(config.data, 'vigie.db'), worked });
  const remembered = await store.remember(clock.now());
  const history = new RecentHistory(store);
  await history.recall(publicServices(config), clock.now());
  const opened = Watch.open(config, remembered, clock.now());
  const { watch } = opened;
  const current = () => config;
  const incidents = await openIncidents({
    store,
    log,
    watch,
    config: current,
    changed: () => pages.refresh(),
  });
  const pages = keepPages({ history, incidents, log, assets, config: current, watch });
  const changed = () => {
    pages.refresh();
    incidents.follow();
  };
  const engine = await startEngine({ config, opened, store, log, metrics, history, changed });
  await pages.refresh.now();
  const hear: PublicDeps['hear'] = (token, signal) => engine.heartbeats.hear(token, signal);
  const parts = { config, assets, log, metrics, store, watch, incidents };
  const doors = await openDoors({ ...parts, pages: pages.current, hear });
  const refreshing = setInterval(pages.refresh, refreshMs);
  const condenser = new Condenser({ store, clock, timers, log });
  const retention = new Retention({ store, clock, cron, log });
  retention.configure(config);
  return {
    urls: doors.urls,
    metrics,
    // What must be read for it is read first: a store that cannot be read leaves the old one, and not a half of each.
    configure: async (next) => {
      await history.recall(publicServices(next), clock.now());
      await engine.configure(next);
      config = next;
      retention.configure(config);
      history.keep(new Set(config.services.map(({ id }) => id)));
      for (const key of fixedUntilRestart(first, next))
        log.warn('config.needs-restart', { key, advice: `restart Vigie: until then the old ${key} holds` });
      pages.refresh();
    },
    // From the outside in: whoever writes ends before what it writes to.
    close: async () => {
      clearInterval(refreshing);
      retention.stop();
      await condenser.stop();
      await doors.close();
      await engine.stop();
      await incidents.stop();
      await store.close();
      release();
    },
  };
};

const publicServices = ({ services }: Config): readonly string[] =>
  services.filter((service) => service.public).map(({ id }) => id);

interface IncidentsDeps {
  readonly store: Store;
  readonly log: Log;
  readonly watch: Watch;
  readonly config: () => Config;
  readonly changed: () => void;
}

const openIncidents = ({ watch, config, ...deps }: IncidentsDeps): Promise<Incidents> =>
  Incidents.open({
    ...deps,
    clock,
    timers,
    troubles: () => troublesOf(watch.services.values()),
    publishAfterMs: () => config().incidents.publishAfterMs,
    services: () => new Set(config().services.map(({ id }) => id)),
  });

interface EngineDeps {
  readonly config: Config;
  readonly opened: ReturnType<typeof Watch.open>;
  readonly store: Store;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly history: RecentHistory;
  /** Called when something that the page shows has changed, and is kept. */
  readonly changed: () => void;
}

interface Engine {
  readonly heartbeats: Heartbeats;
  readonly configure: (config: Config) => Promise<void>;
  readonly stop: () => Promise<void>;
}

// What probes and hears, and what judges it.
const startEngine = async (deps: EngineDeps): Promise<Engine> => {
  const { config, opened, store, log, metrics, history, changed } = deps;
  const receive = (reports: readonly Report[]) => observer.receive(reports);
  const prober = startProber({ log, reports: receive, counts: metrics.counts, drainMsMax });
  // On Linux a priority is a thread's: from here on this one, which serves and renders, gives way to the prober's.
  giveWay();
  const report = (heard: Report) => receive([heard]);
  const heartbeats = new Heartbeats({ clock, timers, cron, log, store, typeOf: passiveTypeOf, report });
  const courier = new Courier({ store, log, clock, timers, waiting: metrics.untold });
  const explainer = new Explainer({ explain: prober.explain, store, timers, log, canExplain });
  explainer.configure(config);
  const committed = ({ results, spans, outages, notables }: Effects, seconds: number) => {
    metrics.observed(results);
    metrics.committed(seconds);
    metrics.noted(notables);
    if (notables.length > 0) courier.call();
    explainer.note(notables);
    if (spans.length + outages.length + notables.length > 0) changed();
  };
  // Only one of the two knows the series.
  const recheck: Prober['recheck'] = (series, afterMs) => {
    prober.recheck(series, afterMs);
    heartbeats.recheck(series, afterMs);
  };
  const decided = (effects: Effects) => history.take(effects);
  const observing = { store, clock, timers, log, recheck, decided, committed, shed: metrics.shed };
  const observer = new Observer(observing, config, opened);
  prober.assign(divide(config).active, config.resolvers);
  await heartbeats.configure(divide(config).passive);
  // Somebody may be waiting since before the start.
  courier.call();
  return {
    heartbeats,
    configure: async (next) => {
      const { active, passive } = divide(next);
      await heartbeats.configure(passive);
      observer.configure(next);
      explainer.configure(next);
      prober.assign(active, next.resolvers);
    },
    stop: async () => {
      explainer.stop();
      await Promise.all([prober.drain(), heartbeats.stop()]);
      await observer.stop();
      // What is told now and not noted as told would be told again after the next start.
      await courier.stop();
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

interface PagesDeps {
  readonly history: History;
  readonly incidents: Pick<Incidents, 'all'>;
  readonly log: Log;
  readonly assets: Assets;
  readonly config: () => Config;
  readonly watch: Watch;
}

// The pages of the newest snapshot, and a way to ask for a newer one. Nothing that it is made of has to be waited for.
const keepPages = ({
  history,
  incidents,
  log,
  assets,
  config,
  watch,
}: PagesDeps): { current: () => Pages; refresh: Turns } => {
  let pages: Pages | undefined;
  const refresh = isolate(async () => {
    pages = render(publish(config(), watch, history, incidents.all.values(), clock.now()), assets.links);
  }, log);
  const current = (): Pages => {
    if (pages === undefined) throw new Error('no page was made before the first request');
    return pages;
  };
  return { current, refresh };
};
