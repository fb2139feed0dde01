// A database of many months. Not every one of its thousand million results was written by the store, which would take a day:
// - Of ten checks, thirty-five days of results go through the store: its commits, its roll-ups, its seals.
// - What the store made of them stands for all: rows of roll-ups and sealed hours are copied, byte for byte, to the other
//   checks, and roll-ups to the months before, in the order of time in which the store would have written them.
// - States and outages of all checks and services go through the store, for the whole time.
import { rmSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Effects, Outage, Span, Subject } from '../../server/core/effects.ts';
import { openDatabase, transaction } from '../../server/store/database.ts';
import { tiersMs } from '../../server/store/roll-up-rows.ts';
import { keptMs } from '../../server/store/roll-ups.ts';
import { createSeriesIds } from '../../server/store/series.ts';
import { createSqliteStore } from '../../server/store/sqlite.ts';
import type { SyncStore } from '../../server/store/sync.ts';
import { Random } from '../simulation/random.ts';
import { noEffects } from '../support/effects.ts';
import { Probed, everyMs, hasPhases, keyOf, phases } from './history-world.ts';

export const dayMs = 86_400_000;
export const monthMs = (396 / 13) * dayMs;
const hourMs = 3_600_000;
/** How long results are kept: five whole weeks. */
export const resultsMs = 35 * dayMs;
const originals = 10;
export const checksPerService = 10;
/** The life of a service: so long between two outages, on average. */
const betweenOutagesMs = 7 * dayMs;

export interface Written {
  readonly results: number;
  readonly seconds: number;
  /** The longest that one slice of roll-ups, seals or a commit kept the store at work. */
  readonly sliceMsMax: number;
}

/** Lets the store write the results of these checks in `[from, to)`, one round a transaction, and condense as Vigie does. */
export const write = (store: SyncStore, checks: readonly Probed[], from: number, to: number): Written => {
  let [results, workedMs, sliceMsMax] = [0, 0, 0];
  const timed = <Answer>(work: () => Answer): Answer => {
    const startedMs = performance.now();
    const answer = work();
    const tookMs = performance.now() - startedMs;
    workedMs += tookMs;
    sliceMsMax = Math.max(sliceMsMax, tookMs);
    return answer;
  };
  for (let at = from; at < to; at += everyMs) {
    const round = checks.map((check) => check.result(at));
    timed(() => store.commit({ ...noEffects, results: round }));
    results += round.length;
    if ((at - from) % 60_000 === 0) while (timed(() => store.condense(at + everyMs)));
  }
  return { results, seconds: workedMs / 1_000, sliceMsMax };
};

type Cells = Record<string, SQLInputValue>;

/** What the store made of thirty-five days of the originals. */
export interface Originals {
  readonly from: number;
  /** By `tier/from_at`, and `sealed/hour_at`. */
  readonly rows: ReadonlyMap<string, readonly Cells[]>;
  /** By the ids in `rows`: of which original, and of which of its phases (the first is the whole). */
  readonly places: ReadonlyMap<number, { readonly original: number; readonly phase: number }>;
}

const namesOf = (check: number): readonly string[] => ['', ...(hasPhases(check) ? phases : [])];

/** Up to `end`, a midnight of UTC. */
export const writeOriginals = (path: string, end: number): Originals & Written => {
  removeDatabase(path);
  const database = openForCopies(path);
  const store = createSqliteStore(database);
  const from = end - resultsMs;
  const probed = Array.from({ length: originals }, (_, check) => new Probed(check));
  const written = write(store, probed, from, end);
  while (store.condense(end + 4 * hourMs));
  const series = createSeriesIds(database);
  const places = new Map(
    probed.flatMap((_, original) =>
      namesOf(original).map(
        (name, phase) => [series.idOf(keyOf(original), name), { original, phase }] as const,
      ),
    ),
  );
  const rows = new Map<string, Cells[]>();
  for (const row of database.prepare('SELECT * FROM roll_up').iterate())
    push(rows, `${String(row.tier)}/${String(row.from_at)}`, row);
  for (const row of database.prepare('SELECT series, hour_at, block FROM sealed').iterate())
    push(rows, `sealed/${String(row.hour_at)}`, row);
  store.close();
  return { from, rows, places, ...written };
};

const push = (rows: Map<string, Cells[]>, key: string, row: Cells): void => {
  const list = rows.get(key);
  if (list === undefined) rows.set(key, [row]);
  else list.push(row);
};

/** Makes the database `path`, of so many checks and months up to `end`. */
export const fill = (
  path: string,
  { originals, checks, months, end }: { originals: Originals; checks: number; months: number; end: number },
): void => {
  removeDatabase(path);
  const database = openForCopies(path);
  const from = Math.floor((end - months * monthMs) / dayMs) * dayMs;
  const copy = createCopy(database, originals, checks);
  const store = createSqliteStore(database);
  for (let at = from; at < end; at += dayMs) {
    transaction(database, 'writing', () => copy(at, end));
    store.commit(lifeOf(Math.floor(checks / checksPerService), at, end));
  }
  database.prepare('INSERT INTO rolled_up (one, until_at) VALUES (1, ?)').run(end);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  store.close();
};

// A day, hour after hour, each tier as far back as it is kept.
const createCopy = (database: DatabaseSync, { from, rows, places }: Originals, checks: number) => {
  const ids = createSeriesIds(database);
  // An original and its copies have ids that lie equally far apart: sealed hours name phases by that distance.
  const copies = Array.from({ length: originals }, () =>
    Array.from({ length: 1 + phases.length }, (): number[] => []),
  );
  for (let check = 0; check < checks; check++)
    for (const [phase, name] of namesOf(check).entries())
      copies[check % originals]?.[phase]?.push(ids.idOf(keyOf(check), name));
  const putRollUp = database.prepare(
    `INSERT INTO roll_up (tier, series, from_at, good, poor, bad, invalid, sum_us, min_us, max_us, sketch)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const putSealed = database.prepare('INSERT INTO sealed (series, hour_at, block) VALUES (?, ?, ?)');
  const copiesOf = (key: string, call: (id: number, row: Cells, isPhase: boolean) => void): void => {
    for (const row of rows.get(key) ?? []) {
      const place = places.get(Number(row.series));
      const same = place === undefined ? [] : (copies[place.original]?.[place.phase] ?? []);
      for (const id of same) call(id, row, place?.phase !== 0);
    }
  };
  const rollUps = (tier: 0 | 1 | 2, at: number, shift: number, end: number): void =>
    copiesOf(`${tier}/${at + shift}`, (id, row, isPhase) => {
      if (at < end - keptMs[isPhase ? 'phase' : 'whole'][tier]) return;
      const {
        good,
        poor,
        bad,
        invalid,
        sum_us: sum,
        min_us: min,
        max_us: max,
        sketch,
      } = row as Required<Cells>;
      putRollUp.run(...([tier, id, at, good, poor, bad, invalid, sum, min, max, sketch] as SQLInputValue[]));
    });
  return (day: number, end: number): void => {
    const shift = Math.max(0, Math.ceil((from - day) / resultsMs)) * resultsMs;
    for (let hour = day; hour < day + dayMs; hour += hourMs) {
      if (day >= end - keptMs.whole[0])
        for (let at = hour; at < hour + hourMs; at += tiersMs[0]) rollUps(0, at, shift, end);
      rollUps(1, hour, shift, end);
      if (day >= end - resultsMs)
        copiesOf(`sealed/${hour + shift}`, (id, { block = null }) => putSealed.run(id, hour, block));
    }
    rollUps(2, day, shift, end);
  };
};

// Of services and their first checks: an outage now and then, in order.
const lifeOf = (services: number, day: number, end: number): Effects => {
  const random = new Random(day / dayMs);
  const spans: Span[] = [];
  const outages: Outage[] = [];
  for (let service = 0; service < services; service++) {
    if (!random.chance(dayMs / betweenOutagesMs)) continue;
    const since = day + random.int(0, dayMs / 2);
    const until = Math.min(end - 1, since + Math.round(random.logUniform(30_000, 6 * hourMs)));
    const state = random.pick(['down', 'degraded']);
    const finding = { cause: 'timeout_connect', evidence: 'no answer in 10 s' } as const;
    const subjects: Subject[] = [
      { kind: 'check', id: `c${service * checksPerService}` },
      { kind: 'service', id: `s${service}` },
    ];
    for (const subject of subjects) {
      spans.push({ subject, since, state, finding }, { subject, since: until, state: 'up' });
      outages.push({
        id: `${subject.kind}:${subject.id}@${since}`,
        subject,
        state,
        startedAt: since,
        confirmedAt: since + everyMs,
        finding,
        end: { at: until, how: 'recovered' },
      });
    }
  }
  return { ...noEffects, spans, outages };
};

/** What is lost when the power fails is made again. */
const openForCopies = (path: string): DatabaseSync => {
  const database = openDatabase(path);
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144');
  return database;
};

const removeDatabase = (path: string): void => {
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
};
