// Does PostgreSQL let in, answer, read, write and commit, and how long does each take?
import { once } from 'node:events';
import type { DatabaseError } from 'pg';
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
import { questions } from './lib/explain/postgresql.ts';
import { Failure, Unfit } from './lib/outcome.ts';
import { PostgresqlMessages } from './lib/postgresql-messages.ts';
import type { Wire } from './lib/wire.ts';

const options = z.strictObject({
  ...databaseFields,
  port: port().default(5_432).describe('Port of the server.'),
});
type Options = z.output<typeof options>;

const { lockMs, statementMs, idleMs } = serverLimits;

const engine: Engine<Options> = {
  // Yes or no to TLS; else a message about the log-in, an error or a notice, whose length begins with zeros.
  greeting: /^[SN]$|^[RENv](\0\0|\0?$)/,
  logIn: async (wire, options, probe) => {
    const { Client } = await import('pg');
    if (options.tls) {
      await requestTls(wire);
      await wire.encrypt(options, probe);
    }
    wire.readBy(new PostgresqlMessages().take);
    const client = new Client({
      stream: () => wire,
      ssl: false,
      host: options.host,
      user: options.user,
      database: options.database,
      password: () => {
        if (options.password) return options.password.expose();
        throw new Unfit('self_misconfigured', 'auth: the server asks for a password, and none is configured');
      },
      // Said with the first message: no way there and back of their own.
      application_name: 'vigie',
      lock_timeout: lockMs,
      statement_timeout: statementMs,
      idle_in_transaction_session_timeout: idleMs,
    });
    // Whoever waits for an answer is told of errors too.
    client.on('error', () => {});
    const facts: Record<string, string | number> = {};
    client.connection
      .on('parameterStatus', ({ parameterName, parameterValue }: Record<string, string>) => {
        if (parameterName === 'server_version' && parameterValue) facts['version'] = parameterValue;
      })
      .on('backendKeyData', ({ processID }: { processID: number }) => {
        facts['backend'] = processID;
      })
      .on('authenticationCleartextPassword', () => {
        if (!options.tls)
          throw new Unfit('self_misconfigured', 'auth: the server wants the password in clear');
      });
    await client.connect();
    return { ask: (sql) => client.query(sql), quit: () => void client.end(), facts };
  },
  statements: (_, { family }) => ({
    create: `CREATE TABLE IF NOT EXISTS vigie_probe
      (family smallint PRIMARY KEY, probed_at timestamptz NOT NULL)`,
    read: `SELECT probed_at FROM vigie_probe WHERE family = ${family}`,
    begin: 'BEGIN',
    write: `INSERT INTO vigie_probe VALUES (${family}, clock_timestamp())
      ON CONFLICT (family) DO UPDATE SET probed_at = excluded.probed_at`,
  }),
  codeOf: (error) => {
    const { severity, code } = error as Partial<DatabaseError>;
    return severity === undefined ? undefined : code;
  },
  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  meanings: [
    ['too_many_connections', '53300'],
    // A replica, a read-only transaction; and no room left: reads work, writes do not.
    ['read_only', '25006', '53100'],
    // Our limit of time for locks; a deadlock, or another client that was first.
    ['lock_wait', '55P03', '40'],
    // Our limit of time for a statement.
    ['timeout_reply', '57014'],
    // Starting up, or recovering from a crash: nobody is let in.
    ['refused', '57P03'],
    // Shutting down, or somebody has ended the session.
    ['reset', '57P01', '57P02', '57P05', '25P03'],
    // Wrong password, or no line in pg_hba.conf.
    ['self_misconfigured', '28'],
    // No such database or schema, no rights on it, or a table that is not as we make it.
    ['self_misconfigured', '3D', '3F', '42'],
  ],
  tableMissing: new Set(['42P01', '42501']),
};

// https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SSLREQUEST
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Exactly one byte may come back: more would be somebody else's, slipped in before the encryption (CVE-2021-23222). */
const requestTls = async (wire: Wire): Promise<void> => {
  wire.write(sslRequest);
  const [answer] = (await once(wire, 'data')) as [Buffer];
  if (answer.toString('latin1') !== 'S') throw new Failure('tls_proto', 'the server speaks no TLS');
};

/** The account, once: `CREATE ROLE vigie LOGIN PASSWORD '…'; CREATE DATABASE vigie OWNER vigie`. */
export default defineCheck({
  title: 'PostgreSQL',
  summary:
    'Logs in to PostgreSQL, asks, reads, and changes a row of a table of its own: the write and its commit are measured apart.',
  options,
  defaults: { everyMs: 20_000, timeoutMs: 10_000 },
  phases: databasePhases,
  slowMs: databaseSlowMs,
  target: ({ host }) => host,
  load: () => import('pg'),
  run: (options, probe) => probeDatabase(engine, options, probe),
  explain: (options) => explainDatabase(engine, questions, options),
});
