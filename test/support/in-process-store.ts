// A store without a thread: for the simulation, and for tests that look into the database.
import type { Store } from '../../server/app/ports.ts';
import type { SubscriberStore } from '../../server/app/subscriptions/ports.ts';
import { openDatabase } from '../../server/store/database.ts';
import { createSqliteStore } from '../../server/store/sqlite.ts';
import type { SyncStore } from '../../server/store/sync.ts';

/** The Store port on a synchronous store: what it throws is a rejection, as from the store's thread. */
export const promised = (store: SyncStore): Store & SubscriberStore => ({
  remember: async (now) => store.remember(now),
  noteStart: async (at) => store.noteStart(at),
  starts: async (from, to) => store.starts(from, to),
  commit: async (effects) => store.commit(effects),
  spans: async (subject, from, to) => store.spans(subject, from, to),
  spansOf: async (services, from, to) => store.spansOf(services, from, to),
  outages: async (window) => store.outages(window),
  windows: async (from, to) => store.windows(from, to),
  results: async (series, window) => store.results(series, window),
  history: async (series, window) => store.history(series, window),
  condense: async (now) => store.condense(now),
  untold: async (limit) => store.untold(limit),
  told: async (ids, at) => store.told(ids, at),
  rememberAlerts: async (now) => store.rememberAlerts(now),
  alerts: async (window) => store.alerts(window),
  undelivered: async (route, limit) => store.undelivered(route, limit),
  waitingRoutes: async () => store.waitingRoutes(),
  noteFate: async (id, fate) => store.noteFate(id, fate),
  letters: async (window) => store.letters(window),
  keepPing: async (check, ping) => store.keepPing(check, ping),
  pings: async (check, limit) => store.pings(check, limit),
  keepExplanation: async (check, explained) => store.keepExplanation(check, explained),
  explanations: async (check, limit) => store.explanations(check, limit),
  keepIncidents: async (changes, messages, bulletins) => store.keepIncidents(changes, messages, bulletins),
  incidents: async (limit, before) => store.incidents(limit, before),
  keepAnnouncements: async (windows, before, bulletins) =>
    store.keepAnnouncements(windows, before, bulletins),
  announcements: async () => store.announcements(),
  prune: async (before) => store.prune(before),
  askToBeTold: async (asked) => store.askToBeTold(asked),
  subscriber: async (name) => store.subscriber(name),
  changeSubscriber: async (whose, to) => store.changeSubscriber(whose, to),
  nextMailing: async (now) => store.nextMailing(now),
  noteMailing: async (id, fate) => store.noteMailing(id, fate),
  tidySubscribers: async (now) => store.tidySubscribers(now),
  countSubscribers: async (services) => store.countSubscribers(services),
  close: async () => store.close(),
});

/** A database in memory as it was when `image` was taken of another with `serialize()`. */
export const openImage = (image: Uint8Array): ReturnType<typeof openDatabase> => {
  const database = openDatabase(':memory:');
  database.deserialize(image);
  return database;
};

export const openInMemory = (): Store & SubscriberStore =>
  promised(createSqliteStore(openDatabase(':memory:')));
