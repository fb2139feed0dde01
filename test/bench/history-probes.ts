// Whether probes wait for thirteen months of history: at the start, and while what is old is deleted.
import { once } from 'node:events';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log, Store } from '../../server/app/ports.ts';
import { buildDashboard } from '../../server/cli/dashboard.ts';
import { mustLoad } from '../../server/cli/configuration.ts';
import { grade, resultOf } from '../../server/core/result.ts';
import type { Report } from '../../server/core/result.ts';
import { startProber } from '../../server/prober/client.ts';
import { databaseName } from '../../server/store/database.ts';
import { openStore } from '../../server/store/client.ts';
import { noEffects } from '../support/effects.ts';
import { startVigie } from '../support/vigie.ts';
import { checksPerService, dayMs, resultsMs } from './history-file.ts';

const measuredMs = 30_000;

/** From the start of a Vigie on this database until its first probe arrives. */
export const measureFirstProbe = async (folder: string, path: string, checks: number): Promise<number> => {
  await buildDashboard();
  mkdirSync(join(folder, 'data'), { recursive: true });
  copyFileSync(path, join(folder, 'data', databaseName));
  const target = await startTarget();
  const startedMs = performance.now();
  await using _ = await startVigie(folder, services(checks, target.port()));
  const arrivedMs = await target.arrived;
  target.close();
  return arrivedMs - startedMs;
};

/**
 * By how much later the latest probe starts while the store deletes without a pause, than while it only writes what probes
 * say. The prober and the store have the threads that they have in Vigie.
 */
export const measureRetention = async (folder: string, path: string, checks: number): Promise<number> => {
  const target = await startTarget();
  const file = join(folder, 'probes.yaml');
  writeFileSync(
    file,
    `organisation: { name: Bench, timezone: Europe/Paris }\n${services(checks, target.port())}`,
  );
  const { services: configured, resolvers } = mustLoad(file);
  const store = await openStore({ path });
  let latenessMs: number[] = [];
  const prober = startProber({
    log: silent,
    reports: (reports) => void keep(store, reports),
    counts: ({ latenessSeconds }) => latenessMs.push(...latenessSeconds.map((seconds) => 1_000 * seconds)),
    condition: () => {},
    drainMsMax: 1_000,
  });
  prober.assign(
    configured.flatMap((service) => service.checks),
    resolvers,
  );
  const latest = async (): Promise<number> => {
    latenessMs = [];
    await sleep(measuredMs);
    return Math.max(...latenessMs);
  };
  await sleep(5_000);
  const quietMs = await latest();
  const isOver = Promise.withResolvers<void>();
  let isMeasured = false;
  void pruneUntil(store, () => isMeasured).then(isOver.resolve, isOver.reject);
  const busyMs = await latest();
  isMeasured = true;
  await isOver.promise;
  await prober.drain();
  await store.close();
  target.close();
  return Math.max(0, busyMs - quietMs);
};

// Day after day of what is kept becomes too old.
const pruneUntil = async (store: Store, isOver: () => boolean): Promise<void> => {
  for (let results = Date.now() - resultsMs; !isOver(); results += dayMs) {
    const before = { results, evidence: results, told: results };
    while (!isOver() && (await store.prune(before)) > 0);
    await store.condense(Date.now());
  }
};

const keep = (store: Store, reports: readonly Report[]): Promise<void> =>
  store.commit({ ...noEffects, results: reports.map((report) => resultOf(report, grade(report, {}))) });

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

const startTarget = async () => {
  const { promise: arrived, resolve } = Promise.withResolvers<number>();
  const server: Server = createServer((socket) => {
    resolve(performance.now());
    socket.on('error', () => {});
    socket.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { arrived, port: () => (server.address() as AddressInfo).port, close: () => server.close() };
};

const services = (checks: number, port: number): string =>
  `services: ${JSON.stringify(
    Array.from({ length: Math.ceil(checks / checksPerService) }, (_, service) => ({
      id: `s${service}`,
      name: `s${service}`,
      checks: Array.from({ length: checksPerService }, (_, check) => ({
        id: `c${service * checksPerService + check}`,
        type: 'tcp',
        host: '127.0.0.1',
        port,
        every: '15s',
      })),
    })),
  )}`;
