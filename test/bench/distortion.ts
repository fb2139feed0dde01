// Does a crowd on the public page change what the probes measure? A target of known latency, with and without wrk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { roundOf } from '../../server/app/scheduler.ts';
import { firstAt, gridMs } from '../../server/core/due.ts';
import type { FarmPorts } from './farm.ts';
import { quantile } from './figures.ts';
import type { Figure } from './figures.ts';
import { startVigie } from '../support/vigie.ts';

const everyMs = 2_000;
const phaseMs = 30_000;

/** One check for every instant of the scheduler's grid: a target that is busy with one makes no other wait. */
const paths = (): readonly number[] => {
  const byPhase = new Map<number, number>();
  for (let check = 0; byPhase.size < everyMs / gridMs; check++) {
    const phaseKey = roundOf('http', { check: `s${check}`, vantage: 'local', family: 4 });
    byPhase.set(firstAt({ id: '', intervalMs: everyMs, phaseKey }, 0), check);
  }
  return [...byPhase.values()];
};

export const distortion = async (
  ports: FarmPorts,
  folder: string,
  progress: (line: string) => void,
): Promise<readonly Figure[]> => {
  const lines = paths().map(
    (check) =>
      `      - { id: s${check}, type: http, url: 'http://127.0.0.1:${ports.http}/slow${check}', every: 2s, timeout: 1s }`,
  );
  const services = [
    'services:',
    '  - id: slow',
    '    name: { fr: Lent, en: Slow }',
    '    checks:',
    ...lines,
    '',
  ].join('\n');
  const vigie = await startVigie(join(folder, 'distortion'), services);
  try {
    await sleep(10_000);
    const quietFrom = Date.now();
    await sleep(phaseMs);
    const loadedFrom = Date.now();
    await loadPage(vigie.publicPort);
    const loadedTo = Date.now();
    await sleep(1_000);
    const quiet = latenciesMs(vigie.database, quietFrom, loadedFrom);
    const loaded = latenciesMs(vigie.database, loadedFrom, loadedTo);
    progress(
      `latency of a 1 ms target, p50 and p95: quiet ${quantile(quiet, 0.5).toFixed(2)}, ${quantile(quiet, 0.95).toFixed(2)} ms; ` +
        `page under load ${quantile(loaded, 0.5).toFixed(2)}, ${quantile(loaded, 0.95).toFixed(2)} ms`,
    );
    const value = quantile(loaded, 0.95) - quantile(quiet, 0.95);
    return [{ id: 'distortion_p95_ms', value, unit: 'ms', goal: { max: 1 } }];
  } finally {
    await vigie.end();
  }
};

const loadPage = async (port: number): Promise<void> => {
  // A crowd has computers of its own: on this one it gives way.
  const load = ['--idle', '0', 'wrk', '-t1', '-c50', `-d${phaseMs / 1_000}s`, `http://127.0.0.1:${port}/fr`];
  const wrk = spawn('chrt', load, {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(wrk, 'exit')) as [number | null];
  if (code !== 0) throw new Error('wrk (Debian package wrk) did not load the page');
};

const latenciesMs = (file: string, from: number, to: number): readonly number[] => {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database
    .prepare('SELECT total_us FROM result WHERE started_at >= ? AND started_at < ?')
    .all(from, to);
  database.close();
  return rows.map(({ total_us: us }) => Number(us) / 1_000);
};
