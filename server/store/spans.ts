// Spans: which state a subject was in, and since when.
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../app/ports.ts';
import type { Span, Stretch } from '../core/effects.ts';
import type { Extent, State } from '../core/state.ts';
import type { Instant } from '../core/time.ts';
import { findingColumns, findingOf, subjectOf } from './rows.ts';
import type { Row } from './rows.ts';
import type { Sync } from './sync.ts';

export interface Spans extends Sync<Pick<Store, 'spans' | 'spansOf'>> {
  /** Takes the place of all spans of its subject that do not begin before it. */
  readonly put: (span: Span) => void;
  readonly newest: () => readonly Span[];
  /** Of every subject, oldest first. */
  readonly begunAfter: (from: Instant) => readonly Span[];
}

export const createSpans = (database: DatabaseSync): Spans => {
  const replaced = database.prepare('DELETE FROM span WHERE kind = ? AND subject = ? AND since_at >= ?');
  const put = database.prepare(
    'INSERT INTO span (kind, subject, since_at, state, extent, cause, phase, evidence, slowness) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  // Beside max() SQLite takes the other columns from the row that has it (https://sqlite.org/lang_select.html#bareagg).
  const newest = database.prepare(
    `SELECT kind, subject, max(since_at) AS since_at, state, extent, cause, phase, evidence, slowness
       FROM span GROUP BY kind, subject`,
  );
  const begunAfter = database.prepare(
    `SELECT kind, subject, since_at, state, extent, cause, phase, evidence, slowness
       FROM span WHERE since_at > ? ORDER BY since_at`,
  );
  const touching = (columns: string) =>
    database.prepare(
      `SELECT ${columns}
       FROM span
      WHERE kind = :kind AND subject = :subject AND since_at < :to
        AND since_at >= coalesce(
              (SELECT max(since_at) FROM span WHERE kind = :kind AND subject = :subject AND since_at <= :from), :from)
      ORDER BY since_at`,
    );
  const whole = touching('kind, subject, since_at, state, extent, cause, phase, evidence, slowness');
  const bare = touching('since_at, state, extent');
  // As an array a row is read twice as fast.
  bare.setReturnArrays(true);
  const spans: Spans['spans'] = ({ kind, id }, from, to) =>
    whole.all({ kind, subject: id, from, to }).map(spanOf);
  return {
    put: ({ subject: { kind, id }, since, state, extent, finding }) => {
      replaced.run(kind, id, since);
      put.run(kind, id, since, state, extent ?? null, ...findingColumns(finding));
    },
    newest: () => newest.all().map(spanOf),
    begunAfter: (from) => begunAfter.all(from).map(spanOf),
    spans,
    spansOf: (services, from, to) =>
      new Map(
        services.map((id) => [
          id,
          (bare.all({ kind: 'service', subject: id, from, to }) as unknown as BareRow[]).map(stretchOf),
        ]),
      ),
  };
};

const spanOf = (row: Row): Span => {
  const finding = findingOf(row);
  return {
    subject: subjectOf(row),
    since: Number(row.since_at),
    state: String(row.state) as State,
    ...(row.extent !== null && { extent: String(row.extent) as Extent }),
    ...(finding && { finding }),
  };
};

type BareRow = readonly [sinceAt: number, state: State, extent: Extent | null];

const stretchOf = ([since, state, extent]: BareRow): Stretch => ({
  since,
  state,
  ...(extent !== null && { extent }),
});
