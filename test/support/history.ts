// What Vigie has written so far, read beside it.
import { DatabaseSync } from 'node:sqlite';
import type { SeriesFamily } from '../../checks/lib/contract.ts';
import type { Notable, Outage, Span, Subject } from '../../server/core/effects.ts';
import type { Result } from '../../server/core/result.ts';
import { createSqliteStore } from '../../server/store/sqlite.ts';
import type { SyncStore } from '../../server/store/sync.ts';
import { here } from './watch.ts';

/** Everything oldest first. */
export interface History {
  readonly spans: (kind: Subject['kind'], id: string) => readonly Span[];
  readonly outages: (kind: Subject['kind'], id?: string) => readonly Outage[];
  readonly results: (check: string, family?: SeriesFamily) => readonly Result[];
  /** All that was ever put into the outbox. */
  readonly notables: () => readonly Notable[];
}

const [from, to, limit] = [0, 8_640_000_000_000_000, 1_000_000];

/** Of the database `path`, as it is when one of these is asked. */
export const historyOf = (path: string): History => {
  const read = <Answer>(ask: (store: SyncStore, database: DatabaseSync) => Answer): Answer => {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      return ask(createSqliteStore(database), database);
    } finally {
      database.close();
    }
  };
  return {
    spans: (kind, id) => read((store) => store.spans({ kind, id }, from, to)),
    outages: (kind, id) =>
      read((store) => store.outages({ from, to, limit }))
        .filter(({ subject }) => subject.kind === kind && (id === undefined || subject.id === id))
        .toReversed(),
    results: (check, family = 4) =>
      read((store) => store.results({ check, vantage: here, family }, { from, to, limit })),
    notables: () =>
      read((_, database) => database.prepare('SELECT notable FROM outbox ORDER BY id').all()).map(
        ({ notable }) => JSON.parse(String(notable)) as Notable,
      ),
  };
};
