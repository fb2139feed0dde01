// Starts the demonstration's world, and gives the configuration that watches it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Config } from '../../config/config.ts';
import { CommandFailure } from '../cli/command.ts';
import { mustLoad } from '../cli/configuration.ts';
import type { Telling } from './story.ts';
import type { Announcement, Order, World } from './world.ts';

export interface Demonstration {
  readonly config: Config;
  readonly configPath: string;
  readonly telling: Telling;
  /** Tells the world where Vigie hears heartbeats. */
  readonly announce: (page: string) => void;
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
    const [{ telling, configPath }] = (await Promise.race([once(world, 'message'), ended])) as [World];
    return {
      config: { ...mustLoad(configPath), demonstration: true },
      configPath,
      telling,
      announce: (page) => world.send({ page } satisfies Announcement),
      ended,
      stop,
    };
  } catch (error) {
    stop();
    throw error;
  }
};
