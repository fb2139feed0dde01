// The two doors of the house: the one that everybody may come to, and the one of the administrators.
import type { Config } from '../config/config.ts';
import { disk } from '../config/files.ts';
import { boardOf, openSince } from './app/board.ts';
import type { Board } from './app/board.ts';
import type { Chronicle } from './app/chronicle.ts';
import type { Histories } from './app/histories.ts';
import type { Incidents } from './app/incidents.ts';
import type { Log, Store } from './app/ports.ts';
import type { Report } from './app/report.ts';
import { publishTimes } from './app/published-times.ts';
import { SelfCheck } from './app/self-check.ts';
import type { Examiner } from './app/self-check.ts';
import { pastOf } from './app/service-past.ts';
import type { ServicePast } from './app/service-past.ts';
import type { Subject } from './core/effects.ts';
import { troublesOf } from './core/incidents/troubles.ts';
import type { Window } from './core/maintenance.ts';
import { plan } from './core/planning.ts';
import type { Plan, Refusal } from './core/planning.ts';
import type { Instant } from './core/time.ts';
import type { Watch } from './core/watch.ts';
import type { Engine } from './engine.ts';
import type { Assets } from './http/assets.ts';
import type { Audiences } from './http/audiences.ts';
import type { Metrics } from './http/metrics.ts';
import { createPrivate } from './http/private.ts';
import type { PrivateDeps } from './http/private.ts';
import { createPublic } from './http/public.ts';
import type { PublicDeps } from './http/public.ts';
import type { Pages } from './http/render.ts';
import type { Rendered } from './http/rendered.ts';
import { listen } from './http/server.ts';
import { openServicePages } from './http/service-pages.ts';
import type { ServicePages, ServicePagesDeps } from './http/service-pages.ts';
import { SiteThread } from './prober/site/client.ts';
import { systemClock as clock, systemTimers as timers } from './system.ts';
import type { Subscribing } from './subscribing.ts';
import { holderOf, readHolders } from './tokens.ts';

export interface DoorsDeps {
  readonly config: () => Config;
  readonly assets: Assets;
  readonly log: Log;
  readonly pages: () => Pages;
  readonly histories: Pick<Histories<Rendered>, 'of'>;
  readonly chronicle: Pick<Chronicle<Rendered>, 'at' | 'isReady'>;
  readonly engine: Engine;
  readonly metrics: Metrics;
  readonly store: Store;
  readonly watch: Watch;
  readonly incidents: Incidents;
  readonly live: Audiences;
  readonly report: (month: string) => Promise<Report | undefined>;
  readonly subscribing: Pick<Subscribing, 'subscriptions' | 'tokens'>;
  /** Who looks at sites, if not a thread that does it for real. */
  readonly examiner?: Examiner | undefined;
}

export interface Doors {
  readonly urls: { readonly public: string; readonly private: string };
  readonly close: () => Promise<void>;
}

/** Rejects when one of the addresses cannot be had. */
export const openDoors = async (deps: DoorsDeps): Promise<Doors> => {
  const {
    config,
    assets,
    log,
    pages,
    histories,
    chronicle,
    engine,
    metrics,
    store,
    watch,
    incidents,
    live,
    report,
    subscribing,
  } = deps;
  const selfCheck = openSelfCheck(deps);
  const { data, listen: at } = config();
  const history = (service: string) => histories.of(service);
  const everybody = createPublic({
    pages,
    past: (path) => chronicle.at(path) ?? (chronicle.isReady ? undefined : 'unready'),
    history,
    services: servicePages(deps, history),
    live: live.readers,
    assets,
    hear: (token, signal) => engine.heartbeats.hear(token, signal),
    selfCheck: { ask: selfCheck.ask, clock },
    subscriptions: { ...subscribing, clock, config },
    now: clock.now,
    log,
  });
  const administrators = createPrivate({
    metrics,
    explanations: store.explanations,
    history: historyOf(deps),
    report,
    incidents,
    board: () => boardNow(deps),
    live: live.administrators,
    assets,
    maintenance: {
      windows: () => watch.maintenance.windows(clock.now()),
      plan: (asked) => planned(asked, deps),
    },
    subscribers: subscribing.subscriptions,
    act: engine.act,
    knows: ({ kind, id }: Subject) => (kind === 'check' ? watch.checks : watch.services).has(id),
    holderOf: (token) => holderOf(readHolders(data), token, clock.now()),
    clock,
    log,
  });
  const listeners = await Promise.all([
    listen(everybody, at.public, { shelf: (path) => pages().byPath.get(path) }),
    listen(administrators, at.private, { names: () => config().listen.names }),
  ]);
  return {
    urls: { public: listeners[0].url, private: listeners[1].url },
    close: async () => {
      live.readers.close();
      live.administrators.close();
      await Promise.all([selfCheck.close(), ...listeners.map((listener) => listener.close())]);
    },
  };
};

const openSelfCheck = ({ config, log, examiner }: DoorsDeps) => {
  const sites = new SiteThread(log);
  const asked = { config, files: disk, examiner: examiner ?? sites, clock, timers, log };
  const selfCheck = new SelfCheck(asked);
  return {
    ask: (written: string) => selfCheck.ask(written),
    close: async () => {
      await sites.close();
      selfCheck.stop();
    },
  };
};

const historyOf = (deps: DoorsDeps): PrivateDeps['history'] => ({
  history: deps.store.history,
  results: deps.store.results,
  checks: () => deps.watch.checks,
  past: (id, window) => pastAt(id, window, deps),
  now: clock.now,
  log: deps.log,
});

const servicePages = (
  { pages, config, watch, store, assets: { links }, log }: DoorsDeps,
  history: PublicDeps['history'],
): ServicePages => {
  const timed = { config, watch, store };
  const times: ServicePagesDeps['times'] = (service, window) =>
    publishTimes(service, window, timed, clock.now());
  return openServicePages({ pages, history, times, links, clock, timers, log });
};

const planned = async (asked: Plan, { config, engine, watch }: DoorsDeps): Promise<Window | Refusal> => {
  const { maintenance, services, checks } = watch;
  const { timezone } = config().organisation;
  const window = plan(asked, { maintenance, services, checks, timezone, now: clock.now() });
  if (typeof window !== 'string') await engine.plan(window);
  return window;
};

// What is to come was not seen.
const pastAt = async (
  id: string,
  { from, to }: { readonly from: Instant; readonly to: Instant },
  { config, store }: DoorsDeps,
): Promise<ServicePast | undefined> => {
  const service = config().services.find((service) => service.id === id);
  const until = Math.min(to, clock.now());
  return service && pastOf(service, { from: Math.min(from, until), until }, config(), store);
};

/** As many as a bad night brings. */
const lettersMax = 500;

const boardNow = async ({ config, engine, store, incidents, watch }: DoorsDeps): Promise<Board> => {
  const { alerts, silences } = engine.alerts;
  const now = clock.now();
  const letters = await store.letters({ from: openSince(alerts, now), to: now + 1, limit: lettersMax });
  return boardOf({
    config: config(),
    alerts,
    silences,
    windows: watch.maintenance.windows(now),
    letters,
    incidents: incidents.all.values(),
    troubles: troublesOf(watch, now),
    now,
  });
};
