// A private MariaDB server, and the account that probes it.
import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { join } from 'node:path';
import type { Issued } from './certificates.ts';
import { freePort, giveFile, makeFolder, removeFolder, runAsDaemon, startDaemon } from './daemon.ts';
import { makeSlowDisk } from './fsync-shim.ts';
import { installed } from './installed.ts';

export const mariadbInstalled = installed('mariadbd') && installed('mariadb-install-db');

/** The account of the probe, with the grants that the check asks for. */
export const account = { user: 'vigie', password: 'a password of the lab' } as const;

const grants = [
  'CREATE DATABASE vigie',
  `CREATE USER vigie@'127.0.0.1' IDENTIFIED BY '${account.password}'`,
  "GRANT SELECT, INSERT, UPDATE, CREATE ON vigie.* TO vigie@'127.0.0.1'",
];

export interface Maria extends AsyncDisposable {
  readonly port: number;
  /** Runs a statement as root. */
  readonly query: (sql: string) => Promise<readonly RowDataPacket[]>;
  /** Another client as root, for what a test holds: locks, connections. */
  readonly connect: () => Promise<Connection>;
  /** Freezes the server: it accepts connections and says nothing. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** How long every fsync takes from now on; needs `slowDisk`. */
  readonly delayFsync: (ms: number) => void;
  /** Ends it as a crash does; `query` works no more, even when it has been started again. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1. */
export const startMariadb = async ({
  settings = [],
  slowDisk = false,
  certificate,
}: {
  /** Options of mariadbd, such as `--max-connections=10`. */
  settings?: readonly string[];
  /** Its disk takes no time, and what `delayFsync` says; needs gcc. */
  slowDisk?: boolean;
  /** Offers TLS with it. */
  certificate?: Issued;
} = {}): Promise<Maria> => {
  const folder = makeFolder('mariadb');
  const data = join(folder, 'data');
  const socketPath = join(folder, 'socket');
  const port = await freePort();
  const disk = slowDisk ? makeSlowDisk(folder) : undefined;
  const connect = () => createConnection({ socketPath, user: 'root' });
  runAsDaemon(
    [
      'mariadb-install-db',
      '--no-defaults',
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      `--datadir=${data}`,
    ],
    folder,
  );
  const daemon = await startDaemon(
    [
      'mariadbd',
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${socketPath}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      ...(certificate ? tlsSettings(folder, certificate) : []),
      ...settings,
    ],
    { folder, env: disk?.env ?? {}, isReady: async () => (await connect()).end() },
  );
  const root = await connect();
  root.on('error', () => {});
  for (const sql of grants) await root.query(sql);
  const stop = async () => {
    root.destroy();
    await daemon.stop('SIGTERM');
    removeFolder(folder);
  };
  return {
    port,
    connect,
    query: async (sql) => (await root.query<RowDataPacket[]>(sql))[0],
    pause: daemon.pause,
    resume: daemon.resume,
    delayFsync: (ms) => disk?.delay(ms),
    kill: daemon.kill,
    start: daemon.start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
};

const tlsSettings = (folder: string, { chain, key }: Issued): readonly string[] => [
  `--ssl-cert=${giveFile(folder, 'server.pem', chain)}`,
  `--ssl-key=${giveFile(folder, 'server.key', key)}`,
];
