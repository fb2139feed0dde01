// What the page costs its readers, how many of them it stands, and whether a crowd, in a hurry or not, makes probes late.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readersMax } from '../../server/http/audiences.ts';
import { installed } from '../support/installed.ts';
import { tools } from '../support/tools.ts';
import { startVigie } from '../support/vigie.ts';
import type { RunningVigie } from '../support/vigie.ts';
import { quantile } from './figures.ts';
import type { Bench, Figure } from './figures.ts';
import { visit } from './page-browser.ts';
import { listenersOf, snapshots } from './page-listeners.ts';
import { slowCrowd, wrk } from './page-load.ts';
import { charted, checks, world, writeFiles } from './page-world.ts';
import { intervalMs, lateness, startFarm } from './probes.ts';
import type { Farm } from './probes.ts';
import { end, residentMb, start } from './process.ts';

/** Each lasts as long as all checks take to be made once. */
const rounds = 5;
const roundSeconds = intervalMs / 1_000 / 2;
const slowClients = 1_000;
const heardSnapshots = 3;
const patienceMs = 120_000;

export const page: Bench = async (progress) => {
  const missing = ['wrk', 'chromium'].filter((tool) => !installed(tool));
  if (missing.length > 0)
    throw new Error(`this bench needs ${missing.map((tool) => `Debian's ${tools[tool]}`).join(' and ')}`);
  await using left = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'vigie-bench-'));
  left.defer(() => rmSync(folder, { recursive: true }));
  const farm = await startFarm();
  left.defer(() => end(farm.child));
  writeFiles(folder, Date.now());
  const vigie = left.use(await startVigie(folder, world(farm.ports.http)));
  await untilSeen(vigie);
  progress(`${checks} checks of 50 services are under way, and ninety days behind them; ${load()}`);
  const origin = `http://127.0.0.1:${vigie.publicPort}`;
  await fetch(`${origin}/fr/services/${charted}`);
  const seen = await visit(origin);
  const floor = start(join(import.meta.dirname, 'page-floor.ts'), [`${origin}/fr`], 'ipc');
  left.defer(() => end(floor));
  const [floorPort] = (await once(floor, 'message')) as [number];
  const crowds = await measureCrowds(vigie, farm, floorPort, progress);
  const listeners = await measureListeners(vigie, farm);
  // What the machine had to do beside: figures in milliseconds are worth less the larger it is.
  const busy: Figure = { id: 'machine_load', value: loadavg()[0] ?? Number.NaN, unit: '' };
  return [...figuresOf(seen), ...crowds, ...listeners, busy];
};

/** Every service has been seen, and what was made of it is on the page. */
export const untilSeen = async (vigie: RunningVigie): Promise<void> => {
  const untilMs = performance.now() + patienceMs;
  while (!(await vigie.status()).services.every(({ state }) => state === 'up')) {
    if (performance.now() > untilMs) throw new Error('not every service was seen well');
    await sleep(1_000);
  }
};

const load = (): string => `load of the machine ${loadavg()[0]?.toFixed(1)}`;

const kb = (bytes: number): number => bytes / 1_000;

const figuresOf = ({ weights, near, far }: Awaited<ReturnType<typeof visit>>): readonly Figure[] => [
  { id: 'html_kb', value: kb(weights.html), unit: 'kB', goal: { max: 15 } },
  { id: 'js_kb', value: kb(weights.script), unit: 'kB', goal: { max: 20 } },
  { id: 'css_kb', value: kb(weights.style), unit: 'kB', goal: { max: 5 } },
  { id: 'requests', value: weights.requests, unit: '', goal: { max: 5 } },
  { id: 'chart_page_kb', value: kb(weights.chartPage), unit: 'kB', goal: { max: 60 } },
  { id: 'fcp_ms', value: near.firstMs, unit: 'ms', goal: { max: 200 } },
  { id: 'layout_shift', value: Math.max(near.shift, far.shift), unit: '', goal: { max: 0 } },
  { id: 'slow_phone_fcp_ms', value: far.firstMs, unit: 'ms', goal: { max: 900 } },
  { id: 'slow_phone_complete_ms', value: far.completeMs, unit: 'ms', goal: { max: 1_200 } },
];

interface Round {
  readonly rps: number;
  readonly latenessMs: readonly number[];
}

/**
 * The machine is never the same for long: the page, the floor and the page among slow clients take turns, and each is
 * compared with its neighbours.
 */
const measureCrowds = async (
  { publicPort }: RunningVigie,
  farm: Farm,
  floorPort: number,
  progress: (line: string) => void,
): Promise<readonly Figure[]> => {
  const round = async (port: number): Promise<Round> => {
    await farm.take();
    const rps = await wrk(`http://127.0.0.1:${port}/fr`, roundSeconds);
    return { rps, latenessMs: lateness('http', await farm.take()) };
  };
  // What is compiled while it runs is slower at first.
  for (const port of [publicPort, floorPort]) await round(port);
  const turns: Record<'page' | 'floor' | 'slow', Round>[] = [];
  for (let turn = 1; turn <= rounds; turn += 1) {
    const page = await round(publicPort);
    const floor = await round(floorPort);
    const crowd = slowCrowd(publicPort, slowClients);
    await sleep(3_000);
    const slow = await round(publicPort);
    crowd.leave();
    turns.push({ page, floor, slow });
    const told = Object.entries({ page, floor, slow }).map(([name, { rps }]) => `${name} ${rps.toFixed(0)}`);
    progress(`turn ${turn} of ${rounds}, requests a second: ${told.join(', ')}; ${load()}`);
    await sleep(2_000);
  }
  const median = (of: (turn: (typeof turns)[number]) => number) => quantile(turns.map(of), 0.5);
  const late = (who: 'page' | 'slow') =>
    quantile(
      turns.flatMap((turn) => turn[who].latenessMs),
      0.99,
    );
  return [
    { id: 'rps', value: median(({ page }) => page.rps), unit: '/s' },
    {
      id: 'rps_ratio',
      value: median(({ page, floor }) => page.rps / floor.rps),
      unit: '',
      goal: { min: 0.8 },
    },
    { id: 'lateness_p99_ms', value: late('page'), unit: 'ms', goal: { max: 50 } },
    {
      id: 'slow_clients_ratio',
      value: median(({ page, slow }) => slow.rps / page.rps),
      unit: '',
      goal: { min: 0.7 },
    },
    { id: 'slow_clients_lateness_p99_ms', value: late('slow'), unit: 'ms', goal: { max: 50 } },
  ];
};

/** As many have the page open as may listen. */
const measureListeners = async (vigie: RunningVigie, farm: Farm): Promise<readonly Figure[]> => {
  const listeners = await listenersOf(vigie.publicPort, readersMax);
  await farm.take();
  await snapshots(heardSnapshots);
  const latenessMs = lateness('http', await farm.take());
  const lastMs = listeners.lastByteMs();
  const resident = residentMb(vigie.child().pid ?? Number.NaN);
  listeners.leave();
  return [
    { id: 'listeners_last_byte_ms', value: Math.max(...lastMs), unit: 'ms', goal: { max: 1_000 } },
    { id: 'listeners_rss_mb', value: resident, unit: 'MB', goal: { max: 300 } },
    { id: 'listeners_lateness_p99_ms', value: quantile(latenessMs, 0.99), unit: 'ms', goal: { max: 50 } },
  ];
};
