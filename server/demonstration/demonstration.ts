// Starts the demonstration's world, and gives the configuration that watches it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Config } from '../../config/config.ts';
import { CommandFailure } from '../cli/command.ts';
import { mustLoad } from '../cli/configuration.ts';
import type { Beginning, Order, World } from './world.ts';

export interface Demonstration {
  readonly config: Config;
  readonly configPath: string;
  /** Begins the story: until then nothing happens, and no heartbeat is sent. */
  readonly begin: (beginning: Beginning) => void;
  /** Rejects when the world ends, whoever ends it. */
  readonly ended: Promise<never>;
  /** Ends the world; this process cannot end before. */
  readonly stop: () => void;
}

/** Takes seconds. Fails with a `CommandFailure`; nothing is left running then. */
export const startDemonstration = async (order: Order): Promise<Demonstration> => {
  const world = fork(new URL('./world.ts', import.meta.url), [JSON.stringify(order)]);
  const ended = once(world, 'exit').then((): never => {
    throw new CommandFailure('the world of the demonstration has ended');
  });
  const stop = () => {
    if (world.connected) world.disconnect();
  };
  try {
    const [{ configPath }] = (await Promise.race([once(world, 'message'), ended])) as [World];
    return {
      config: { ...mustLoad(configPath), demonstration: true },
      configPath,
      begin: (beginning) => world.send(beginning),
      ended,
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
};
