// One Vigie for one folder of data: a second would end the outages of the first as withdrawn, and tell its own.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../app/ports.ts';
import { assertWritable } from './database.ts';
import { storeError } from './errors.ts';

/**
 * Takes the folder until the answer is called, or the process ends, however it does. Throws a `StoreError`, `store.busy`
 * when another process has it. SQLite is asked for the lock because Node has none to give.
 */
export const lockFolder = (folder: string): (() => void) => {
  const path = join(folder, 'vigie.lock');
  let lock: DatabaseSync | undefined;
  try {
    assertWritable(path);
    lock = new DatabaseSync(path, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    const { code, message, cause } = storeError(error);
    const sentence = code === 'store.busy' ? 'Another Vigie watches with this data.' : message;
    throw new StoreError(code, `${folder}: ${sentence}`, { cause });
  }
  const held = lock;
  return () => held.close();
};
