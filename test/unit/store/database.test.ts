import { existsSync, openSync, readFileSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { packBlock } from '../../../server/store/block.ts';
import { integer, migrate, migrations, openDatabase } from '../../../server/store/database.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import { noEffects, result, series4 } from '../../support/effects.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { hours, minutes, start } from '../../support/watch.ts';

const fresh = (): string => join(temporaryFolder(), 'vigie.db');
const tables = (database: DatabaseSync): readonly string[] =>
  database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map(({ name }) => String(name));

describe('a database', () => {
  test.for([
    ['application_id', 0x56494749],
    ['user_version', migrations().length],
    ['auto_vacuum', 2],
    ['synchronous', 2],
    ['foreign_keys', 1],
    ['trusted_schema', 0],
    ['cell_size_check', 1],
    ['secure_delete', 1],
    ['busy_timeout', 0],
    ['journal_size_limit', 67_108_864],
  ] as const)('has the setting %s = %i, when it is new and when it is opened again', ([pragma, value]) => {
    const path = fresh();
    for (const database of [openDatabase(path), openDatabase(path)]) {
      expect(database.prepare(`PRAGMA ${pragma}`).get()).toSatisfy(
        (row: object) => Object.values(row)[0] === value,
      );
      database.close();
    }
  });

  test('keeps a log of what is written, and leaves none when it is closed', () => {
    const path = fresh();
    const database = openDatabase(path);
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(existsSync(`${path}-wal`)).toBe(true);
    database.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  test('attaches no other file', () => {
    using database = openDatabase(':memory:');
    expect(() => database.exec("ATTACH ':memory:' AS other")).toThrow(/too many attached/);
  });

  test('has strict tables only', () => {
    using database = openDatabase(':memory:');
    const lax = database.prepare(
      "SELECT name FROM pragma_table_list WHERE strict = 0 AND name NOT LIKE 'sqlite%'",
    );
    expect(lax.all()).toEqual([]);
    expect(tables(database)).toContain('result');
  });
});

describe('opening', () => {
  test('refuses a database of another program, and leaves it as it was', () => {
    const path = fresh();
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE photograph (id INTEGER)');
    other.close();
    const before = readFileSync(path);
    expect(() => openDatabase(path)).toThrow(
      expect.objectContaining({ code: 'store.foreign', message: expect.stringContaining(path) }),
    );
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(join(path, '..'))).toEqual(['vigie.db']);
  });

  test('refuses a database with another application id', () => {
    const path = fresh();
    const other = new DatabaseSync(path);
    other.exec('PRAGMA application_id = 1');
    other.close();
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'store.foreign' }));
  });

  test('refuses a database of a newer Vigie, and says which version it has', () => {
    const path = fresh();
    const database = openDatabase(path);
    database.exec('PRAGMA user_version = 900');
    database.close();
    expect(() => openDatabase(path)).toThrow(
      expect.objectContaining({ code: 'store.newer', message: expect.stringContaining('schema 900') }),
    );
  });

  test.for([
    ['a text', Buffer.from('services:\n  - id: databases\n'.repeat(50)), 'store.corrupt'],
    ['zeros', Buffer.alloc(8_192), 'store.corrupt'],
  ] as const)('refuses %s', ([, content, code]) => {
    const path = fresh();
    writeFileSync(path, content);
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code }));
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  test('takes an empty file, as a first start that was killed leaves it', () => {
    const path = fresh();
    writeFileSync(path, '');
    expect(tables(openDatabase(path))).toContain('result');
  });

  test('takes a file that was killed before its first migration', () => {
    const path = fresh();
    const killed = new DatabaseSync(path);
    killed.exec('PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL');
    killed.close();
    expect(tables(openDatabase(path))).toContain('result');
  });

  test('finds the page that a crash has damaged', () => {
    const path = fresh();
    const database = openDatabase(path);
    const results = Array.from({ length: 2_000 }, (_, at) => result(at));
    createSqliteStore(database).commit({ ...noEffects, results });
    database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    // Its log is still there: this is how a crash leaves it.
    const middle = Math.floor(statSync(path).size / 4_096 / 2) * 4_096;
    writeSync(openSync(path, 'r+'), Buffer.alloc(4_096, 0xff), 0, 4_096, middle);
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'store.corrupt' }));
  });

  test('is busy while another program holds the database', () => {
    const path = fresh();
    const holder = openDatabase(path);
    holder.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; CREATE TABLE held (id INTEGER) STRICT');
    expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'store.busy' }));
    holder.close();
    openDatabase(path).close();
  });

  test('cannot open what has no folder', () => {
    expect(() => openDatabase('/nowhere/vigie.db')).toThrow(
      expect.objectContaining({
        code: 'store.io',
        message: expect.stringContaining('folder does not exist'),
      }),
    );
  });
});

describe('migrations', () => {
  test('are numbered from 1 without a gap', () => {
    expect(migrations().map(({ version }) => version)).toEqual(migrations().map((_, index) => index + 1));
  });

  test('leave the version before them when they fail', () => {
    using database = openDatabase(':memory:');
    const version = migrations().length;
    const broken = [
      { version: version + 1, sql: 'CREATE TABLE first (id INTEGER) STRICT' },
      {
        version: version + 2,
        sql: 'CREATE TABLE second (id INTEGER) STRICT; INSERT INTO nowhere VALUES (1)',
      },
    ];
    expect(() => migrate(database, broken)).toThrow(/nowhere/);
    expect(integer(database, 'user_version')).toBe(version + 1);
    expect(tables(database)).toContain('first');
    expect(tables(database)).not.toContain('second');
  });

  test('run once', () => {
    using database = openDatabase(':memory:');
    const next = [{ version: migrations().length + 1, sql: 'CREATE TABLE once (id INTEGER) STRICT' }];
    migrate(database, next);
    expect(() => migrate(database, next)).not.toThrow();
  });

  test('tell as before of what is kept, and roll it up again, where roll-ups were a row each', () => {
    const path = fresh();
    const old = new DatabaseSync(path);
    migrate(
      old,
      migrations().filter(({ version }) => version <= 10),
    );
    old.exec(`INSERT INTO series VALUES (1, 'db1', 'local', 4, '');
      INSERT INTO roll_up VALUES (1, 1, ${start}, 2, 0, 0, 0, 2000, 1000, 1000, x'00');
      INSERT INTO rolled_up VALUES (1, ${start + hours})`);
    const rows = [0, 20].map((minute) => {
      const { at, totalUs } = result(start + minute * minutes);
      return { at, grade: 0, cause: null, totalUs, phases: [] };
    });
    old.prepare('INSERT INTO sealed VALUES (1, 1, ?, ?)').run(start, packBlock(start, rows));
    old.close();

    using database = openDatabase(path);
    const store = createSqliteStore(database);
    const window = { from: start, to: start + hours };
    const before = store.history(series4, window);
    expect(before.all).toMatchObject({ good: 2, durations: { sumUs: 2_000 } });
    while (store.condense(start + 9 * hours));
    expect(database.prepare('SELECT tier FROM bundle').all()).toEqual([{ tier: 0 }, { tier: 1 }]);
    expect(store.history(series4, window)).toEqual(before);
  });
});
