// What a database does for its clients, step by step and each with its own time: log in, answer, read, write, commit.
// The write goes to a table of the probe's own, because a slow disk shows in `commit` and nowhere else.
import { z } from 'zod';
import { host, port, secret } from '../../config/fields.ts';
import type { Probe, Seen } from './contract.ts';
import { abortError, dial, networkError } from './dial.ts';
import type { Endpoint } from './dial.ts';
import { Failure, Unfit } from './outcome.ts';
import type { Cause, Facts } from './outcome.ts';
import { tlsFields } from './tls.ts';
import { Wire } from './wire.ts';

const noControls = /^\P{Cc}+$/u;
const identifier = /^[A-Za-z0-9_$-]{1,63}$/;

/** Options of every database check, to which each adds its port. */
export const databaseFields = {
  host: host().describe('Name or address of the server.'),
  user: z
    .string()
    .max(128)
    .regex(noControls, { error: 'a user name of at most 128 characters' })
    .default('vigie')
    .describe('Account of the probe, which needs no rights but those on its own database.'),
  password: secret().optional().describe('Password of the account, if it has one.'),
  database: z
    .string()
    .regex(identifier, { error: 'the name of a database: letters, digits, _, $ and -, at most 63' })
    .default('vigie')
    .describe('Database of the probe, where it makes one small table.'),
  write: z
    .boolean()
    .default(true)
    .describe('False for a replica, or an account that may not write: the table is read if it is there.'),
  explain: z
    .strictObject({
      user: z
        .string()
        .max(128)
        .regex(noControls, { error: 'a user name of at most 128 characters' })
        .describe('Account that may look.'),
      password: secret().optional().describe('Password of the account, if it has one.'),
      port: port()
        .optional()
        .describe(
          "A way in of its own, such as MariaDB's `extra_port`, that is open when all seats are taken.",
        ),
    })
    .optional()
    .describe(
      'An account that may look but not touch, by which Vigie finds out why the server is slow: every minute a little, and more when it becomes degraded or goes down.',
    ),
  tls: z.boolean().default(false).describe('Encrypts the connection and judges the certificate.'),
  ...tlsFields,
};

export type DatabaseOptions = z.output<z.ZodObject<typeof databaseFields>> & { readonly port: number };

export const databasePhases = [
  'resolve',
  'connect',
  'tls',
  'auth',
  'query',
  'read',
  'write',
  'commit',
] as const;

/**
 * What a person at a web page begins to feel: a page asks dozens of queries one after the other, so a tenth of a second
 * each is seconds. A healthy server on the same site needs less than a tenth of these.
 */
export const databaseSlowMs = { total: 1_000, auth: 500, query: 100, read: 100, write: 200, commit: 200 };

/**
 * Limits that the server itself is told, so that a probe never leaves a statement running behind it. A lock gives up
 * first, so that waiting for one is told apart from being slow.
 */
export const serverLimits = { lockMs: 2_000, statementMs: 4_000, idleMs: 15_000 };

/** A logged-in connection, as the driver of an engine gives it. */
export interface Session {
  readonly ask: (sql: string) => Promise<unknown>;
  /** Says good-bye, or the server counts an aborted client at every probe. */
  readonly quit: () => void;
  readonly facts: Facts;
}

export interface Engine<Options> {
  /** What the first bytes of an answer look like, as latin1, however few arrive. */
  readonly greeting: RegExp;
  readonly logIn: (wire: Wire, options: Options, probe: Probe) => Promise<Session>;
  readonly statements: (options: Options, probe: Probe) => Statements;
  /** The code of an error that the server itself answered; undefined for every other. */
  readonly codeOf: (error: unknown) => string | undefined;
  /** What codes that begin so mean, the first that fits; without a meaning, a code is a `bad_answer`. */
  readonly meanings: readonly (readonly [Meaning, ...string[]])[];
  /** The codes of a table that is not there, or not for us. */
  readonly tableMissing: ReadonlySet<string>;
}

/** What hurts only the account or the table of the probe says nothing about the others: `self_misconfigured`. */
type Meaning = Cause | 'self_misconfigured';

interface Statements {
  /** Tells the server its limits, where the log-in cannot. */
  readonly limit?: string;
  readonly create: string;
  readonly read: string;
  readonly begin: string;
  readonly write: string;
}

type Phase = 'auth' | 'query' | 'read' | 'write' | 'commit';
type During = <Answer>(phase: Phase, work: Promise<Answer>) => Promise<Answer>;

/** Probes a database over a connection of its own, with the laps `databasePhases`. */
export const probeDatabase = <Options extends DatabaseOptions>(
  engine: Engine<Options>,
  options: Options,
  probe: Probe,
): Promise<Seen> =>
  inSession(engine, options, probe, ({ ask }, during) => measure(during, ask, engine, options, probe));

/**
 * Logs in over a connection of its own, with the laps up to `auth`, and leaves when the work is done. Fails as `dial`
 * does, or with what the server says.
 */
export const inSession = async <Options extends DatabaseOptions>(
  engine: Engine<Options>,
  options: Options,
  probe: Probe,
  work: (session: Session, during: During) => Promise<void>,
  answerBytesMax?: number,
): Promise<Seen> => {
  const wire = new Wire(await dial(options, probe), engine.greeting, answerBytesMax);
  const during: During = async (phase, work) => {
    try {
      return await Promise.race([work, wire.lost]);
    } catch (error) {
      throw answered(engine, error, phase) ?? unanswered(error, phase, options, wire, probe);
    }
  };
  try {
    const session = await during('auth', engine.logIn(wire, options, probe));
    probe.timing.lap('auth');
    try {
      await work(session, during);
    } finally {
      session.quit();
    }
    const { facts, warning } = wire.tlsSeen;
    return { facts: { ...session.facts, ...facts }, ...(warning && { warning }) };
  } finally {
    wire.end();
  }
};

const measure = async <Options extends DatabaseOptions>(
  during: During,
  ask: Session['ask'],
  engine: Engine<Options>,
  options: Options,
  probe: Probe,
): Promise<void> => {
  const { timing } = probe;
  const { limit, create, read, begin, write } = engine.statements(options, probe);
  const readOwnTable = async (): Promise<boolean> => {
    try {
      await ask(read);
      return true;
    } catch (error) {
      if (!engine.tableMissing.has(engine.codeOf(error) ?? '')) throw error;
      if (!options.write) return false;
    }
    await ask(create);
    timing.skip();
    await ask(read);
    return true;
  };

  if (limit !== undefined) await during('query', ask(limit));
  timing.skip();
  await during('query', ask('SELECT 1'));
  timing.lap('query');
  if (await during('read', readOwnTable())) timing.lap('read');
  if (!options.write) return;
  await during('write', ask(begin));
  timing.skip();
  await during('write', ask(write));
  timing.lap('write');
  await during('commit', ask('COMMIT'));
  timing.lap('commit');
};

/** What the server says when it refuses a step. */
const answered = <Options>(
  engine: Engine<Options>,
  error: unknown,
  phase: Phase,
): Failure | Unfit | undefined => {
  const code = engine.codeOf(error);
  if (code === undefined) return undefined;
  const fits = ([, ...beginnings]: readonly string[]) =>
    beginnings.some((beginning) => code.startsWith(beginning));
  const [meaning] = engine.meanings.find(fits) ?? ['bad_answer' as const];
  const evidence = `${phase}: ${code} ${(error as Error).message}`;
  return meaning === 'self_misconfigured' ? new Unfit(meaning, evidence) : new Failure(meaning, evidence);
};

/** Why a step failed for which the server gave no reason. */
const unanswered = (
  error: unknown,
  phase: Phase,
  { host, port }: Endpoint,
  wire: Wire,
  { signal }: Probe,
): Error => {
  if (error instanceof Failure || error instanceof Unfit) return error;
  const where = `${host} port ${port}`;
  if (signal.aborted) {
    const silence = wire.isSilent
      ? 'accepted the connection and sent no greeting'
      : `gave no answer to ${phase}`;
    return abortError(signal, 'timeout_reply', `${where} ${silence}`);
  }
  if (wire.isHungUp) return new Failure('reset', `${where} hung up during ${phase}`);
  return networkError(error as NodeJS.ErrnoException, `${where}, during ${phase}`);
};
