// The composition root: makes what the use cases need of the world, wires it, and takes it down in order.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { Announcements } from './app/announcements.ts';
import { Busyness } from './app/busyness.ts';
import { Backups } from './app/backups.ts';
import { Retention } from './app/calendar.ts';
import { Chronicle } from './app/chronicle.ts';
import { Condenser } from './app/condenser.ts';
import { fixedUntilRestart } from './app/fixed.ts';
import { incidentBulletins, workBulletins } from './app/subscriptions/bulletins.ts';
import { Histories } from './app/histories.ts';
import { say } from './app/incident-words.ts';
import { Incidents } from './app/incidents.ts';
import type { Log, Store } from './app/ports.ts';
import { publish, recentMs } from './app/publish.ts';
import type { History, PublishedStatus } from './app/publish.ts';
import { RecentHistory } from './app/recent-history.ts';
import { reportNamed } from './app/report.ts';
import { isolate } from './app/turns.ts';
import type { Turns } from './app/turns.ts';
import { mayRemind, messagesOf } from './core/incidents/tell.ts';
import { troublesOf } from './core/incidents/troubles.ts';
import { Watch } from './core/watch.ts';
import { openDoors } from './doors.ts';
import type { DoorsDeps } from './doors.ts';
import { startEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import type { Assets } from './http/assets.ts';
import { createMetrics } from './http/metrics.ts';
import type { Metrics } from './http/metrics.ts';
import { openAudiences } from './http/audiences.ts';
import { json, render, renderMonth } from './http/render.ts';
import type { Pages } from './http/render.ts';
import { handOver as handOverOf } from './notify/hand-over.ts';
import { openStore } from './store/client.ts';
import { copiesIn } from './store/copier/client.ts';
import { databaseName } from './store/database.ts';
import { lockFolder } from './store/lock.ts';
import { observed, startSubscribing } from './subscribing.ts';
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
  readonly examiner?: DoorsDeps['examiner'];
}

/** The page says how old it is: it is made anew at least this often. */
const refreshMs = 15_000;

export const openHouse = async ({ version, config: first, ...given }: HouseDeps): Promise<House> => {
  const { assets, log } = given;
  let config = first;
  mkdirSync(config.data, { recursive: true });
  const release = lockFolder(config.data);
  const metrics = createMetrics({ watch: () => watch, now: clock.now, build: { version, revision: '' } });
  const store = await openTimedStore(config, metrics, log);
  const remembered = await store.remember(clock.now());
  const history = new RecentHistory(store);
  await history.recall(publicServices(config), clock.now());
  const startedAt = clock.now();
  await store.noteStart(startedAt);
  const opened = Watch.open(config, remembered, startedAt);
  const { watch } = opened;
  const current = () => config;
  const live = openAudiences({ clock, timers, pages: () => pages.current() });
  const decided: Engine['deliver'] = (messages) => engine.deliver(messages);
  const told = { changed: () => changed(), decided };
  const incidents = await openIncidents({ store, log, watch, config: current, ...told });
  const { handOver, isTelling } = observed(handOverOf(current, clock));
  const subscribing = startSubscribing({ config: current, store, log, metrics, isTelling });
  const shown = { kept: subscribing.call, made: () => live.readers.changed() };
  const sources = { store, history, incidents, log, assets, config: current, watch };
  const pages = await keepPages({ ...sources, ...shown });
  const past = keepPast({ store, log, config: current, watch, incidents, assets, status: pages.status });
  const changed = () => {
    pages.refresh();
    incidents.follow();
    past.changed();
    live.administrators.changed();
  };
  const report = reports({ store, watch, incidents, config: current });
  const asked = { changed, noticed: () => live.administrators.changed(), report };
  const engine = await startEngine({ config, opened, store, log, metrics, history, handOver, ...asked });
  incidents.start();
  await pages.refresh.now();
  const parts = { ...given, config: current, metrics, store, watch, incidents, engine, live, report };
  const doors = await openDoors({ ...parts, subscribing, ...past, pages: pages.current });
  past.refresh();
  const refreshing = setInterval(pages.refresh, refreshMs);
  const chores = startChores({ config, store, log, metrics });
  return {
    urls: doors.urls,
    metrics,
    // What must be read for it is read first: a store that cannot be read leaves the old one, and not a half of each.
    configure: async (next) => {
      await history.recall(publicServices(next), clock.now());
      await engine.configure(next);
      config = next;
      chores.configure(config);
      history.keep(new Set(config.services.map(({ id }) => id)));
      for (const key of fixedUntilRestart(first, next))
        log.warn('config.needs-restart', { key, advice: `restart Vigie: until then the old ${key} holds` });
      pages.refresh();
      past.refresh();
    },
    // From the outside in: whoever writes ends before what it writes to.
    close: async () => {
      clearInterval(refreshing);
      await chores.stop();
      await past.stop();
      await doors.close();
      await subscribing.stop();
      await engine.stop();
      await incidents.stop();
      await store.close();
      release();
    },
  };
};

const openTimedStore = ({ data }: Config, metrics: Metrics, log: Log) => {
  const busyness = new Busyness({ clock, log });
  const worked = (method: string, tookMs: number) => {
    busyness.note(method, tookMs);
    metrics.worked(method, tookMs / 1_000);
  };
  return openStore({ path: join(data, databaseName), worked });
};

interface Reported {
  readonly store: Store;
  readonly watch: Watch;
  readonly incidents: Pick<Incidents, 'all'>;
  readonly config: () => Config;
}

const reports = ({ store, watch, incidents, config }: Reported) => {
  const seriesOf = (check: string) => watch.checks.get(check)?.series.map(({ key }) => key) ?? [];
  const told = () => incidents.all.values();
  return (month: string) => reportNamed(month, { store, config: config(), seriesOf, told }, clock.now());
};

type Chores = Pick<HouseDeps, 'config' | 'log'> & { readonly store: Store; readonly metrics: Metrics };

// What is done beside watching: to make less of what is old, to delete what is too old, and to copy the rest.
const startChores = ({ config, store, log, metrics }: Chores) => {
  const condenser = new Condenser({ store, clock, timers, log });
  const retention = new Retention({ store, clock, cron, log });
  const copies = (folder: string) => copiesIn(folder, join(config.data, databaseName));
  const backups = new Backups({ copiesIn: copies, clock, cron, log, verified: metrics.backedUp });
  const configure = (next: Config) => {
    retention.configure(next);
    backups.configure(next);
  };
  configure(config);
  return {
    configure,
    stop: () => {
      retention.stop();
      backups.stop();
      return condenser.stop();
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
  readonly decided: Engine['deliver'];
}

const openIncidents = ({ watch, config, ...deps }: IncidentsDeps): Promise<Incidents> =>
  Incidents.open({
    ...deps,
    clock,
    timers,
    troubles: () => troublesOf(watch, clock.now()),
    publishAfterMs: () => config().incidents.publishAfterMs,
    mayRemind: (incident, now) => mayRemind(incident, now, config()),
    services: () => new Set(config().services.map(({ id }) => id)),
    messages: (added, all) => messagesOf(added, all, config(), say),
    bulletins: (added, all) =>
      config().subscriptions === undefined ? [] : incidentBulletins(added, all, known(config())),
  });

const known = ({ services, organisation }: Config) => ({
  services: services.filter((service) => service.public),
  organisation,
});

interface PagesDeps {
  /** Called when what subscribers are told of it may be kept. */
  readonly kept: () => void;
  /** Called when a page was made. */
  readonly made: () => void;
  readonly store: Store;
  readonly history: History;
  readonly incidents: Pick<Incidents, 'all'>;
  readonly log: Log;
  readonly assets: Assets;
  readonly config: () => Config;
  readonly watch: Watch;
}

// The pages of the newest snapshot, and a way to ask for a newer one. Nothing that it is made of has to be waited for then.
const keepPages = async ({
  store,
  history,
  incidents,
  log,
  assets,
  config,
  watch,
  kept,
  made,
}: PagesDeps): Promise<{ current: () => Pages; status: () => PublishedStatus; refresh: Turns }> => {
  const announcements = await Announcements.open(store, log, kept);
  let newest: { readonly status: PublishedStatus; readonly pages: Pages } | undefined;
  const refresh = isolate(async () => {
    const now = clock.now();
    const past = { outages: history.outages, spans: history.spans, told: announcements.told };
    const status = publish(config(), watch, past, incidents.all.values(), now);
    const works = status.subscriptions ? workBulletins(status.calendar, announcements.told, status, now) : [];
    announcements.note(status.calendar, now - recentMs, works);
    newest = { status, pages: render(status, assets.links, newest?.pages) };
    kept();
    made();
  }, log);
  const current = () => {
    if (newest === undefined) throw new Error('no page was made before the first request');
    return newest;
  };
  return { current: () => current().pages, status: () => current().status, refresh };
};

interface PastDeps {
  readonly store: Store;
  readonly log: Log;
  readonly config: () => Config;
  readonly watch: Watch;
  readonly incidents: Pick<Incidents, 'all'>;
  readonly assets: Assets;
  readonly status: () => PublishedStatus;
}

// What is over, made ready for whoever asks: the histories of services, and the pages of months.
const keepPast = ({ incidents, assets, status, ...shared }: PastDeps) => {
  const deps = { ...shared, clock, timers };
  const histories = new Histories({ ...deps, render: json });
  const chronicle = new Chronicle({
    ...deps,
    incidents: () => incidents.all.values(),
    render: (month) => renderMonth(month, status(), assets.links),
  });
  return {
    histories,
    chronicle,
    changed: chronicle.changed,
    refresh: () => {
      histories.refresh();
      void chronicle.write();
    },
    stop: async () => {
      await Promise.all([histories.stop(), chronicle.stop()]);
    },
  };
};
