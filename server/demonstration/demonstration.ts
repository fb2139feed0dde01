// Starts the demonstration's world, and gives the configuration that watches it.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { CommandFailure } from '../cli/command.ts';
import { load } from '../cli/configuration.ts';
import { demonstrationFiles, demonstrationPath } from './configuration.ts';
import type { WorldPorts } from './world.ts';

export interface Demonstration {
  readonly config: Config;
  readonly stop: () => void;
}

export const startDemonstration = async (): Promise<Demonstration> => {
  const world = fork(new URL('./world.ts', import.meta.url));
  const [ports] = (await Promise.race([once(world, 'message'), failIfItEnds(world)])) as [WorldPorts];
  const { config, problems } = load(demonstrationPath, demonstrationFiles(ports));
  if (config === undefined)
    throw new Error(`the demonstration's own configuration is wrong: ${JSON.stringify(problems)}`);
  // A story is told from its beginning: nothing of an earlier one is kept.
  const data = mkdtempSync(join(tmpdir(), 'vigie-demonstration-'));
  return {
    config: { ...config, demonstration: true, data },
    stop: () => {
      world.disconnect();
      rmSync(data, { recursive: true, force: true });
    },
  };
};

const failIfItEnds = async (world: ChildProcess): Promise<never> => {
  await once(world, 'exit');
  throw new CommandFailure('the world of the demonstration did not start');
};
