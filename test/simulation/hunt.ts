// Plants a bug into a copy of the program, and lives in world after world there until something must not be.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Mutant } from './mutants.ts';

export interface Caught {
  readonly seed: number;
  /** Worlds that were lived in. */
  readonly worlds: number;
  readonly message: string;
}

export const root = new URL('../../', import.meta.url).pathname;
const run = promisify(execFile);

/** Nothing, when none of the worlds of the first `seedsMax` seeds shows it. */
export const hunt = async (mutant: Mutant, seedsMax: number): Promise<Caught | undefined> => {
  const copy = mkdtempSync(join(tmpdir(), 'vigie-mutant-'));
  try {
    plant(mutant, copy);
    const script = firstFailure(mutant.world ?? 'wild', seedsMax);
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: copy });
    return stdout === '' ? undefined : (JSON.parse(stdout) as Caught);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
};

/** A copy of the program with the bug in it. */
const plant = ({ file, from, to }: Mutant, into: string): void => {
  for (const part of ['server', 'checks', 'config', 'test/support', 'test/simulation', 'package.json'])
    cpSync(join(root, part), join(into, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(into, 'node_modules'));
  writeFileSync(join(into, file), readFileSync(join(into, file), 'utf8').replace(from, to));
};

// What is probed often takes long to live through, and shows little more: those worlds come last.
const firstFailure = (world: 'wild' | 'learning', seedsMax: number): string => `
  const { simulate } = await import('./test/simulation/simulate.ts');
  const { learningProfileOf, wildProfileOf } = await import('./test/simulation/profile.ts');
  const profiles = Array.from({ length: ${seedsMax} }, (_, index) =>
    ${world === 'wild' ? 'wildProfileOf(index + 1, 1)' : 'learningProfileOf(index + 1, 10)'});
  let worlds = 0;
  for (const profile of profiles.toSorted((a, b) => b.pace - a.pace)) {
    worlds++;
    const { failure } = await simulate(profile);
    if (failure === undefined) continue;
    console.log(JSON.stringify({ seed: profile.seed, worlds, message: failure.message.replace(/^.*?Z: /, '') }));
    break;
  }
`;
