// Thirteen months: what they weigh, how fast they are read and written, and whether anybody has to wait for them.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publishDays } from '../../server/app/published-days.ts';
import { RecentHistory } from '../../server/app/recent-history.ts';
import { Bucket } from '../../server/core/bucket.ts';
import { grades } from '../../server/core/result.ts';
import { createRollUpRows } from '../../server/store/roll-up-rows.ts';
import { createSeriesIds } from '../../server/store/series.ts';
import { openDatabase } from '../../server/store/database.ts';
import { openStore } from '../../server/store/client.ts';
import { createSqliteStore } from '../../server/store/sqlite.ts';
import { Random } from '../simulation/random.ts';
import { quantile } from './figures.ts';
import type { Bench, Figure } from './figures.ts';
import { checksPerService, dayMs, fill, resultsMs, writeOriginals, write } from './history-file.ts';
import { measureFirstProbe, measureRetention } from './history-probes.ts';
import { Probed, hasPhases, keyOf, phases } from './history-world.ts';

const windowsDays = [1, 7, 30, 90, 396] as const;
/** So many that a pause of the machine is not the hundredth part of them. */
const queriesOfWindow = 1_000;
/** Hours that all checks are written for, through the store, into the full database. */
const writtenMs = 3 * 3_600_000;

export const history: Bench = async (progress, { checks, months }) => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-bench-'));
  const path = join(folder, 'vigie.db');
  // Whole days, the last of which leaves room for what is written after it.
  const end = Math.floor(Date.now() / dayMs) * dayMs - dayMs;
  const past = { checks, end };
  try {
    const originals = writeOriginals(join(folder, 'originals.db'), end);
    progress(
      `${originals.results} results of the originals went through the store: ${rate(originals)} a second`,
    );
    fill(path, { ...past, originals, months: 1 });
    const young = await measureQueries(path, past, 1);
    progress('a month is written and read');
    const startedMs = performance.now();
    fill(path, { ...past, originals, months });
    progress(`${months} months are written, in ${Math.round((performance.now() - startedMs) / 1_000)} s`);
    const old = await measureQueries(path, past, months);
    progress(
      old
        .map(({ days, p50Ms }) => `half of the windows of ${name(days)} took ${p50Ms.toFixed(1)} ms`)
        .join('; '),
    );
    const longer = old.filter(({ days }) => !young.some((one) => one.days === days));
    if (longer.length > 0)
      progress(
        `of windows of ${longer.map(({ days }) => name(days)).join(' and ')} no growth is told: a month has none`,
      );
    const weight = weigh(path, past);
    const bars = await measureBars(path, past);
    const written = writeOn(path, past);
    progress(`a slice of the store's work took ${written.sliceMsMax.toFixed(0)} ms at most`);
    const firstProbeMs = await measureFirstProbe(folder, path, checks);
    return [
      ...weight,
      ...old.map(({ days, p99Ms }): Figure => ({
        id: `query_p99_ms.${name(days)}`,
        value: p99Ms,
        unit: 'ms',
        goal: { max: 10 },
      })),
      ...growth(young, old),
      { id: 'bars_cold_ms', value: bars, unit: 'ms', goal: { max: 20 } },
      { id: 'writer_per_s', value: rate(written), unit: '/s', goal: { min: 20_000 } },
      { id: 'first_probe_ms', value: firstProbeMs, unit: 'ms', goal: { max: 3_000 } },
      {
        id: 'retention_delay_ms',
        value: await measureRetention(folder, path, checks),
        unit: 'ms',
        goal: { max: 20 },
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

interface Past {
  readonly checks: number;
  readonly end: number;
}
interface QueryTime {
  readonly days: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const name = (days: number): string => (days === 1 ? '24h' : `${days}d`);
const rate = ({ results, seconds }: { results: number; seconds: number }): number =>
  Math.round(results / seconds);

// From the question to the store's thread until its answer is here. Half of the windows have ragged edges.
const measureQueries = async (
  path: string,
  { checks, end }: Past,
  months: number,
): Promise<readonly QueryTime[]> => {
  const random = new Random(1);
  const store = await openStore({ path });
  const times: QueryTime[] = [];
  for (const days of windowsDays.filter((days) => days <= months * 31)) {
    const tookMs: number[] = [];
    for (let query = 0; query < queriesOfWindow; query++) {
      const check = random.int(0, checks - 1);
      const ragged = query % 2 === 0 ? random.int(1, dayMs / 24) : 0;
      const to = end - random.int(0, 5) * 3_600_000 - ragged;
      const window = { from: to - days * dayMs + (ragged >> 1), to };
      const isPhase = hasPhases(check) && query % 3 === 0;
      const startedMs = performance.now();
      const told = await store.history(keyOf(check), {
        ...window,
        ...(isPhase && { phase: random.pick(phases) }),
      });
      tookMs.push(performance.now() - startedMs);
      if (told.all.good === 0) throw new Error('the window is empty');
    }
    times.push({ days, p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99) });
  }
  await store.close();
  return times;
};

// Of a window that both databases have.
const growth = (young: readonly QueryTime[], old: readonly QueryTime[]): readonly Figure[] =>
  young.flatMap(({ days, p99Ms }) => {
    const later = old.find((one) => one.days === days);
    if (later === undefined) return [];
    return { id: `growth.${name(days)}`, value: later.p99Ms / p99Ms, unit: '', goal: { max: 1.5 } };
  });

const weigh = (path: string, { checks, end }: Past): readonly Figure[] => {
  const database = openDatabase(path);
  const number = (sql: string): number => Number(database.prepare(sql).get()?.n);
  const pagesBytes = number(
    "SELECT sum(pgsize) AS n FROM dbstat WHERE name IN ('sealed', 'sealed_hour', 'sqlite_autoindex_sealed_1')",
  );
  const rows = createRollUpRows(database);
  const ids = createSeriesIds(database);
  const bytesOf = database.prepare('SELECT sum(length(block)) AS n FROM sealed WHERE series = ?');
  const ofGroup = (isPhased: boolean) => {
    const counted = new Bucket();
    let bytes = 0;
    for (let check = 0; check < checks; check++) {
      if (hasPhases(check) !== isPhased) continue;
      const id = ids.idOf(keyOf(check));
      bytes += Number(bytesOf.get(id)?.n);
      rows.add(1, id, { from: end - resultsMs, to: end }, () => counted);
    }
    return { bytes, results: grades.reduce((sum, grade) => sum + counted.counts[grade], 0) };
  };
  const [whole, phased] = [ofGroup(false), ofGroup(true)];
  // What a page has beside blocks belongs to all of them alike.
  const perByte = pagesBytes / (whole.bytes + phased.bytes);
  database.close();
  const perResult = ({ bytes, results }: typeof whole): number => (perByte * bytes) / results;
  return [
    { id: 'file_gb', value: statSync(path).size / 1e9, unit: 'GB', goal: { max: 1.5 } },
    { id: 'raw_bytes_per_result', value: perResult(whole), unit: 'B', goal: { max: 4 } },
    { id: 'raw_bytes_per_result.phases', value: perResult(phased), unit: 'B', goal: { max: 10 } },
  ];
};

// As at a start: nothing of the database has been read.
const measureBars = async (path: string, { checks, end }: Past): Promise<number> => {
  const store = await openStore({ path });
  const services = Array.from(
    { length: Math.floor(checks / checksPerService) },
    (_, service) => `s${service}`,
  );
  const startedMs = performance.now();
  const recent = new RecentHistory(store);
  await recent.recall(services, end);
  const spans = recent.spans;
  const bars = services.map((id) => publishDays(spans.get(id) ?? [], [], 'Europe/Paris', end));
  const tookMs = performance.now() - startedMs;
  await store.close();
  if (bars.every(({ downMs }) => downMs.every((ms) => ms === 0)))
    throw new Error('no bar tells of an outage');
  return tookMs;
};

const writeOn = (path: string, { checks, end }: Past) => {
  const store = createSqliteStore(openDatabase(path));
  const probed = Array.from({ length: checks }, (_, check) => new Probed(check));
  const written = write(store, probed, end, end + writtenMs);
  store.close();
  return written;
};
