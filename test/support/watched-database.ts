// A database that says when it is about to write: there, a program may be killed, or its disk be full.
import type { DatabaseSync } from 'node:sqlite';

type Callable = (...args: readonly unknown[]) => unknown;

/** Everything but `SELECT` and `PRAGMA` writes, the ends of transactions too. */
const isWriting = (sql: string): boolean => !/^\s*(?:SELECT|PRAGMA)/.test(sql);

/** `beforeWrite` is told the statement, and may throw in its place. */
export const watched = (database: DatabaseSync, beforeWrite: (sql: string) => void): DatabaseSync => {
  const told =
    (sql: string, work: Callable): Callable =>
    (...args) => {
      if (isWriting(sql)) beforeWrite(sql);
      return work(...args);
    };
  return overlaid(database, {
    exec: (sql) => told(String(sql), () => database.exec(String(sql)))(),
    prepare: (sql) => {
      const statement = database.prepare(String(sql));
      return overlaid(statement, { run: told(String(sql), statement.run.bind(statement) as Callable) });
    },
  });
};

const overlaid = <Whole extends object>(whole: Whole, over: Readonly<Record<string, Callable>>): Whole =>
  new Proxy(whole, {
    get: (target, name) => {
      const value: unknown = over[String(name)] ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
