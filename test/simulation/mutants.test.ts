// A checker that never fails is decoration: each of these bugs is planted into a copy of the program, and must be caught.
// `npm run sim:mutants` plants them all, and looks for them in fifty worlds; otherwise every fourth is, in a dozen.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { mutants } from './mutants.ts';
import type { Mutant } from './mutants.ts';

const isWhole = process.env['VIGIE_MUTANTS'] === 'all';
const planted = mutants.filter((_, index) => isWhole || index % 4 === 0);
const seedsMax = isWhole ? 50 : 12;
const folder = mkdtempSync(join(tmpdir(), 'vigie-mutants-'));
const root = new URL('../../', import.meta.url).pathname;
const run = promisify(execFile);

afterAll(() => rmSync(folder, { recursive: true, force: true }), 60_000);

/** A copy of the program with the bug in it. */
const plant = ({ file, from, to }: Mutant, into: string): void => {
  for (const part of ['server', 'checks', 'config', 'test/support', 'test/simulation', 'package.json'])
    cpSync(join(root, part), join(into, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(into, 'node_modules'));
  writeFileSync(join(into, file), readFileSync(join(into, file), 'utf8').replace(from, to));
};

const firstFailure = `
  const { simulate } = await import('./test/simulation/simulate.ts');
  const { wildProfileOf } = await import('./test/simulation/profile.ts');
  for (let seed = 1; seed <= ${seedsMax}; seed++) {
    const { failure } = await simulate(wildProfileOf(seed, 1));
    if (failure === undefined) continue;
    console.log(failure.message.replace(/^.*?Z: /, ''));
    break;
  }
`;

test.for(mutants.map(({ bug, ...mutant }) => [bug, mutant] as const))(
  'there is one place to plant that %s',
  ([, { file, from }]) => {
    expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2);
  },
);

test.concurrent.for(planted.map((mutant, index) => [mutant.bug, mutant, index] as const))(
  'it is noticed that %s',
  { timeout: 600_000 },
  async ([, mutant, index], { expect }) => {
    const copy = join(folder, String(index));
    plant(mutant, copy);
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', firstFailure], {
      cwd: copy,
    });
    expect(stdout).toMatch(mutant.caught);
  },
);
