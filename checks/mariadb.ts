// Does MariaDB or MySQL let in, answer, read, write and commit, and how long does each take?
import type { Connection } from 'mysql2';
import { z } from 'zod';
import { port } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import {
  databaseFields,
  databasePhases,
  databaseSlowMs,
  probeDatabase,
  serverLimits,
} from './lib/database.ts';
import type { Engine } from './lib/database.ts';
import { explainDatabase } from './lib/explain/explain.ts';
import { questions } from './lib/explain/mariadb.ts';

const options = z.strictObject({
  ...databaseFields,
  port: port().default(3_306).describe('Port of the server.'),
});
type Options = z.output<typeof options>;

const { lockMs, statementMs, idleMs } = serverLimits;

// Each of the two executes a comment that the other skips: their limits differ in name and unit.
const limit = `SET SESSION wait_timeout = ${idleMs / 1_000},
  lock_wait_timeout = ${lockMs / 1_000}, innodb_lock_wait_timeout = ${lockMs / 1_000}
  /*M!100101 , max_statement_time = ${statementMs / 1_000} */ /*!50708 , max_execution_time = ${statementMs} */`;

// What the driver says in the server's stead: the server offers no TLS, or wants us to log in as we cannot or will not.
const noTls = 'HANDSHAKE_NO_SSL_SUPPORT';
const unknownLogIn = 'AUTH_SWITCH_PLUGIN_ERROR';
const clearLogIn = 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED';
const driverRefusals: readonly (string | undefined)[] = [noTls, unknownLogIn, clearLogIn];

const engine: Engine<Options> = {
  // Length, number, then protocol version 10 or an error.
  greeting: /^.{4}[\n\xff]|^.{0,4}$/s,
  logIn: async (wire, options, probe) => {
    const { createConnection } = await import('mysql2');
    const connection = createConnection({
      stream: wire,
      user: options.user,
      ...(options.password && { password: options.password.expose() }),
      ...(options.tls && { ssl: {}, enableCleartextPlugin: true }),
      // The driver's own timer would only stop waiting; the probe's signal closes the connection.
      connectTimeout: 0,
      disableEval: true,
      trace: false,
      // The driver makes room for 16 000 otherwise, 400 kB a probe, and we prepare none.
      maxPreparedStatements: 1,
      flags: ['-LOCAL_FILES'],
    });
    // Whoever waits for an answer is told of errors too.
    connection.on('error', () => {});
    // Packets out of order: the driver would go on, and print a line for each.
    connection.on('warn', (warning: Error) => {
      throw warning;
    });
    (connection as Upgradable).startTLS = async (done) => {
      probe.timing.lap('auth');
      done(await wire.encrypt(options, probe).catch((error: Error) => error));
    };
    const { serverVersion } = await handshake(connection);
    return {
      ask: (sql) =>
        new Promise((resolve, reject) => {
          connection.query(sql, (error, rows) => (error ? reject(error) : resolve(rows)));
        }),
      quit: () => connection.end(),
      facts: {
        // Before version 11, MariaDB says first what old replicas want to hear.
        version: serverVersion.replace(/^5\.5\.5-(?=.*MariaDB)/, ''),
        thread: connection.threadId,
      },
    };
  },
  statements: ({ database }, { family }) => ({
    limit,
    create: `CREATE TABLE IF NOT EXISTS \`${database}\`.vigie_probe
      (family TINYINT UNSIGNED NOT NULL PRIMARY KEY, probed_at DATETIME(6) NOT NULL) ENGINE = InnoDB`,
    read: `SELECT probed_at FROM \`${database}\`.vigie_probe WHERE family = ${family}`,
    begin: 'START TRANSACTION',
    // A time, because a row that does not change commits without touching the disk.
    write: `INSERT INTO \`${database}\`.vigie_probe VALUES (${family}, UTC_TIMESTAMP(6))
      ON DUPLICATE KEY UPDATE probed_at = VALUES(probed_at)`,
  }),
  codeOf: (error) => {
    const { code, errno, sqlMessage } = error as NodeJS.ErrnoException & { sqlMessage?: string };
    if (sqlMessage !== undefined) return String(errno);
    return driverRefusals.find((refusal) => refusal === code);
  },
  meanings: [
    ['too_many_connections', '1040', '1203'],
    // read_only, innodb_read_only, a read-only transaction; and no room left: reads work, writes do not.
    ['read_only', '1290', '1792', '1836', '1874', '1021', '1114'],
    // Our limit of time for locks; a deadlock.
    ['lock_wait', '1205', '1213'],
    // Our limit of time for a statement, in MariaDB and in MySQL.
    ['timeout_reply', '1969', '3024'],
    // Shutting down, or somebody has ended the connection.
    ['reset', '1053', '1317', '1927'],
    ['tls_proto', noTls],
    // Wrong password, or an account that is locked, expired or used up.
    ['self_misconfigured', '1045', '1226', '1698', '1820', '1862', '3118', '4151'],
    // A host that is not, or no longer, let in; a way to log in that we do not know, or will not go.
    ['self_misconfigured', '1129', '1130', '1251', '3159', unknownLogIn, clearLogIn],
    // No such database, no rights on it, or a table that is not as we make it.
    ['self_misconfigured', '1044', '1049', '1054', '1136', '1142', '1143', '1227'],
  ],
  tableMissing: new Set(['1049', '1142', '1146']),
};

/** What the driver calls when the server's greeting offers TLS. */
interface Upgradable extends Connection {
  startTLS: (done: (error: Error | void) => void) => Promise<void>;
}

const handshake = (connection: Connection): Promise<{ readonly serverVersion: string }> =>
  new Promise((resolve, reject) => {
    connection.once('connect', resolve);
    connection.once('error', reject);
  });

/**
 * The account, once: `CREATE DATABASE vigie; CREATE USER vigie@'…' IDENTIFIED BY '…';
 * GRANT SELECT, INSERT, UPDATE, CREATE ON vigie.* TO vigie@'…'`.
 */
export default defineCheck({
  title: 'MariaDB',
  summary:
    'Logs in to MariaDB or MySQL, asks, reads, and changes a row of a table of its own: the write and its commit are measured apart.',
  options,
  defaults: { everyMs: 20_000, timeoutMs: 10_000 },
  phases: databasePhases,
  slowMs: databaseSlowMs,
  target: ({ host }) => host,
  load: () => import('mysql2'),
  run: (options, probe) => probeDatabase(engine, options, probe),
  explain: (options) => explainDatabase(engine, questions, options),
});
