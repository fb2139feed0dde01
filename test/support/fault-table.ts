// A reporter of vitest: the table of every catalogued fault, once all tests have run.
import type { Reporter, TestModule } from 'vitest/node';
import type { Judged } from './catalogue.ts';

export default class FaultTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const rows = tests.flatMap((test) => {
      const { judged } = test.meta();
      return judged === undefined ? [] : [{ ...judged, passed: test.ok() }];
    });
    if (rows.length > 0) process.stdout.write(`\n${table(rows)}\n\n${totals(rows)}\n\n`);
  }
}

type Row = Judged & { readonly passed: boolean };

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

const totals = (rows: readonly Row[]): string => {
  const passed = rows.filter((row) => row.passed);
  const silent = passed.filter(({ expected }) => expected === 'nothing');
  return [
    `${passed.length - silent.length} faults seen, ${silent.length} non-faults silent`,
    ...(passed.length < rows.length ? [`${rows.length - passed.length} judged wrongly`] : []),
  ].join(', ');
};
