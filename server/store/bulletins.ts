// What subscribers are told: written in the transaction of what it tells, one mail to each, until it is known what became of it.
import type { DatabaseSync } from 'node:sqlite';
import type { Mailing, MailingFate, SubscriberStore } from '../app/subscriptions/ports.ts';
import { concerns } from '../core/subscriptions/subscriber.ts';
import type { Bulletin, BulletinChange, Subscriber, Wish } from '../core/subscriptions/subscriber.ts';
import type { Instant } from '../core/time.ts';
import type { Row } from './rows.ts';
import type { Sync } from './sync.ts';

interface Bulletins extends Sync<Pick<SubscriberStore, 'nextMailing'>> {
  readonly tell: (changes: readonly BulletinChange[]) => void;
  /** Of a mail whose fate is known already, nothing changes. Answers false then. */
  readonly settle: (id: number, fate: MailingFate) => boolean;
}

export const createBulletins = (database: DatabaseSync): Bulletins => {
  const settle = database.prepare(
    `UPDATE mailing SET attempts = attempts + 1, evidence = ?, next_at = ?, fate = ?, fated_at = ?
      WHERE id = ? AND fate IS NULL`,
  );
  // Whoever waits for the link that he asked for comes first.
  const next = database.prepare(
    `SELECT mailing.id, mailing.decided_at, attempts, name, address, wish, asked_at, confirmed_at, bulletin.bulletin
       FROM mailing JOIN subscriber ON subscriber.id = mailing.subscriber
       LEFT JOIN bulletin ON bulletin.id = mailing.bulletin
      WHERE mailing.id = (SELECT id FROM mailing WHERE fate IS NULL AND next_at <= ?
                           ORDER BY bulletin IS NOT NULL, id LIMIT 1)`,
  );
  const waiting = database.prepare(
    'SELECT count(*) AS waiting, min(next_at) AS next_at FROM mailing WHERE fate IS NULL',
  );
  return {
    tell: createTelling(database),
    settle: (id, fate) => {
      const [ended, at] = fate.kind === 'deferred' ? [null, null] : [fate.kind, fate.at];
      const evidence = fate.kind === 'delivered' ? null : fate.evidence;
      const nextAt = fate.kind === 'deferred' ? fate.nextAt : 0;
      return settle.run(evidence, nextAt, ended === 'refused' ? 'dead' : ended, at, id).changes === 1;
    },
    nextMailing: (now) => {
      const row = next.get(now);
      const { waiting: count, next_at: nextAt } = waiting.get() ?? {};
      return {
        waiting: Number(count),
        ...(nextAt !== null && { nextAt: Number(nextAt) }),
        ...(row && { mailing: mailingOf(row) }),
      };
    },
  };
};

const createTelling = (database: DatabaseSync): Bulletins['tell'] => {
  const put = database.prepare(
    `INSERT INTO bulletin (key, thread, decided_at, bulletin) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET bulletin = excluded.bulletin RETURNING id`,
  );
  const reword = database.prepare('UPDATE bulletin SET bulletin = ? WHERE key = ?');
  const audience = database.prepare('SELECT id, wish FROM subscriber WHERE confirmed_at <= ?');
  const known = database.prepare('SELECT 1 FROM bulletin WHERE key = ?');
  const address = database.prepare(
    'INSERT INTO mailing (subscriber, bulletin, decided_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  // What is newer of a story says what is so now; who has not got the older word does not need it any more.
  const fold = database.prepare(
    `UPDATE mailing SET fate = 'folded', fated_at = ? WHERE fate IS NULL AND subscriber = ?
       AND bulletin IN (SELECT id FROM bulletin WHERE thread = ? AND key <> ?)`,
  );
  // Deleted, and not at its end: what is made public again is told to them.
  const withdraw = database.prepare(
    'DELETE FROM mailing WHERE fate IS NULL AND bulletin IN (SELECT id FROM bulletin WHERE thread = ?)',
  );
  const tell = (bulletin: Bulletin, decidedAt: Instant): void => {
    const { key, thread, at } = bulletin;
    const whom = audience.all(at).filter(({ wish }) => concerns(JSON.parse(String(wish)) as Wish, bulletin));
    if (whom.length === 0 && known.get(key) === undefined) return;
    const id = Number(put.get(key, thread, at, JSON.stringify(bulletin))?.id);
    for (const subscriber of whom)
      if (address.run(Number(subscriber.id), id, decidedAt).changes === 1)
        fold.run(decidedAt, Number(subscriber.id), thread, key);
  };
  return (changes) => {
    for (const change of changes)
      if (change.kind === 'told') tell(change.bulletin, change.decidedAt);
      else if (change.kind === 'withdrawn') withdraw.run(change.thread);
      else reword.run(JSON.stringify(change.bulletin), change.bulletin.key);
  };
};

const mailingOf = (row: Row): Mailing => ({
  id: Number(row.id),
  decidedAt: Number(row.decided_at),
  attempts: Number(row.attempts),
  subscriber: subscriberOf(row),
  ...(row.bulletin !== null && { bulletin: JSON.parse(String(row.bulletin)) as Bulletin }),
});

export const subscriberOf = ({ name, address, wish, asked_at, confirmed_at }: Row): Subscriber => ({
  name: String(name),
  address: String(address),
  wish: JSON.parse(String(wish)) as Wish,
  askedAt: Number(asked_at),
  ...(confirmed_at !== null && { confirmedAt: Number(confirmed_at) }),
});
