// Who asked to be told. Addresses are in one table, and gone from it when they are erased.
import type { DatabaseSync } from 'node:sqlite';
import type { SubscriberStore } from '../app/subscriptions/ports.ts';
import { concerns, refusalsMax, topics, unconfirmedMs } from '../core/subscriptions/subscriber.ts';
import type { BulletinChange, Topic, Wish } from '../core/subscriptions/subscriber.ts';
import { createBulletins, subscriberOf } from './bulletins.ts';
import type { Sync } from './sync.ts';

export interface Subscribers extends Sync<SubscriberStore> {
  /** In the transaction of what these tell. */
  readonly tell: (changes: readonly BulletinChange[]) => void;
}

/** What was sent is known for so long: longer than anything is news. */
const keptMs = 60 * 86_400_000;
/** Strangers may ask for any address: it is sent no more links than that in so long, whoever asks and however often. */
const invitationsMax = 3;
const invitationsMs = 86_400_000;

export const createSubscribers = (database: DatabaseSync): Subscribers => {
  const { tell, settle, nextMailing } = createBulletins(database);
  return {
    tell,
    nextMailing,
    ...createChanges(database),
    noteMailing: createNoting(database, settle),
    tidySubscribers: createTidying(database),
    countSubscribers: createCounts(database),
  };
};

const createChanges = (
  database: DatabaseSync,
): Pick<Subscribers, 'askToBeTold' | 'subscriber' | 'changeSubscriber'> => {
  // The same statements, whether the address is known or not.
  const put = database.prepare(
    `INSERT INTO subscriber (name, address, wish, asked_at)
       SELECT ?1, ?2, ?3, ?4
        WHERE ?5 > (SELECT count(*) FROM subscriber WHERE confirmed_at IS NOT NULL AND address <> ?2)
     ON CONFLICT (address) DO UPDATE SET asked_at = excluded.asked_at,
       wish = iif(confirmed_at IS NULL, excluded.wish, wish)`,
  );
  // Strangers may fill the list of those who have not confirmed, and nobody is kept out by them.
  const makeRoom = database.prepare(
    `DELETE FROM subscriber WHERE id IN
       (SELECT id FROM subscriber WHERE confirmed_at IS NULL ORDER BY asked_at DESC, id DESC LIMIT -1 OFFSET ?)`,
  );
  const invite = database.prepare(
    `INSERT INTO mailing (subscriber, decided_at) SELECT id, ?1 FROM subscriber WHERE address = ?2
       AND ?3 > (SELECT count(*) FROM mailing
                  WHERE subscriber = subscriber.id AND bulletin IS NULL AND decided_at > ?1 - ?4)
     ON CONFLICT DO NOTHING`,
  );
  const one = database.prepare(
    'SELECT name, address, wish, asked_at, confirmed_at FROM subscriber WHERE name = ?',
  );
  const confirm = database.prepare(
    'UPDATE subscriber SET confirmed_at = coalesce(confirmed_at, ?) WHERE name = ?',
  );
  const change = database.prepare('UPDATE subscriber SET wish = ? WHERE name = ?');
  const erase = database.prepare('DELETE FROM subscriber WHERE name = ?1 OR address = ?1');
  const bounce = database.prepare(
    'UPDATE subscriber SET refusals = refusals + 1 WHERE name = ?1 OR address = ?1',
  );
  const eraseRefused = createErasureOfRefused(database);
  return {
    askToBeTold: ({ name, address, wish, at, most }) => {
      put.run(name, address, JSON.stringify(wish), at, most);
      makeRoom.run(most);
      invite.run(at, address, invitationsMax, invitationsMs);
    },
    subscriber: (name) => {
      const row = one.get(name);
      return row && subscriberOf(row);
    },
    changeSubscriber: (whose, to) => {
      switch (to.kind) {
        case 'confirmed':
          return confirm.run(to.at, whose).changes === 1 ? 'changed' : 'unknown';
        case 'changed':
          return change.run(JSON.stringify(to.wish), whose).changes === 1 ? 'changed' : 'unknown';
        case 'erased':
          return erase.run(whose).changes === 1 ? 'erased' : 'unknown';
        case 'bounced':
          if (bounce.run(whose).changes === 0) return 'unknown';
          return eraseRefused() > 0 ? 'erased' : 'changed';
      }
    },
  };
};

/** An address that has never answered gets one chance. Answers how many were erased. */
const createErasureOfRefused = (database: DatabaseSync): (() => number) => {
  const erase = database.prepare('DELETE FROM subscriber WHERE refusals >= iif(confirmed_at IS NULL, 1, ?)');
  return () => Number(erase.run(refusalsMax).changes);
};

const createNoting = (
  database: DatabaseSync,
  settle: ReturnType<typeof createBulletins>['settle'],
): Subscribers['noteMailing'] => {
  const count = database.prepare(
    `UPDATE subscriber SET refusals = iif(?, refusals + 1, 0)
      WHERE id = (SELECT subscriber FROM mailing WHERE id = ?)`,
  );
  const eraseRefused = createErasureOfRefused(database);
  return (id, fate) => {
    const isAnswered = fate.kind === 'delivered' || fate.kind === 'refused';
    if (settle(id, fate) && isAnswered) count.run(Number(fate.kind === 'refused'), id);
    return eraseRefused() > 0 ? 'erased' : 'changed';
  };
};

const createTidying = (database: DatabaseSync): Subscribers['tidySubscribers'] => {
  const erase = database.prepare('DELETE FROM subscriber WHERE confirmed_at IS NULL AND asked_at <= ?');
  const forget = ['mailing', 'bulletin'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE decided_at < ?`),
  );
  return (now) => {
    for (const table of forget) table.run(now - keptMs);
    return Number(erase.run(now - unconfirmedMs).changes);
  };
};

const createCounts = (database: DatabaseSync): Subscribers['countSubscribers'] => {
  const wishes = database.prepare('SELECT wish FROM subscriber WHERE confirmed_at IS NOT NULL');
  const unconfirmed = database.prepare('SELECT count(*) AS n FROM subscriber WHERE confirmed_at IS NULL');
  return (services) => {
    const confirmed = wishes.all().map(({ wish }) => JSON.parse(String(wish)) as Wish);
    const count = (topic: Topic, service: string) =>
      confirmed.filter((wish) => concerns(wish, { topic, services: [service] })).length;
    return {
      confirmed: confirmed.length,
      unconfirmed: Number(unconfirmed.get()?.n),
      services: services.map((id) => {
        const [incidents, maintenance] = topics.map((topic) => count(topic, id));
        return { id, incidents: incidents ?? 0, maintenance: maintenance ?? 0 };
      }),
    };
  };
};
