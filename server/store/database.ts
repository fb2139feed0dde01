// Opens the database: its settings, whether it is ours, and its migrations.
import { accessSync, constants, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../app/ports.ts';
import { storeError } from './errors.ts';

/** In the folder of the data. */
export const databaseName = 'vigie.db';
/** "VIGI", at byte 68 of the file. */
const applicationId = 0x56494749;
/** Below this, two connections and an unlucky checkpoint could damage a database (https://sqlite.org/wal.html#walresetbug). */
const sqliteVersionMin = [3, 51, 3] as const;
/** After a crash a database up to this size is read through before it is used: about a second for 256 MB. */
const quickCheckBytesMax = 268_435_456;
/** No value of ours is nearly so long. */
const valueBytesMax = 16_777_216;

const settings = `
  PRAGMA synchronous = FULL;            -- NORMAL may lose the last commits when the power fails.
  PRAGMA foreign_keys = ON;
  PRAGMA trusted_schema = OFF;          -- A file somebody prepared must not run functions from its schema.
  PRAGMA cell_size_check = ON;          -- Finds a damaged page when it is read, not when it is too late.
  PRAGMA secure_delete = ON;            -- What is deleted must not stay in free pages.
  PRAGMA mmap_size = 0;                 -- A stray write to a mapping would go straight into the file.
  PRAGMA journal_size_limit = 67108864; -- The log shrinks again after a long read held it.
  PRAGMA wal_autocheckpoint = 1000;
`;

/**
 * Opens `path`, or `:memory:`, and brings it to the newest version. Throws a `StoreError`:
 * `store.foreign` and `store.newer` leave the file as it was.
 */
export const openDatabase = (path: string): DatabaseSync => {
  const crashed = path !== ':memory:' && bytesOf(`${path}-wal`) > 0;
  let database: DatabaseSync | undefined;
  try {
    if (path !== ':memory:') assertWritable(path);
    // A wait for a lock would stop the thread where nobody sees it: whoever can wait does so itself.
    database = new DatabaseSync(path, {
      timeout: 0,
      defensive: true,
      limits: { attach: 0, length: valueBytesMax },
    });
    assertSqlite(database);
    assertOurs(database);
    database.exec(settings);
    assertLogged(database, path);
    if (crashed && bytesOf(path) <= quickCheckBytesMax) assertSound(database);
    migrate(database, migrations());
    return database;
  } catch (error) {
    database?.close();
    const { code, message, cause } = storeError(error);
    throw new StoreError(code, `${path}: ${message}`, { cause });
  }
};

/**
 * Runs `work` in one transaction: all of it is kept, or nothing. One that writes takes the lock at its beginning,
 * so that it is busy before it has done anything.
 */
export const transaction = <T>(database: DatabaseSync, kind: 'reading' | 'writing', work: () => T): T => {
  database.exec(kind === 'reading' ? 'BEGIN' : 'BEGIN IMMEDIATE');
  try {
    const answer = work();
    database.exec('COMMIT');
    return answer;
  } catch (error) {
    // A full disk may have rolled it back already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** Forward only, one transaction each: a migration that fails leaves the version before it. */
export const migrate = (database: DatabaseSync, migrations: readonly Migration[]): void => {
  const from = integer(database, 'user_version');
  for (const { version, sql } of migrations.filter(({ version }) => version > from))
    transaction(database, 'writing', () => {
      database.exec(sql);
      database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${version}`);
    });
};

let read: readonly Migration[] | undefined;

/** The files of `migrations/`, in order: `0001-….sql` is version 1. */
export const migrations = (): readonly Migration[] => {
  const folder = new URL('migrations/', import.meta.url);
  read ??= readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => ({
      version: Number.parseInt(name, 10),
      sql: readFileSync(new URL(name, folder), 'utf8'),
    }));
  return read;
};

/** SQLite would say that it cannot open something, and not what. */
export const assertWritable = (path: string): void => {
  const folder = dirname(path);
  if (!existsSync(folder)) throw new StoreError('store.io', 'Its folder does not exist.');
  // The log lies beside the database.
  for (const place of [folder, ...(existsSync(path) ? [path] : [])])
    try {
      accessSync(place, constants.W_OK);
    } catch (cause) {
      throw new StoreError('store.readonly', `${place} cannot be written.`, { cause });
    }
};

const assertSqlite = (database: DatabaseSync): void => {
  const version = String(database.prepare('SELECT sqlite_version() AS version').get()?.version);
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const [majorMin, minorMin, patchMin] = sqliteVersionMin;
  if ((major - majorMin || minor - minorMin || patch - patchMin) < 0)
    throw new StoreError('store.refused', `SQLite ${version} is older than ${sqliteVersionMin.join('.')}.`);
};

const assertOurs = (database: DatabaseSync): void => {
  const isNew =
    integer(database, 'application_id') === 0 &&
    integer(database, 'user_version') === 0 &&
    count(database, 'sqlite_schema') === 0;
  // Only an empty file takes this: pages that are free can be given back to the disk.
  if (isNew) database.exec('PRAGMA auto_vacuum = INCREMENTAL');
  else assertKnown(database);
};

/** Throws a `StoreError` unless this Vigie, or one before it, wrote the database. */
export const assertKnown = (database: DatabaseSync): void => {
  const version = integer(database, 'user_version');
  const newest = migrations().length;
  if (integer(database, 'application_id') !== applicationId)
    throw new StoreError('store.foreign', 'It belongs to another program, and has not been touched.');
  if (version > newest)
    throw new StoreError(
      'store.newer',
      `A newer Vigie wrote it (schema ${version}, this one knows ${newest}). It has not been touched.`,
    );
};

const assertLogged = (database: DatabaseSync, path: string): void => {
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()?.journal_mode;
  if (mode !== 'wal' && path !== ':memory:')
    throw new StoreError('store.io', 'The file system cannot share memory: is it on the network?');
};

const assertSound = (database: DatabaseSync): void => {
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (found !== 'ok') throw new StoreError('store.corrupt', `The database is damaged. (${String(found)})`);
};

/** The value of a pragma that is a number. */
export const integer = (database: DatabaseSync, pragma: string): number =>
  Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);

const count = (database: DatabaseSync, table: string): number =>
  Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
