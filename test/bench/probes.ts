// What watching costs, and what it distorts: Vigie against a target farm, beside the bare libraries at the same pace.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { roundOf } from '../../server/app/scheduler.ts';
import { firstAt } from '../../server/core/due.ts';
import type { Arrival, FarmPorts } from './farm.ts';
import { quantile } from './figures.ts';
import type { Bench, Figure } from './figures.ts';
import { distortion } from './distortion.ts';
import { cpuMs, end, pidOf, residentMb, start } from './process.ts';
import { startVigie } from '../support/vigie.ts';

export const intervalMs = 20_000;
const warmUpMs = intervalMs + 5_000;
const measuredMs = 2 * intervalMs;
const kinds = ['http', 'tcp', 'dns'] as const;
export type Kind = (typeof kinds)[number];

interface Cost {
  readonly cpuMsPerProbe: number;
  readonly residentMb: number;
  readonly latenessMs: readonly number[];
}

export const probes: Bench = async (progress, { sizes }) => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-bench-'));
  const farm = await startFarm();
  const figures: Figure[] = [];
  try {
    for (const checks of sizes)
      for (const kind of checks === 1_000 ? kinds : (['http'] as const)) {
        const floor = await measureFloor(kind, checks, farm, folder);
        const vigie = await measureVigie(kind, checks, farm, folder);
        figures.push(...figuresOf(kind, checks, vigie, floor));
        progress(
          `${kind} × ${checks}: ${vigie.cpuMsPerProbe.toFixed(2)} ms a probe, floor ${floor.cpuMsPerProbe.toFixed(2)}; ` +
            `${vigie.residentMb.toFixed(0)} MB${lateText(vigie.latenessMs)}`,
        );
      }
    figures.push(await measureRestart(farm, folder));
    figures.push(...(await distortion(farm.ports, folder, progress)));
  } finally {
    await end(farm.child);
    rmSync(folder, { recursive: true });
  }
  return figures;
};

const figuresOf = (kind: Kind, checks: number, vigie: Cost, floor: Cost): readonly Figure[] => {
  if (checks !== 1_000)
    return [
      {
        id: `rss_mb.${checks}`,
        value: vigie.residentMb,
        unit: 'MB',
        ...(checks === 5_000 && { goal: { max: 400 } }),
      },
    ];
  const ratio = vigie.cpuMsPerProbe / floor.cpuMsPerProbe;
  const ratioFigure: Figure = {
    id: `${kind}.cpu_ratio`,
    value: ratio,
    unit: '',
    goal: { max: kind === 'http' ? 1.3 : 1.5 },
  };
  if (kind !== 'http') return [ratioFigure];
  return [
    ratioFigure,
    { id: 'http.cpu_ms', value: vigie.cpuMsPerProbe, unit: 'ms', goal: { max: 1 } },
    { id: 'rss_mb.1000', value: vigie.residentMb, unit: 'MB', goal: { max: 200 } },
    { id: 'lateness_p99_ms.1000', value: quantile(vigie.latenessMs, 0.99), unit: 'ms', goal: { max: 10 } },
  ];
};

export interface Farm {
  readonly child: ReturnType<typeof start>;
  readonly ports: FarmPorts;
  /** What arrived since this was last asked. */
  readonly take: () => Promise<readonly Arrival[]>;
}

export const startFarm = async (): Promise<Farm> => {
  const child = start(join(import.meta.dirname, 'farm.ts'), [], 'ipc');
  const [ports] = (await once(child, 'message')) as [FarmPorts];
  return {
    child,
    ports,
    take: async () => {
      child.send('take');
      const [arrivals] = (await once(child, 'message')) as [readonly Arrival[]];
      return arrivals;
    },
  };
};

const measure = async (
  pid: number,
  farm: Farm,
): Promise<{ arrivals: readonly Arrival[]; cpuMsPerProbe: number }> => {
  await sleep(warmUpMs);
  await farm.take();
  const before = cpuMs(pid);
  await sleep(measuredMs);
  const after = cpuMs(pid);
  const arrivals = await farm.take();
  return { arrivals, cpuMsPerProbe: (after - before) / arrivals.length };
};

const measureFloor = async (kind: Kind, checks: number, farm: Farm, folder: string): Promise<Cost> => {
  const file = join(folder, `floor-${kind}-${checks}.db`);
  const args = [kind, checks, intervalMs, farm.ports[kind], file].map(String);
  const child = start(join(import.meta.dirname, 'floor.ts'), args, 'quiet');
  try {
    const { cpuMsPerProbe } = await measure(pidOf(child), farm);
    return { cpuMsPerProbe, residentMb: residentMb(pidOf(child)), latenessMs: [] };
  } finally {
    await end(child);
  }
};

const measureVigie = async (kind: Kind, checks: number, farm: Farm, folder: string): Promise<Cost> => {
  const vigie = await startVigie(join(folder, `${kind}-${checks}`), services(kind, checks, farm.ports));
  try {
    const { arrivals, cpuMsPerProbe } = await measure(pidOf(vigie.child()), farm);
    return {
      cpuMsPerProbe,
      residentMb: residentMb(pidOf(vigie.child())),
      latenessMs: kind === 'tcp' ? [] : lateness(kind, arrivals),
    };
  } finally {
    await vigie.end();
  }
};

/** Seconds after a restart until each of 1,000 checks was probed again. */
const measureRestart = async (farm: Farm, folder: string): Promise<Figure> => {
  const vigie = await startVigie(join(folder, 'restart'), services('http', 1_000, farm.ports));
  await sleep(warmUpMs);
  await vigie.end('SIGKILL');
  await farm.take();
  const startedMs = performance.timeOrigin + performance.now();
  await vigie.start();
  try {
    await sleep(intervalMs + 10_000);
    const firsts = new Map<number, number>();
    for (const { check, atMs } of await farm.take())
      if (!firsts.has(check)) firsts.set(check, atMs - startedMs);
    const value = firsts.size < 1_000 ? Number.POSITIVE_INFINITY : Math.max(...firsts.values()) / 1_000;
    // One interval, and the time that a process takes to start.
    return { id: 'restart_all_probed_s.1000', value, unit: 's', goal: { max: intervalMs / 1_000 + 3 } };
  } finally {
    await vigie.end();
  }
};

/**
 * How late each arrival was, seen from the target: the phase of a check is known from its id, and the clock they all
 * share from whoever came earliest.
 */
export const lateness = (kind: Kind, arrivals: readonly Arrival[]): readonly number[] => {
  const offsets = arrivals.map(({ check, atMs }) => {
    const phaseKey = roundOf(kind, { check: `c${check}`, vantage: 'local', family: 4 });
    const rhythm = { id: '', intervalMs, phaseKey };
    return (((atMs - firstAt(rhythm, 0)) % intervalMs) + intervalMs) % intervalMs;
  });
  // Offsets lie on a circle: start it in the largest gap between them.
  const sorted = offsets.toSorted((a, b) => a - b);
  const gaps = sorted.map((offset, i) => (sorted[i + 1] ?? (sorted[0] ?? 0) + intervalMs) - offset);
  const origin = sorted[(gaps.indexOf(Math.max(...gaps)) + 1) % sorted.length] ?? 0;
  return offsets.map((offset) => (offset - origin + intervalMs) % intervalMs);
};

// Of bare connections nobody knows which check they are of.
const lateText = (latenessMs: readonly number[]): string => {
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) => quantile(latenessMs, share).toFixed(1));
  return latenessMs.length === 0 ? '' : `; late p50 ${p50}, p99 ${p99}, max ${max} ms`;
};

const checksPerService = 100;

const services = (kind: Kind, checks: number, ports: FarmPorts): string => {
  const lines = Array.from({ length: checks }, (_, check) => [
    ...(check % checksPerService === 0
      ? [`  - id: farm-${check / checksPerService}`, '    name: { fr: Ferme, en: Farm }', '    checks:']
      : []),
    `      - { id: c${check}, every: 20s, ${target(kind, check, ports)} }`,
  ]);
  return ['services:', ...lines.flat(), ''].join('\n');
};

const target = (kind: Kind, check: number, ports: FarmPorts): string => {
  switch (kind) {
    case 'http':
      return `type: http, url: 'http://127.0.0.1:${ports.http}/c${check}'`;
    case 'tcp':
      return `type: tcp, host: 127.0.0.1, port: ${ports.tcp}`;
    case 'dns':
      return `type: dns, server: 127.0.0.1, port: ${ports.dns}, name: c${check}.example.org, record: A`;
  }
};
