// `npm run sim -- --seeds 200 --days 30`: worlds from their seeds, as many at a time as there are processors; the last line
// says how many held.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { profileOf } from './profile.ts';
import { simulate } from './simulate.ts';
import type { Outcome } from './simulate.ts';

const threads = Math.max(2, availableParallelism());

const report = ({ profile, events, probes, outages, failure }: Outcome, seconds: number): string => {
  const name = `seed ${profile.seed}`;
  if (failure === undefined)
    return `ok    ${name}: ${profile.days} days, ${probes} probes, ${outages} outages, ${Math.round(events / seconds)} events/s`;
  return [
    ...failure.trace.map((line) => `      ${line}`),
    `FAIL  ${name}: ${failure.message}`,
    `      again: npm run sim -- --seeds 1 --first-seed ${profile.seed} --days ${profile.days}`,
    `      ${JSON.stringify(profile)}`,
  ].join('\n');
};

const work = (days: number, seeds: number[], ended: (outcome: Outcome) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url));
    let startedMs = 0;
    const next = () => {
      const seed = seeds.shift();
      if (seed === undefined) return void worker.terminate().then(() => resolve());
      startedMs = performance.now();
      worker.postMessage({ seed, days });
    };
    worker.on('message', (outcome: Outcome) => {
      console.log(report(outcome, (performance.now() - startedMs) / 1_000));
      ended(outcome);
      next();
    });
    worker.on('error', reject);
    next();
  });

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '20' },
      days: { type: 'string', default: '30' },
      'first-seed': { type: 'string', default: '1' },
    },
  });
  const [count, days, first] = [values.seeds, values.days, values['first-seed']].map(Number);
  if (!(count && days && Number.isInteger(first))) {
    console.error('usage: npm run sim -- [--seeds 20] [--days 30] [--first-seed 1]');
    process.exit(2);
  }
  const seeds = Array.from({ length: count }, (_, index) => (first ?? 1) + index);
  const outcomes: Outcome[] = [];
  const startedMs = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(threads, count) }, () =>
      work(days, seeds, (outcome) => outcomes.push(outcome)),
    ),
  );
  const secondsTaken = (performance.now() - startedMs) / 1_000;
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, one) => total + of(one), 0);
  console.log(
    `${outcomes.length * days} days, ${sum(({ probes }) => probes)} probes and ${sum(({ outages }) => outages)} outages ` +
      `in ${secondsTaken.toFixed(0)} s: ${Math.round(sum(({ events }) => events) / secondsTaken)} events/s`,
  );
  const failed = outcomes.filter(({ failure }) => failure !== undefined).length;
  console.log(`${outcomes.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
};

if (isMainThread) await main();
else
  parentPort?.on('message', ({ seed, days }: { seed: number; days: number }) => {
    void simulate(profileOf(seed, days)).then((outcome) => parentPort?.postMessage(outcome));
  });
