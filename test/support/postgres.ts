// A private PostgreSQL server, and the account that probes it.
import { existsSync, globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { QueryResultRow } from 'pg';
import type { Issued } from './certificates.ts';
import { freePort, giveFile, makeFolder, removeFolder, runAsDaemon, startDaemon } from './daemon.ts';
import { makeSlowDisk } from './fsync-shim.ts';

// Debian keeps the programs of each major version in a folder of their own, outside PATH.
const programs = globSync('/usr/lib/postgresql/*/bin')
  .filter((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
  .sort()
  .at(-1);

export const postgresInstalled = programs !== undefined;

/** The account of the probe, which owns a database of its own. */
export const account = { user: 'vigie', password: 'a password of the lab' } as const;

export interface Postgres extends AsyncDisposable {
  readonly port: number;
  /** Runs a statement as the superuser, in the database of the probe. */
  readonly query: (sql: string) => Promise<readonly QueryResultRow[]>;
  /** Another client as the superuser, for what a test holds: locks, connections. */
  readonly connect: () => Promise<Client>;
  /** Freezes the server's first process: it accepts connections and says nothing. */
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
export const startPostgres = async ({
  settings = [],
  slowDisk = false,
  certificate,
}: {
  /** Options of postgres, such as `--max-connections=12`. */
  settings?: readonly string[];
  /** Its disk takes no time, and what `delayFsync` says; needs gcc. */
  slowDisk?: boolean;
  /** Offers TLS with it. */
  certificate?: Issued;
} = {}): Promise<Postgres> => {
  const folder = makeFolder('postgres');
  const data = join(folder, 'data');
  const port = await freePort();
  const disk = slowDisk ? makeSlowDisk(folder) : undefined;
  const connectTo = async (database: string) => {
    const client = new Client({ host: folder, port, user: 'postgres', database });
    client.on('error', () => {});
    await client.connect();
    return client;
  };
  const command = (name: string) => join(programs ?? '', name);
  runAsDaemon(
    [command('initdb'), '--no-sync', '--auth=trust', '--username=postgres', '--encoding=UTF8', data],
    folder,
  );
  writeFileSync(
    join(data, 'pg_hba.conf'),
    'local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
  );
  const daemon = await startDaemon(
    [
      command('postgres'),
      '-D',
      data,
      '--listen-addresses=127.0.0.1',
      `--port=${port}`,
      `--unix-socket-directories=${folder}`,
      ...(certificate ? tlsSettings(folder, certificate) : []),
      ...settings,
    ],
    { folder, env: disk?.env ?? {}, isReady: async () => (await connectTo('postgres')).end() },
  );
  const first = await connectTo('postgres');
  await first.query(`CREATE ROLE ${account.user} LOGIN PASSWORD '${account.password}'`);
  await first.query(`CREATE DATABASE vigie OWNER ${account.user}`);
  await first.end();
  const root = await connectTo('vigie');
  const stop = async () => {
    // A fast shutdown: whoever is still connected is cut off.
    await daemon.stop('SIGINT');
    removeFolder(folder);
  };
  return {
    port,
    connect: () => connectTo('vigie'),
    query: async (sql) => (await root.query(sql)).rows,
    pause: daemon.pause,
    resume: daemon.resume,
    delayFsync: (ms) => disk?.delay(ms),
    // An immediate shutdown is as sudden, but leaves no shared memory behind.
    kill: () => daemon.stop('SIGQUIT'),
    start: daemon.start,
    stop,
    [Symbol.asyncDispose]: stop,
  };
};

const tlsSettings = (folder: string, { chain, key }: Issued): readonly string[] => [
  '--ssl=on',
  `--ssl-cert-file=${giveFile(folder, 'server.pem', chain)}`,
  `--ssl-key-file=${giveFile(folder, 'server.key', key)}`,
];
