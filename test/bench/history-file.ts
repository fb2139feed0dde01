// A database of many months. Not every one of its thousand million results was written by the store, which would take a day:
// - Of ten checks, thirty-five days of results go through the store: its commits, its roll-ups, its seals.
// - What the store made of them stands for all: sealed hours are copied, byte for byte, to the other checks, and roll-ups to
//   these and to the months before, one by one, in the order of time in which the store would have written them.
// - States and outages of all checks and services go through the store, for the whole time.
import { rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { Bucket } from '../../server/core/bucket.ts';
import type { Effects, Outage, Span, Subject } from '../../server/core/effects.ts';
import { openDatabase, transaction } from '../../server/store/database.ts';
import { createRollUpRows, tiersMs } from '../../server/store/roll-up-rows.ts';
import type { Tier } from '../../server/store/roll-up-rows.ts';
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

/** Of which original, and of which of its phases; the first is the whole. */
interface Place {
  readonly original: number;
  readonly phase: number;
}

/** What the store made of thirty-five days of the originals. */
export interface Originals {
  readonly from: number;
  /** By `tier/at`. */
  readonly rollUps: ReadonlyMap<string, readonly (Place & { readonly bucket: Bucket })[]>;
  /** By the hour. */
  readonly sealed: ReadonlyMap<number, readonly (Place & { readonly block: Uint8Array })[]>;
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
  const made = read(database, end);
  store.close();
  return { from, ...made, ...written };
};

const read = (database: DatabaseSync, end: number): Pick<Originals, 'rollUps' | 'sealed'> => {
  const ids = createSeriesIds(database);
  const rows = createRollUpRows(database);
  const blocks = database.prepare('SELECT hour_at, block FROM sealed WHERE series = ?');
  const rollUps = new Map<string, (Place & { bucket: Bucket })[]>();
  const sealed = new Map<number, (Place & { block: Uint8Array })[]>();
  for (let original = 0; original < originals; original++)
    for (const [phase, name] of namesOf(original).entries()) {
      const id = ids.idOf(keyOf(original), name);
      const place = { original, phase };
      for (const tier of [0, 1, 2] as const)
        // Only so much of the finest is copied.
        rows.add(tier, id, { from: tier === 0 ? end - keptMs.whole[0] : 0, to: end }, (at) => {
          const bucket = new Bucket();
          push(rollUps, `${tier}/${at}`, { ...place, bucket });
          return bucket;
        });
      for (const { hour_at: at, block } of blocks.iterate(id))
        push(sealed, Number(at), { ...place, block: block as Uint8Array });
    }
  return { rollUps, sealed };
};

const push = <Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void => {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
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
const createCopy = (database: DatabaseSync, { from, rollUps, sealed }: Originals, checks: number) => {
  const ids = createSeriesIds(database);
  const rows = createRollUpRows(database);
  // An original and its copies have ids that lie equally far apart: sealed hours name phases by that distance.
  const copies = Array.from({ length: originals }, () =>
    Array.from({ length: 1 + phases.length }, (): number[] => []),
  );
  for (let check = 0; check < checks; check++)
    for (const [phase, name] of namesOf(check).entries())
      copies[check % originals]?.[phase]?.push(ids.idOf(keyOf(check), name));
  const copiesOf = ({ original, phase }: Place): readonly number[] => copies[original]?.[phase] ?? [];
  const putSealed = database.prepare('INSERT INTO sealed (series, hour_at, block) VALUES (?, ?, ?)');
  const putRollUps = (tier: Tier, at: number, shift: number, end: number): void => {
    for (const { bucket, ...place } of rollUps.get(`${tier}/${at + shift}`) ?? [])
      if (at >= end - keptMs[place.phase === 0 ? 'whole' : 'phase'][tier])
        for (const id of copiesOf(place)) rows.put(tier, id, at, bucket);
  };
  return (day: number, end: number): void => {
    const shift = Math.max(0, Math.ceil((from - day) / resultsMs)) * resultsMs;
    for (let hour = day; hour < day + dayMs; hour += hourMs) {
      if (day >= end - keptMs.whole[0])
        for (let at = hour; at < hour + hourMs; at += tiersMs[0]) putRollUps(0, at, shift, end);
      putRollUps(1, hour, shift, end);
      if (day >= end - resultsMs)
        for (const { block, ...place } of sealed.get(hour + shift) ?? [])
          for (const id of copiesOf(place)) putSealed.run(id, hour, block);
    }
    putRollUps(2, day, shift, end);
  };
};

// Of services and their first checks: an outage now and then, in order.
export const lifeOf = (services: number, day: number, end: number): Effects => {
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
