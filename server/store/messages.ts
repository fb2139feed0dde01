// Messages on their way to routes: written in the transaction that decided them, until it is known what became of them.
import type { DatabaseSync } from 'node:sqlite';
import type { Letter, Store } from '../app/ports.ts';
import { apart, endsStoryOf, leftTo } from '../core/alerts/message.ts';
import type { Diversion, Message } from '../core/alerts/message.ts';
import type { Row } from './rows.ts';
import type { Sync } from './sync.ts';

export interface Messages extends Sync<
  Pick<Store, 'undelivered' | 'waitingRoutes' | 'noteFate' | 'letters'>
> {
  /** The same message decided twice is there once. */
  readonly add: (message: Message) => void;
  /** Of a message whose fate is known already, nothing changes. */
  readonly divert: (diversion: Diversion) => void;
}

const columns = 'id, message, attempts, evidence, next_at, fate, fated_at';

export const createMessages = (database: DatabaseSync): Messages => {
  const insert = database.prepare(
    'INSERT INTO message (key, route, decided_at, message) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING',
  );
  const decidedAt = database.prepare('SELECT decided_at AS at FROM message WHERE key = ?');
  const undelivered = database.prepare(
    `SELECT ${columns} FROM message WHERE fate IS NULL AND route = ? ORDER BY id LIMIT ?`,
  );
  const one = database.prepare(`SELECT ${columns} FROM message WHERE id = ?`);
  const waiting = database.prepare(
    `SELECT ${columns} FROM message WHERE fate IS NULL AND route = ? AND id > ? ORDER BY id`,
  );
  const routes = database.prepare('SELECT DISTINCT route FROM message WHERE fate IS NULL');
  const defer = database.prepare(
    `UPDATE message SET attempts = attempts + 1, evidence = ?, next_at = ? WHERE id = ? AND fate IS NULL`,
  );
  const settle = database.prepare(
    `UPDATE message SET attempts = attempts + ?, fate = ?, fated_at = ?, evidence = coalesce(?, evidence), next_at = NULL
      WHERE id = ? AND fate IS NULL`,
  );
  const newest = database.prepare(
    `SELECT ${columns} FROM message WHERE decided_at >= ? AND decided_at < ? ORDER BY id DESC LIMIT ?`,
  );
  const add = (message: Message): void =>
    void insert.run(message.key, message.route, message.at, JSON.stringify(message));
  // What the route was told later, or at once with it, it need not be told again.
  const leave = (message: Message, to: string): void => {
    const left = leftTo(message, to);
    const known = decidedAt.get(left.key);
    add(known !== undefined && Number(known.at) < left.at ? apart(left) : left);
  };
  return {
    add,
    undelivered: (route, limit) => undelivered.all(route, limit).map(letterOf),
    waitingRoutes: () => routes.all().map(({ route }) => String(route)),
    noteFate: (id, fate) => {
      if (fate.kind === 'deferred') return void defer.run(fate.evidence, fate.nextAt, id);
      const evidence = fate.kind === 'dead' ? fate.evidence : null;
      settle.run(Number(fate.kind !== 'folded'), fate.kind, fate.at, evidence, id);
    },
    divert: ({ letter, to, at, evidence }) => {
      const { changes } = settle.run(1, 'dead', at, evidence, letter);
      const row = changes === 1 ? one.get(letter) : undefined;
      if (row === undefined) return;
      const { message } = letterOf(row);
      leave(message, to);
      // Whoever reads the beginning reads the end, though it was decided when nobody could know that.
      const ends = waiting.all(message.route, letter).map((row) => letterOf(row).message);
      for (const end of ends) if (endsStoryOf(end, message)) leave(end, to);
    },
    letters: ({ from, to, limit }) => newest.all(from, to, limit).map(letterOf),
  };
};

const letterOf = ({ id, message, attempts, evidence, next_at, fate, fated_at }: Row): Letter => ({
  id: Number(id),
  message: JSON.parse(String(message)) as Message,
  attempts: Number(attempts),
  ...(evidence !== null && { evidence: String(evidence) }),
  ...(next_at !== null && { nextAt: Number(next_at) }),
  ...(fate !== null && {
    fate: { kind: String(fate) as NonNullable<Letter['fate']>['kind'], at: Number(fated_at) },
  }),
});
