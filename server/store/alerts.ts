// Alerts and silences, each as the core has it.
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../app/ports.ts';
import { isSettled } from '../core/alerts/alert.ts';
import type { Alert, Silence } from '../core/alerts/alert.ts';
import type { Sync } from './sync.ts';

export interface AlertTables extends Sync<Pick<Store, 'rememberAlerts' | 'alerts'>> {
  readonly put: (alert: Alert) => void;
  readonly putSilence: (silence: Silence) => void;
}

export const createAlerts = (database: DatabaseSync): AlertTables => {
  const put = database.prepare(
    `INSERT INTO alert (id, opened_at, ended_at, settled, alert) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET
       opened_at = excluded.opened_at, ended_at = excluded.ended_at,
       settled = excluded.settled, alert = excluded.alert`,
  );
  const unsettled = database.prepare('SELECT alert FROM alert WHERE settled = 0 ORDER BY opened_at, id');
  const newest = database.prepare(
    'SELECT alert FROM alert WHERE opened_at >= ? AND opened_at < ? ORDER BY opened_at DESC, id DESC LIMIT ?',
  );
  const putSilence = database.prepare(
    `INSERT INTO silence (id, until_at, ended_at, silence) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET
       until_at = excluded.until_at, ended_at = excluded.ended_at, silence = excluded.silence`,
  );
  const silences = database.prepare(
    'SELECT silence FROM silence WHERE ended_at IS NULL AND until_at > ? ORDER BY id',
  );
  return {
    put: (alert) =>
      void put.run(
        alert.id,
        alert.openedAt,
        alert.endedAt ?? null,
        Number(isSettled(alert)),
        JSON.stringify(alert),
      ),
    putSilence: (silence) =>
      void putSilence.run(silence.id, silence.until, silence.endedAt ?? null, JSON.stringify(silence)),
    rememberAlerts: (now) => ({
      alerts: unsettled.all().map(({ alert }) => JSON.parse(String(alert)) as Alert),
      silences: silences.all(now).map(({ silence }) => JSON.parse(String(silence)) as Silence),
    }),
    alerts: ({ from, to, limit }) =>
      newest.all(from, to, limit).map(({ alert }) => JSON.parse(String(alert)) as Alert),
  };
};
