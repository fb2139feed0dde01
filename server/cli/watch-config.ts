// Reads the configuration again when it changes, or on SIGHUP: all of it or nothing.
import { statSync } from 'node:fs';
import type { FSWatcher, watch as fsWatch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Config } from '../../config/config.ts';
import type { Loaded } from '../../config/load.ts';
import { renderProblems } from '../../config/problems.ts';
import { isSame } from '../../config/same.ts';
import type { Log } from '../app/ports.ts';
import { isolate } from '../app/turns.ts';
import { onHangup } from './hangups.ts';

export interface WatchConfig {
  readonly path: string;
  /** What it said when it was last taken. */
  readonly taken: Config;
  readonly load: (path: string) => Loaded;
  readonly watch: typeof fsWatch;
  readonly apply: (config: Config) => Promise<void>;
  readonly reloaded: (ok: boolean) => void;
  readonly log: Log;
}

/** Editors write in several steps: what follows within this time is one change. */
const settleMs = 300;

/** The answer ends it. */
export const watchConfig = ({
  path,
  taken,
  load,
  watch,
  apply,
  reloaded,
  log,
}: WatchConfig): (() => void) => {
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(inTurn, settleMs);
  };
  const follow = (paths: readonly string[]) => {
    for (const watcher of watchers) watcher.close();
    watchers = paths.flatMap((followed) => {
      try {
        return watchOne(followed, watch, soon);
      } catch (error) {
        // Its folder may not be read, or the system has no more watches to give.
        const advice = 'send SIGHUP after a change';
        log.warn('config.unwatched', { path: followed, error, advice });
        return [];
      }
    });
  };
  const reload = async () => {
    const { config, problems, watchPaths } = load(path);
    follow(watchPaths);
    if (config === undefined) {
      reloaded(false);
      log.error('config.refused', { path, problems: renderProblems(problems) });
      return;
    }
    await apply(config).catch((error: unknown) => {
      reloaded(false);
      throw error;
    });
    reloaded(true);
    log.info('config.taken', { path });
  };
  const inTurn = isolate(reload, log);
  const { config: found, watchPaths } = load(path);
  follow(watchPaths);
  // It was read before the page was built and the house was opened; nobody watched it meanwhile.
  if (!isSame(found, taken)) soon();
  const stopHearing = onHangup(soon);
  return () => {
    clearTimeout(timer);
    stopHearing();
    for (const watcher of watchers) watcher.close();
  };
};

// A file is replaced, not written, by most editors and by every bind mount: its folder is what stays.
const watchOne = (path: string, watch: typeof fsWatch, changed: () => void): FSWatcher[] => {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const folder = isFolder ? path : dirname(path);
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  const watcher = watch(folder, (_event, name) => {
    if (isFolder || name === null || name === basename(path)) changed();
  });
  watcher.on('error', () => watcher.close());
  return [watcher];
};
