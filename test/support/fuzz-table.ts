// A reporter of vitest: how often each property of what peers say was tried, once all of them have been.
import type { Reporter, TestModule } from 'vitest/node';

export default class FuzzTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = modules.flatMap(rowsOf);
    const widest = Math.max(...rows.map(({ protocol }) => protocol.length));
    for (const { protocol, runs, seconds, property } of rows) {
      const counts = [`${runs}`.padStart(8), `${seconds.toFixed(0)} s`.padStart(7)];
      process.stdout.write(`${[protocol.padEnd(widest), ...counts, property].join('  ')}\n`);
    }
    process.stdout.write(`${rows.reduce((sum, { runs }) => sum + runs, 0)} mutated replies and inputs\n`);
  }
}

interface Row {
  readonly protocol: string;
  readonly property: string;
  readonly runs: number;
  readonly seconds: number;
}

const rowsOf = (module: TestModule): readonly Row[] => {
  const [, protocol = ''] = /checks\/(?:lib\/)?(.*)\.test\.ts$/.exec(module.moduleId) ?? [];
  return [...module.children.allTests()].flatMap((test) => {
    const { fuzzed } = test.meta();
    if (fuzzed === undefined) return [];
    const seconds = (test.diagnostic()?.duration ?? 0) / 1_000;
    return [{ protocol, property: test.fullName, runs: fuzzed, seconds }];
  });
};
