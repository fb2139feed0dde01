// Outages: the measured intervals of down and degraded.
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../app/ports.ts';
import { subjectId } from '../core/effects.ts';
import type { Outage, Span, Subject } from '../core/effects.ts';
import { findingColumns, findingOf, subjectOf } from './rows.ts';
import type { Row } from './rows.ts';
import type { Sync } from './sync.ts';

export interface Outages extends Sync<Pick<Store, 'outages'>> {
  /** Those that end come first, so that a subject never has two open ones. */
  readonly put: (outages: readonly Outage[]) => void;
  /** Takes back what was said of the subject of a span from its beginning on. */
  readonly cutOff: (span: Span) => void;
  readonly open: () => readonly Outage[];
}

const columns =
  'id, kind, subject, state, started_at, confirmed_at, cause, phase, evidence, slowness, ended_at, ended_how, consequence_of';

export const createOutages = (database: DatabaseSync): Outages => {
  // By id only: a second open outage of a subject must be refused, not put in the place of the first.
  const put = database.prepare(
    `INSERT INTO outage (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET
       kind = excluded.kind, subject = excluded.subject, state = excluded.state,
       started_at = excluded.started_at, confirmed_at = excluded.confirmed_at,
       cause = excluded.cause, phase = excluded.phase, evidence = excluded.evidence, slowness = excluded.slowness,
       ended_at = excluded.ended_at, ended_how = excluded.ended_how,
       consequence_of = excluded.consequence_of`,
  );
  const cutOff = database.prepare(
    `UPDATE outage
        SET started_at = min(started_at, :since), confirmed_at = min(confirmed_at, :since), ended_at = :since
      WHERE kind = :kind AND subject = :subject AND ended_at > :since`,
  );
  const open = database.prepare(`SELECT ${columns} FROM outage WHERE ended_at IS NULL`);
  // One that was taken back as a whole touches nothing.
  const touching = (whose: string) =>
    database.prepare(
      `SELECT ${columns} FROM outage
      WHERE ${whose} started_at < ? AND (ended_at IS NULL OR ended_at > max(?, started_at))
      ORDER BY started_at DESC, id DESC LIMIT ?`,
    );
  const ofAll = touching('');
  const ofServices = touching("kind = 'service' AND subject IN (SELECT value FROM json_each(?)) AND");
  return {
    put: (outages) => {
      for (const outage of lastWords(outages)) {
        const { id, subject, state, startedAt, confirmedAt, finding, end, consequenceOf } = outage;
        const ended = [end?.at ?? null, end?.how ?? null];
        const what = [id, subject.kind, subject.id, state, startedAt, confirmedAt];
        const root = consequenceOf === undefined ? null : subjectId(consequenceOf);
        put.run(...what, ...findingColumns(finding), ...ended, root);
      }
    },
    cutOff: ({ subject: { kind, id }, since }) => void cutOff.run({ kind, subject: id, since }),
    open: () => open.all().map(outageOf),
    outages: ({ from, to, limit, services }) =>
      (services === undefined
        ? ofAll.all(to, from, limit)
        : ofServices.all(JSON.stringify(services), to, from, limit)
      ).map(outageOf),
  };
};

// One of each id, those that end first.
const lastWords = (outages: readonly Outage[]): readonly Outage[] =>
  [...new Map(outages.map((outage) => [outage.id, outage])).values()].sort(
    (a, b) => Number(a.end === undefined) - Number(b.end === undefined),
  );

const outageOf = (row: Row): Outage => {
  const finding = findingOf(row);
  if (finding === undefined) throw new Error(`the outage ${String(row.id)} has no cause`);
  return {
    id: String(row.id),
    subject: subjectOf(row),
    state: String(row.state) as Outage['state'],
    startedAt: Number(row.started_at),
    confirmedAt: Number(row.confirmed_at),
    finding,
    ...(row.consequence_of !== null && { consequenceOf: rootOf(String(row.consequence_of)) }),
    ...(row.ended_at !== null && {
      end: { at: Number(row.ended_at), how: String(row.ended_how) as NonNullable<Outage['end']>['how'] },
    }),
  };
};

const rootOf = (text: string): Subject => {
  const [kind = '', id = ''] = text.split(':');
  return subjectOf({ kind, subject: id });
};
