// Copies of the database: made while it is used, and never put in its place before they were looked at.
import { existsSync, fsyncSync, openSync, closeSync, renameSync, rmSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync, backup } from 'node:sqlite';
import { StoreError } from '../app/ports.ts';
import { assertKnown } from './database.ts';
import { storeError } from './errors.ts';
import { looksAt } from './soundness.ts';
import type { Look } from './soundness.ts';

/** All of them. */
const pagesMax = 2 ** 31 - 1;

/** Opens a database that nothing may change. Throws a `StoreError` when it is not ours, or a newer Vigie's. */
export const openToRead = (path: string): DatabaseSync => {
  if (!existsSync(path)) throw new StoreError('store.io', `${path}: There is no such file.`);
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000, limits: { attach: 0 } });
    assertKnown(database);
    return database;
  } catch (error) {
    const { code, message, cause } = storeError(error);
    throw new StoreError(code, `${path}: ${message}`, { cause });
  }
};

/**
 * Copies the database at `source`, as it is at one moment, to `target`, which is replaced once the copy is whole and
 * sound. Whoever uses the source goes on. `copied` hears now and then how much of it there is.
 */
export const backUp = async (
  source: string,
  target: string,
  copied: (bytes: number, of: number) => void = () => {},
): Promise<readonly Look[]> => {
  const part = `${target}.part`;
  removePart(part);
  const database = openToRead(source);
  try {
    // In several steps every commit of the other would begin it anew.
    await watched(backup(database, part, { rate: pagesMax }), () => copied(bytesOf(part), bytesOf(source)));
    makeOneFile(part);
    return takePlace(part, target);
  } finally {
    database.close();
    removePart(part);
  }
};

/**
 * Puts a copy in the place of the database at `target`; the caller holds the lock of the folder. What was there is kept
 * beside it as `….before`. Nothing is touched when the copy is not sound. `copied` hears now and then how much of it there is.
 */
export const restore = async (
  source: string,
  target: string,
  copied: (bytes: number, of: number) => void = () => {},
): Promise<readonly Look[]> => {
  const part = `${target}.part`;
  try {
    await watched(copyFile(source, part), () => copied(bytesOf(part), bytesOf(source)));
    return takePlace(part, target, () => {
      if (!existsSync(target)) return;
      // The log belongs to its database: a copy with the log of another would be neither.
      for (const end of ends)
        if (existsSync(target + end)) renameSync(target + end, `${target}.before${end}`);
    });
  } finally {
    removePart(part);
  }
};

const watched = async (work: Promise<unknown>, look: () => void): Promise<void> => {
  const looking = setInterval(look, 1_000);
  try {
    await work;
  } finally {
    clearInterval(looking);
  }
};

const takePlace = (part: string, target: string, makeRoom: () => void = () => {}): readonly Look[] => {
  const database = openToRead(part);
  const looks = [...looksAt(database)];
  database.close();
  if (looks.some(({ problems }) => problems.length > 0)) return looks;
  sync(part);
  makeRoom();
  renameSync(part, target);
  sync(dirname(target));
  return looks;
};

/** A database, its log, and the index of that. */
const ends = ['', '-wal', '-shm'] as const;

const removePart = (part: string): void => {
  for (const end of ends) rmSync(part + end, { force: true });
};

// A copy has no log beside it that could be left behind.
const makeOneFile = (path: string): void => {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = DELETE');
  database.close();
};

const sync = (path: string): void => {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
