// From a configuration to a house that watches, until it is told to stop.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Config, Listen } from '../../config/config.ts';
import { openHouse } from '../house.ts';
import type { House, HouseDeps } from '../house.ts';
import { loadAssets } from '../http/assets.ts';
import { createLog } from '../log.ts';
import { StoreError } from '../app/ports.ts';
import type { Log } from '../app/ports.ts';
import { CommandFailure } from './command.ts';
import { assetsFolder } from './dashboard.ts';

interface Circumstances extends Pick<HouseDeps, 'examiner'> {
  /** Called once the addresses are known to be free, before anything is opened; a signal then ends the process at once. */
  readonly prepare?: () => void;
  /** Called once the house is open; what it answers is called before the house closes. */
  readonly opened: (house: House, log: Log) => () => void;
  /** Rejects when there is nothing to watch any more. */
  readonly failed?: Promise<never>;
}

/** Ends on SIGINT and SIGTERM. Fails with a `CommandFailure` when another program has one of the addresses. */
export const keepWatch = async (
  config: Config,
  { prepare, opened, failed, examiner }: Circumstances,
): Promise<void> => {
  await mustBeFree(config.listen.public);
  await mustBeFree(config.listen.private);
  prepare?.();
  const stopped = stopSignal();
  const log = createLog();
  const version = (
    JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  ).version;
  const assets = loadAssets(assetsFolder);
  const house = await openHouse({ config, log, version, assets, examiner }).catch((error: unknown) =>
    Promise.reject(explain(error)),
  );
  // For the person who started it: standard output is the log's alone.
  process.stderr.write(
    `\n  page     ${house.urls.public}\n  alerts   ${house.urls.private}/alerts\n  metrics  ${house.urls.private}/metrics\n\n`,
  );
  const close = opened(house, log);
  log.info('vigie.watching', { version, ...house.urls });
  try {
    const signal = await Promise.race([stopped, ...(failed ? [failed] : [])]);
    log.info('vigie.stopping', { signal });
  } finally {
    close();
    await house.close();
    log.info('vigie.stopped');
  }
};

// Asked before anything is opened, so that nothing has to be taken down again.
const mustBeFree = async ({ address, port }: Listen): Promise<void> => {
  const server = createServer();
  try {
    await once(server.listen(port, address), 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'another program listens there' : String(code);
    throw new CommandFailure(`${address} port ${port} cannot be had: ${why}`);
  }
  server.close();
  await once(server, 'close');
};

// What an administrator can mend needs no stack.
const explain = (error: unknown): unknown => {
  if (error instanceof StoreError) return new CommandFailure(error.message, { cause: error });
  const { syscall, path, code } = Object(error) as NodeJS.ErrnoException;
  return syscall === 'mkdir' ? new CommandFailure(`the folder ${path} cannot be made (${code})`) : error;
};

/** The first one; those after it change nothing, for npm makes two of one Ctrl-C. */
const stopSignal = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, resolve);
  });
