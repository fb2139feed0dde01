// npm test: the checks of the code, then every test this machine can run, then one line that says how it went.
// With `--all` a skipped test is a failure.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installed } from './support/installed.ts';
import { tools } from './support/tools.ts';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numFailedTestSuites: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const run = async (command: string, args: readonly string[]): Promise<boolean> => {
  const [code] = (await once(spawn(command, args, { stdio: 'inherit' }), 'exit')) as [number | null];
  return code === 0;
};

const codeChecks: readonly (readonly [string, ...string[]])[] = [
  ['oxfmt', '--check'],
  ['oxlint', '--type-aware', '--deny-warnings'],
  ['tsc'],
  ['knip'],
];

const main = async (all: boolean): Promise<number> => {
  let passed = 0;
  for (const [command, ...args] of codeChecks) if (await run(command, args)) passed++;
  let failed = codeChecks.length - passed;
  const folder = mkdtempSync(join(tmpdir(), 'vigie-test-'));
  const file = join(folder, 'report.json');
  const reporters = ['default', 'json', './test/support/fault-table.ts'];
  const ended = await run('vitest', [
    'run',
    ...reporters.map((reporter) => `--reporter=${reporter}`),
    `--outputFile.json=${file}`,
  ]);
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  rmSync(folder, { recursive: true });
  const skipped = report.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => fullName),
  );
  // A file that does not load fails no test of its own: it counts as one.
  const unloaded = report.testResults.filter(({ assertionResults }) => assertionResults.length === 0).length;
  const failedTests = report.numFailedTests + unloaded;
  // What no test is to blame for, such as what the lab leaves behind.
  failed += failedTests === 0 && !ended ? 1 : failedTests;
  tellFailed(report);
  tellSkipped(skipped);
  passed += report.numPassedTests;
  if (all && skipped.length > 0) console.log('Nothing may be skipped here.');
  console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  return failed > 0 || (all && skipped.length > 0) ? 1 : 0;
};

// Once more at the end, in a few lines: of a long run one often sees no more than its last page. Of a file that failed
// before or after its tests there may be no more than its name.
const tellFailed = ({ testResults }: Report): void => {
  for (const { name, status, message, assertionResults } of testResults) {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) console.log(`failed: ${name}\n  ${firstLines(message)}`);
    for (const { fullName, failureMessages } of failed)
      console.log(`failed: ${name}: ${fullName}\n  ${firstLines(...failureMessages)}`);
  }
};

const firstLines = (...messages: readonly string[]): string =>
  messages.flatMap((message) => message.split('\n').slice(0, 12)).join('\n  ');

const tellSkipped = (skipped: readonly string[]): void => {
  for (const name of skipped) console.log(`skipped: ${name}`);
  const missing = Object.entries(tools).filter(([tool]) => !installed(tool));
  if (missing.length === 0) return;
  console.log(`not on this machine: ${missing.map(([tool]) => tool).join(', ')}`);
  console.log(`on Debian: apt-get install ${[...new Set(missing.map(([, name]) => name))].join(' ')}`);
};

process.exitCode = await main(process.argv.includes('--all'));
