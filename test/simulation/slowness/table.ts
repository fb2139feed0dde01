// `npm run sim:slowness -- --days 1200 --faults 40`: how often rules cry wolf, and how soon they find what has become slow.
// Months of one query with noise, for ours through the code that judges, and for those that one would write first.
import { parseArgs } from 'node:util';
import { nominal, noisy } from './noise.ts';
import type { Noise } from './noise.ts';
import { ewma, single, threeInARow, vigie } from './rules.ts';
import { alarmsInAYear, detections, usualMs } from './trial.ts';
import type { Fault, Setting } from './trial.ts';

const rules = [
  { name: 'one above max(4×, 25 ms)', everyMs: 15_000, of: () => () => single(usualMs) },
  { name: 'three of them in a row', everyMs: 15_000, of: () => () => threeInARow(usualMs) },
  {
    name: 'EWMA, λ = 0.2, 3 σ',
    everyMs: 15_000,
    of:
      ({ sigma }: Noise) =>
      () =>
        ewma(usualMs, sigma),
  },
  { name: 'Vigie, every 15 s', everyMs: 15_000, of: () => () => vigie(15_000) },
  { name: 'Vigie, every 20 s', everyMs: 20_000, of: () => () => vigie(20_000) },
];

const faults: readonly Fault[] = [
  { words: '5 → 50 ms', share: 1, factor: 10 },
  { words: '5 → 15 ms', share: 1, factor: 3 },
  { words: '30 % × 10', share: 0.3, factor: 10 },
  { words: '10 % × 20', share: 0.1, factor: 20 },
];

const widths = [26, 10, 10, 18, 18, 18, 18];
const print = (cells: readonly string[]): void =>
  void process.stdout.write(`${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('')}\n`);

const seconds = (ms: number | undefined): string =>
  ms === undefined || ms === Infinity ? 'missed' : `${Math.round(ms / 1_000)} s`;

const main = (days: number, trials: number): void => {
  process.stdout.write(`${days} check-days of each noise, ${trials} faults of each kind: median (95 %)\n\n`);
  print(['', 'wrong/year', 'noisy', ...faults.map(({ words }) => words)]);
  for (const { name, of, everyMs } of rules) {
    const setting = (noise: Setting['noise']): Setting => ({ noise, everyMs, rule: of(noise) });
    const wrong = [nominal, noisy].map((noise) => alarmsInAYear(setting(noise), days));
    const isOfUse = Math.max(...wrong) < 1_000;
    const found = faults.map((fault) => {
      if (!isOfUse) return '(noise)';
      const { medianMs, p95Ms } = detections(setting(nominal), fault, trials);
      return `${seconds(medianMs)} (${seconds(p95Ms)})`;
    });
    print([name, ...wrong.map((alarms) => alarms.toFixed(1)), ...found]);
  }
};

const { values } = parseArgs({
  options: { days: { type: 'string', default: '300' }, faults: { type: 'string', default: '20' } },
});
main(Number(values.days), Number(values.faults));
