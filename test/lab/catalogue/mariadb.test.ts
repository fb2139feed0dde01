// What goes wrong with MariaDB.
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { canFirewall, startFirewall } from '../../support/firewall.ts';
import { installed } from '../../support/installed.ts';
import { account, mariadbInstalled, startMariadb } from '../../support/mariadb.ts';

const passwordName = 'VIGIE_LAB_MARIADB_PASSWORD';

const startDatabase = async () => {
  process.env[passwordName] = account.password;
  const maria = await startMariadb({ slowDisk: true });
  /** Other clients, until they leave. */
  return { maria, firewall: startFirewall(), others: [] as Connection[] };
};
type Database = Awaited<ReturnType<typeof startDatabase>>;

const run = async ({ maria }: Database, sql: string) => {
  const root = await maria.connect();
  await root.query(sql);
  await root.end();
};
const leave = async ({ others }: Database) => {
  for (const other of others.splice(0)) await other.end();
};

/** Another client says this, and stays. */
const held = (...statements: readonly string[]) => ({
  inject: async ({ maria, others }: Database) => {
    const other = await maria.connect();
    others.push(other);
    for (const sql of statements) await other.query(sql);
  },
  mend: leave,
});
const set = (inject: string, mend: string) => ({
  inject: (rig: Database) => run(rig, inject),
  mend: (rig: Database) => run(rig, mend),
});
const members = async ({ maria: { port }, others }: Database, count: number) => {
  for (let member = 0; member < count; member += 1)
    others.push(await createConnection({ host: '127.0.0.1', port, ...account }));
};
const slowDisk = {
  inject: ({ maria }: Database) => maria.delayFsync(400),
  mend: ({ maria }: Database) => maria.delayFsync(0),
};
const dead = {
  inject: ({ maria }: Database) => maria.kill(),
  mend: ({ maria }: Database) => maria.start(),
};
const rowLocked = held('START TRANSACTION', 'SELECT * FROM vigie.vigie_probe FOR UPDATE');

describe.skipIf(!mariadbInstalled || !canFirewall || !installed('gcc'))('MariaDB', () => {
  catalogue<Database>({
    type: 'mariadb',
    start: startDatabase,
    stop: async ({ maria, firewall }) => {
      firewall[Symbol.dispose]();
      await maria.stop();
    },
    check: ({ maria }) => ({
      type: 'mariadb',
      host: '127.0.0.1',
      port: maria.port,
      password: { env: passwordName },
      every: '20s',
      timeout: '3s',
      slow: { query: '1s', read: '1s', write: '1s', auth: '1s', total: '2s', commit: '200ms' },
    }),
    faults: [
      { fault: 'the server has crashed', ...dead, expected: { state: 'down', cause: 'refused' } },
      {
        fault: 'the server hangs',
        inject: ({ maria }) => maria.pause(),
        mend: ({ maria }) => maria.resume(),
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      {
        fault: 'a firewall drops what arrives',
        inject: ({ maria, firewall }) => firewall.add(`tcp dport ${maria.port} drop`),
        mend: ({ firewall }) => firewall.open(),
        expected: { state: 'down', cause: 'timeout_connect' },
      },
      {
        fault: 'members have taken every connection',
        inject: async (rig) => {
          await run(rig, 'SET GLOBAL max_connections = 10');
          // One more than that is for administrators.
          await members(rig, 10);
        },
        mend: async (rig) => {
          await leave(rig);
          await run(rig, 'SET GLOBAL max_connections = 100');
        },
        expected: { state: 'down', cause: 'too_many_connections' },
      },
      {
        fault: 'another client holds the row locked',
        ...rowLocked,
        expected: { state: 'down', cause: 'lock_wait' },
      },
      {
        fault: 'another client holds the table locked',
        ...held('LOCK TABLES vigie.vigie_probe WRITE'),
        expected: { state: 'down', cause: 'lock_wait' },
      },
      {
        fault: 'a backup holds the whole server locked',
        ...held('FLUSH TABLES WITH READ LOCK'),
        expected: { state: 'down', cause: 'lock_wait' },
      },
      {
        fault: 'the server has become read-only',
        ...set('SET GLOBAL read_only = 1', 'SET GLOBAL read_only = 0'),
        expected: { state: 'down', cause: 'read_only' },
      },
      { fault: 'the disk is slow', ...slowDisk, expected: { state: 'degraded', cause: 'slow' } },
      { fault: 'the server is restarted within five seconds', ...dead, expected: 'nothing', probes: 1 },
      { fault: 'the disk is slow for a moment', ...slowDisk, expected: 'nothing', probes: 3 },
      { fault: 'a lock that is soon released', ...rowLocked, expected: 'nothing', probes: 2 },
      {
        fault: 'a table of somebody else is locked',
        ...held(
          'CREATE DATABASE IF NOT EXISTS shop',
          'CREATE TABLE IF NOT EXISTS shop.orders (id INT)',
          'LOCK TABLES shop.orders WRITE',
        ),
        expected: 'nothing',
      },
      {
        fault: 'many members, and still room',
        inject: (rig) => members(rig, 20),
        mend: leave,
        expected: 'nothing',
      },
      {
        fault: 'the password of our own account is changed, and changed back',
        ...set(
          "SET PASSWORD FOR vigie@'127.0.0.1' = PASSWORD('another')",
          `SET PASSWORD FOR vigie@'127.0.0.1' = PASSWORD('${account.password}')`,
        ),
        expected: 'nothing',
        probes: 2,
      },
    ],
  });
});
