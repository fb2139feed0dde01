// The composition root: makes what the use cases need of the world, wires it, and takes it down in order.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckConfig, Config } from '../config/config.ts';
import { startRetention } from './app/calendar.ts';
import { tell } from './app/courier.ts';
import { Heartbeats } from './app/heartbeats.ts';
import { Observer } from './app/observer.ts';
import type { Log, Prober, Store } from './app/ports.ts';
import { publish, recentMs } from './app/publish.ts';
import { isolate } from './app/turns.ts';
import type { Turns } from './app/turns.ts';
import type { Watch } from './core/watch.ts';
import type { Effects } from './core/effects.ts';
import type { Assets } from './http/assets.ts';
import { createMetrics } from './http/metrics.ts';
import type { Metrics } from './http/metrics.ts';
import { createPrivate } from './http/private.ts';
import { createPublic } from './http/public.ts';
import type { PublicDeps } from './http/public.ts';
import { render } from './http/render.ts';
import type { Pages } from './http/render.ts';
import { listen } from './http/server.ts';
import type { Listener } from './http/server.ts';
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

/** The page says how old it is: it is made anew at least this often. */
const refreshMs = 15_000;
const outagesMax = 200;

export const openHouse = async (deps: HouseDeps): Promise<House> => {
  const { assets, log, version } = deps;
  let { config } = deps;
  mkdirSync(config.data, { recursive: true });
  const onSlow = (method: string, tookMs: number) =>
    log.warn('store.slow', { method, tookMs: Math.round(tookMs) });
  const store = await openStore({ path: join(config.data, 'vigie.db'), onSlow });

  const metrics = createMetrics({
    watch: () => observer.watch,
    now: clock.now,
    build: { version, revision: '' },
  });
  const prober = startProber({
    log,
    reports: (reports) => observer.receive(reports),
    counts: metrics.counts,
  });
  const heartbeats = new Heartbeats({
    clock,
    timers,
    cron,
    log,
    store,
    typeOf: passiveTypeOf,
    report: (report) => observer.receive([report]),
  });

  const pages = keepPages({ store, log, assets, config: () => config, watch: () => observer.watch });
  const courier = isolate(() => tell({ store, log, clock }), log);
  const committed = (effects: Effects, seconds: number) => {
    metrics.observed(effects.results);
    metrics.committed(seconds);
    metrics.noted(effects.notables);
    if (effects.notables.length > 0) courier();
    if (effects.spans.length + effects.outages.length + effects.notables.length > 0) pages.refresh();
  };
  const observer = new Observer(
    { store, clock, timers, log, recheck: prober.recheck, committed },
    config,
    await store.remember(),
  );

  const assign = async () => {
    const { active, passive } = divide(config);
    prober.assign(active, config.resolvers);
    await heartbeats.configure(passive);
  };
  await assign();
  courier();
  await pages.refresh.now();
  const hear: PublicDeps['hear'] = (token, signal) => heartbeats.hear(token, signal);
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
      observer.configure(config);
      await assign();
      pages.refresh();
    },
    close: async () => {
      clearInterval(refreshing);
      stopRetention();
      await closeAll({ listeners, prober, heartbeats, observer, store });
    },
  };
};

interface Closing {
  readonly listeners: readonly Listener[];
  readonly prober: Prober;
  readonly heartbeats: Heartbeats;
  readonly observer: Observer;
  readonly store: Store;
}

// From the outside in: whoever writes ends before what it writes to.
const closeAll = async ({ listeners, prober, heartbeats, observer, store }: Closing): Promise<void> => {
  await Promise.all(listeners.map((listener) => listener.close()));
  await Promise.all([prober.drain(), heartbeats.stop()]);
  await observer.stop();
  await store.close();
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
  readonly store: Pick<Store, 'outages'>;
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
    const from = clock.now() - recentMs;
    const outages = await store.outages({ from, to: clock.now(), limit: outagesMax });
    pages = render(publish(config(), watch(), outages, clock.now()), assets.links);
  }, log);
  const current = (): Pages => {
    if (pages === undefined) throw new Error('no page was made before the first request');
    return pages;
  };
  return { current, refresh };
};
