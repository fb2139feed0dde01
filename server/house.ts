// The composition root: makes what the use cases need of the world, wires it, and takes it down in order.
import { mkdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import type { CheckConfig, Config } from '../config/config.ts';
import { startRetention } from './app/calendar.ts';
import { tell } from './app/courier.ts';
import { Heartbeats } from './app/heartbeats.ts';
import { Observer } from './app/observer.ts';
import type { Log, Prober, Store } from './app/ports.ts';
import { publish, recentMs } from './app/publish.ts';
import type { History } from './app/publish.ts';
import { isolate } from './app/turns.ts';
import type { Turns } from './app/turns.ts';
import type { Watch } from './core/watch.ts';
import type { Effects } from './core/effects.ts';
import type { Report } from './core/result.ts';
import type { Instant } from './core/time.ts';
import type { Assets } from './http/assets.ts';
import { createMetrics } from './http/metrics.ts';
import type { Metrics } from './http/metrics.ts';
import { createPrivate } from './http/private.ts';
import { createPublic } from './http/public.ts';
import type { PublicDeps } from './http/public.ts';
import { render } from './http/render.ts';
import type { Pages } from './http/render.ts';
import { listen } from './http/server.ts';
import { startProber } from './prober/client.ts';
import { passiveTypeOf, typeOf } from './prober/probe.ts';
import { openStore } from './store/client.ts';
import { cron, systemClock as clock, systemTimers as timers } from './system.ts';

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

/** Nice: somewhat less than what runs beside it. */
const givingWay = 5;
/** The page says how old it is: it is made anew at least this often. */
const refreshMs = 15_000;
const outagesMax = 200;

export const openHouse = async ({ config: first, assets, log, version }: HouseDeps): Promise<House> => {
  let config = first;
  mkdirSync(config.data, { recursive: true });
  const onSlow = (method: string, tookMs: number) =>
    log.warn('store.slow', { method, tookMs: Math.round(tookMs) });
  const store = await openStore({ path: join(config.data, 'vigie.db'), onSlow });
  const watch = () => engine.observer.watch;
  const metrics = createMetrics({ watch, now: clock.now, build: { version, revision: '' } });
  const pages = keepPages({ store, log, assets, config: () => config, watch });
  const engine = await startEngine({ config, store, log, metrics, changed: () => pages.refresh() });
  await pages.refresh.now();
  const hear: PublicDeps['hear'] = (token, signal) => engine.heartbeats.hear(token, signal);
  const listeners = await Promise.all([
    listen(createPublic({ pages: pages.current, assets, hear, now: clock.now, log }), config.listen.public),
    listen(createPrivate({ metrics, log }), config.listen.private),
  ]);
  const refreshing = setInterval(pages.refresh, refreshMs);
  const stopRetention = startRetention({ store, clock, cron, log }, () => config);
  return {
    urls: { public: listeners[0].url, private: listeners[1].url },
    metrics,
    configure: async (next) => {
      config = next;
      await engine.configure(config);
      pages.refresh();
    },
    // From the outside in: whoever writes ends before what it writes to.
    close: async () => {
      clearInterval(refreshing);
      stopRetention();
      await Promise.all(listeners.map((listener) => listener.close()));
      await engine.stop();
      await store.close();
    },
  };
};

interface EngineDeps {
  readonly config: Config;
  readonly store: Store;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Called when something that the page shows has changed, and is kept. */
  readonly changed: () => void;
}

interface Engine {
  readonly observer: Observer;
  readonly heartbeats: Heartbeats;
  readonly configure: (config: Config) => Promise<void>;
  readonly stop: () => Promise<void>;
}

// What probes and hears, and what judges it.
const startEngine = async ({ config, store, log, metrics, changed }: EngineDeps): Promise<Engine> => {
  const remembered = await store.remember();
  const receive = (reports: readonly Report[]) => observer.receive(reports);
  const prober = startProber({ log, reports: receive, counts: metrics.counts });
  // On Linux a priority is a thread's: from here on this one, which serves and renders, gives way to the prober's.
  setPriority(givingWay);
  const report = (heard: Report) => receive([heard]);
  const heartbeats = new Heartbeats({ clock, timers, cron, log, store, typeOf: passiveTypeOf, report });
  const courier = isolate(() => tell({ store, log, clock, waiting: metrics.untold }), log);
  const committed = ({ results, spans, outages, notables }: Effects, seconds: number) => {
    metrics.observed(results);
    metrics.committed(seconds);
    metrics.noted(notables);
    if (notables.length > 0) courier();
    if (spans.length + outages.length + notables.length > 0) changed();
  };
  // Only one of the two knows the series.
  const recheck: Prober['recheck'] = (series, afterMs) => {
    prober.recheck(series, afterMs);
    heartbeats.recheck(series, afterMs);
  };
  const observing = { store, clock, timers, log, recheck, committed, shed: metrics.shed };
  const observer = new Observer(observing, config, remembered);
  const assign = async (next: Config) => {
    const { active, passive } = divide(next);
    prober.assign(active, next.resolvers);
    await heartbeats.configure(passive);
  };
  await assign(config);
  // Somebody may be waiting since before the start.
  courier();
  return {
    observer,
    heartbeats,
    configure: (next) => {
      observer.configure(next);
      return assign(next);
    },
    stop: async () => {
      await Promise.all([prober.drain(), heartbeats.stop()]);
      await observer.stop();
    },
  };
};

const divide = ({
  services,
  witnesses,
}: Config): { active: readonly CheckConfig[]; passive: readonly CheckConfig[] } => {
  const checks = [...services.flatMap((service) => service.checks), ...witnesses];
  return {
    active: checks.filter((check) => typeOf(check).kind === 'active'),
    passive: checks.filter((check) => typeOf(check).kind === 'passive'),
  };
};

interface PagesDeps {
  readonly store: Pick<Store, 'outages' | 'spans'>;
  readonly log: Log;
  readonly assets: Assets;
  readonly config: () => Config;
  readonly watch: () => Watch;
}

// The pages of the newest snapshot, and a way to ask for a newer one.
const keepPages = ({
  store,
  log,
  assets,
  config,
  watch,
}: PagesDeps): { current: () => Pages; refresh: Turns } => {
  let pages: Pages | undefined;
  const refresh = isolate(async () => {
    const history = await historyOf(store, config(), clock.now());
    pages = render(publish(config(), watch(), history, clock.now()), assets.links);
  }, log);
  const current = (): Pages => {
    if (pages === undefined) throw new Error('no page was made before the first request');
    return pages;
  };
  return { current, refresh };
};

const historyOf = async (store: PagesDeps['store'], config: Config, now: Instant): Promise<History> => {
  const services = config.services.filter((service) => service.public).map(({ id }) => id);
  const outages = await store.outages({ from: now - recentMs, to: now, limit: outagesMax, services });
  const oldest = new Map(outages.map(({ subject, startedAt }) => [subject.id, startedAt]));
  const spans = await Promise.all(
    [...oldest].map(
      async ([id, from]) => [id, await store.spans({ kind: 'service', id }, from, now)] as const,
    ),
  );
  return { outages, spans: new Map(spans) };
};
