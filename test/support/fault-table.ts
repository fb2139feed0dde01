// A reporter of vitest: the table of every catalogued fault, once all tests have run, and whether they are enough.
import { readdirSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import type { Judged } from './catalogue.ts';

export default class FaultTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const rows = tests.flatMap((test) => {
      const { judged } = test.meta();
      return judged === undefined ? [] : [{ ...judged, passed: test.ok() }];
    });
    if (rows.length === 0) return;
    process.stdout.write(`\n${table(rows)}\n\n${totals(rows)}\n\n`);
    if (!isWhole(modules)) return;
    const missing = shortOf(rows);
    if (missing.length === 0) return;
    process.stdout.write(`too little was judged rightly: ${missing.join('; ')}\n\n`);
    process.exitCode = 1;
  }
}

/** How many faults and non-faults must be judged rightly, in all and of each type. */
const inAllMin = { faults: 120, silent: 40 };
const ofTypeMin = { faults: 6, silent: 2 };

const folder = new URL('../lab/catalogue/', import.meta.url).pathname;

/** Whether every file of the catalogue ran, and all that is in it: neither filtered, nor skipped for want of a daemon. */
const isWhole = (modules: readonly TestModule[]): boolean => {
  const ran = modules.filter(({ moduleId }) => moduleId.startsWith(folder));
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
  return (
    ran.length === files.length &&
    ran.every((module) => [...module.children.allTests('skipped')].length === 0)
  );
};

const shortOf = (rows: readonly Row[]): readonly string[] => [
  ...shortfall('in all', rows, inAllMin),
  ...[...Map.groupBy(rows, ({ type }) => type)].flatMap(([type, of]) => shortfall(type, of, ofTypeMin)),
];

const shortfall = (what: string, rows: readonly Row[], min: Counts): readonly string[] => {
  const { faults, silent } = countsOf(rows);
  return faults >= min.faults && silent >= min.silent
    ? []
    : [`${what} ${faults} faults and ${silent} non-faults of ${min.faults} and ${min.silent}`];
};

type Row = Judged & { readonly passed: boolean };
type Counts = typeof inAllMin;

const header = ['type', 'fault', 'expected', 'got', 'seconds'] as const;

const table = (rows: readonly Row[]): string => {
  const lines = [header, ...rows.map(cellsOf)];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

const cellsOf = ({ type, fault, expected, got, seconds, passed }: Row): readonly string[] => [
  type,
  fault,
  expected,
  passed || got !== expected ? got : `${got}, and not up again`,
  seconds?.toFixed(0) ?? '',
];

const countsOf = (rows: readonly Row[]): Counts => {
  const passed = rows.filter((row) => row.passed);
  const silent = passed.filter(({ expected }) => expected === 'nothing').length;
  return { faults: passed.length - silent, silent };
};

const totals = (rows: readonly Row[]): string => {
  const { faults, silent } = countsOf(rows);
  const wrongly = rows.length - faults - silent;
  return [
    `${faults} faults seen, ${silent} non-faults silent`,
    ...(wrongly > 0 ? [`${wrongly} judged wrongly`] : []),
  ].join(', ');
};
