// What goes wrong with PostgreSQL.
import { Client } from 'pg';
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { canFirewall, startFirewall } from '../../support/firewall.ts';
import { installed } from '../../support/installed.ts';
import { account, postgresInstalled, startPostgres } from '../../support/postgres.ts';

const passwordName = 'VIGIE_LAB_POSTGRESQL_PASSWORD';
const connectionsMax = 12;
// Of all connections these are kept for superusers.
const reserved = 3;

const startDatabase = async () => {
  process.env[passwordName] = account.password;
  const postgres = await startPostgres({ settings: [`--max-connections=${connectionsMax}`], slowDisk: true });
  /** Other clients, until they leave. */
  return { postgres, firewall: startFirewall(), others: [] as Client[] };
};
type Database = Awaited<ReturnType<typeof startDatabase>>;

const run = async ({ postgres }: Database, statements: readonly string[]) => {
  const root = await postgres.connect();
  for (const sql of statements) await root.query(sql);
  await root.end();
};
const leave = async ({ others }: Database) => {
  for (const other of others.splice(0)) await other.end();
};

/** Another client says this, and stays. */
const held = (...statements: readonly string[]) => ({
  inject: async ({ postgres, others }: Database) => {
    const other = await postgres.connect();
    others.push(other);
    for (const sql of statements) await other.query(sql);
  },
  mend: leave,
});
const set = (inject: readonly string[], mend: readonly string[]) => ({
  inject: (rig: Database) => run(rig, inject),
  mend: (rig: Database) => run(rig, mend),
});
const joined = (count: number) => ({
  inject: async ({ postgres: { port }, others }: Database) => {
    for (let member = 0; member < count; member += 1) {
      const client = new Client({ host: '127.0.0.1', port, ...account, database: 'vigie' });
      client.on('error', () => {});
      await client.connect();
      others.push(client);
    }
  },
  mend: leave,
});
const slowDisk = {
  inject: ({ postgres }: Database) => postgres.delayFsync(400),
  mend: ({ postgres }: Database) => postgres.delayFsync(0),
};
const dead = {
  inject: ({ postgres }: Database) => postgres.kill(),
  mend: ({ postgres }: Database) => postgres.start(),
};
const rowLocked = held('BEGIN', 'SELECT * FROM vigie_probe FOR UPDATE');

describe.skipIf(!postgresInstalled || !canFirewall || !installed('gcc'))('PostgreSQL', () => {
  catalogue<Database>({
    type: 'postgresql',
    start: startDatabase,
    stop: async ({ postgres, firewall }) => {
      firewall[Symbol.dispose]();
      await postgres.stop();
    },
    check: ({ postgres }) => ({
      type: 'postgresql',
      host: '127.0.0.1',
      port: postgres.port,
      password: { env: passwordName },
      every: '20s',
      timeout: '3s',
      slow: { query: '1s', read: '1s', write: '1s', auth: '1s', total: '2s', commit: '200ms' },
    }),
    faults: [
      { fault: 'the server has crashed', ...dead, expected: { state: 'down', cause: 'refused' } },
      {
        fault: 'the server hangs',
        inject: ({ postgres }) => postgres.pause(),
        mend: ({ postgres }) => postgres.resume(),
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      {
        fault: 'a firewall drops what arrives',
        inject: ({ postgres, firewall }) => firewall.add(`tcp dport ${postgres.port} drop`),
        mend: ({ firewall }) => firewall.open(),
        expected: { state: 'down', cause: 'timeout_connect' },
      },
      {
        fault: 'members have taken every connection',
        ...joined(connectionsMax - reserved),
        expected: { state: 'down', cause: 'too_many_connections' },
      },
      {
        fault: 'another client holds the row locked',
        ...rowLocked,
        expected: { state: 'down', cause: 'lock_wait' },
      },
      {
        fault: 'another client holds the table locked',
        ...held('BEGIN', 'LOCK TABLE vigie_probe IN ACCESS EXCLUSIVE MODE'),
        expected: { state: 'down', cause: 'lock_wait' },
      },
      {
        fault: 'the database has become read-only',
        ...set(
          ['ALTER DATABASE vigie SET default_transaction_read_only = on'],
          [
            'SET default_transaction_read_only = off',
            'ALTER DATABASE vigie RESET default_transaction_read_only',
          ],
        ),
        expected: { state: 'down', cause: 'read_only' },
      },
      {
        fault: 'every write waits in a trigger',
        ...set(
          [
            `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql
              AS 'BEGIN PERFORM pg_sleep(30); RETURN NEW; END'`,
            'CREATE TRIGGER slow BEFORE INSERT ON vigie_probe FOR EACH ROW EXECUTE FUNCTION slow()',
          ],
          ['DROP FUNCTION slow CASCADE'],
        ),
        expected: { state: 'down', cause: 'timeout_reply' },
      },
      { fault: 'the disk is slow', ...slowDisk, expected: { state: 'degraded', cause: 'slow' } },
      { fault: 'the server is restarted within five seconds', ...dead, expected: 'nothing', probes: 1 },
      { fault: 'the disk is slow for a moment', ...slowDisk, expected: 'nothing', probes: 3 },
      { fault: 'a lock that is soon released', ...rowLocked, expected: 'nothing', probes: 2 },
      {
        fault: 'a table of somebody else is locked',
        ...held('CREATE TABLE IF NOT EXISTS orders (id int)', 'BEGIN', 'LOCK TABLE orders'),
        expected: 'nothing',
      },
      {
        fault: 'many members, and still room',
        ...joined(connectionsMax - reserved - 2),
        expected: 'nothing',
      },
      {
        fault: 'the password of our own account is changed, and changed back',
        ...set(["ALTER ROLE vigie PASSWORD 'another'"], [`ALTER ROLE vigie PASSWORD '${account.password}'`]),
        expected: 'nothing',
        probes: 2,
      },
    ],
  });
});
