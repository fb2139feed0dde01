// What the calendar has told of windows of maintenance.
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../app/ports.ts';
import type { PublishedWindow } from '../app/published-maintenance.ts';
import type { BulletinChange } from '../core/subscriptions/subscriber.ts';
import type { Sync } from './sync.ts';

export const createAnnouncements = (
  database: DatabaseSync,
  tell: (changes: readonly BulletinChange[]) => void,
): Sync<Pick<Store, 'keepAnnouncements' | 'announcements'>> => {
  const put = database.prepare('INSERT OR REPLACE INTO announcement (id, until_at, told) VALUES (?, ?, ?)');
  const forget = database.prepare('DELETE FROM announcement WHERE until_at <= ?');
  const all = database.prepare('SELECT told FROM announcement ORDER BY until_at, id');
  return {
    keepAnnouncements: (windows, before, bulletins = []) => {
      for (const window of windows) put.run(window.id, window.until, JSON.stringify(window));
      forget.run(before);
      tell(bulletins);
    },
    announcements: () => all.all().map(({ told }) => JSON.parse(String(told)) as PublishedWindow),
  };
};
