// Incidents: what people and Vigie tell, version by version.
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../app/ports.ts';
import type { Message } from '../core/alerts/message.ts';
import type { Entry } from '../core/incidents/incident.ts';
import type { BulletinChange } from '../core/subscriptions/subscriber.ts';
import type { Sync } from './sync.ts';

export const createIncidents = (
  database: DatabaseSync,
  addMessage: (message: Message) => void,
  tell: (changes: readonly BulletinChange[]) => void,
): Sync<Pick<Store, 'keepIncidents' | 'incidents'>> => {
  const put = database.prepare(
    `INSERT INTO incident (id, root, is_open) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET is_open = excluded.is_open`,
  );
  const append = database.prepare(
    'INSERT INTO incident_version (incident, version, written_at, author, entry) VALUES (?, ?, ?, ?, ?)',
  );
  const newest = database.prepare(
    `SELECT incident, version, written_at, author, entry FROM incident_version
      WHERE incident IN (SELECT id FROM incident WHERE id < ? ORDER BY id DESC LIMIT ?)
      ORDER BY incident, version`,
  );
  return {
    keepIncidents: (changes, messages, bulletins = []) => {
      // Those that close come first, so that a root never has two open ones.
      for (const { id, root, isOpen } of changes.toSorted((a, b) => Number(a.isOpen) - Number(b.isOpen)))
        put.run(id, root ?? null, Number(isOpen));
      for (const { incident, version, at, author, entry } of changes.flatMap(({ versions }) => versions))
        append.run(incident, version, at, author, JSON.stringify(entry));
      for (const message of messages) addMessage(message);
      tell(bulletins);
    },
    incidents: (limit, before = Number.MAX_SAFE_INTEGER) =>
      newest.all(before, limit).map(({ incident, version, written_at, author, entry }) => ({
        incident: Number(incident),
        version: Number(version),
        at: Number(written_at),
        author: String(author),
        entry: JSON.parse(String(entry)) as Entry,
      })),
  };
};
