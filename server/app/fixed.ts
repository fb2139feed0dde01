// What a running Vigie cannot change: it opened its addresses and its database when it started.
import type { Config } from '../../config/config.ts';

/** The keys that another configuration writes differently, and that hold as they were until a restart. */
export const fixedUntilRestart = (running: Config, next: Config): readonly string[] => [
  ...(['public', 'private'] as const)
    .filter((name) => {
      const [old, wanted] = [running.listen[name], next.listen[name]];
      return old.address !== wanted.address || old.port !== wanted.port;
    })
    .map((name) => `listen.${name}`),
  ...(running.data === next.data ? [] : ['data']),
];
