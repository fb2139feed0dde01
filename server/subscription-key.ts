// The key that links in mails are made under: in a file beside the database and not in it, so that a copy of the database lets nobody
// act for a subscriber. Where it is lost, links that were sent hold no more, and the next mails bring new ones.
import { randomBytes } from 'node:crypto';
import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const keyBytes = 32;

/** Throws when the file is there and cannot be read, or holds something else. */
export const subscriptionKey = (folder: string): Uint8Array => {
  const path = join(folder, 'subscriptions.key');
  try {
    writeFileSync(path, randomBytes(keyBytes), { mode: 0o600, flag: 'wx', flush: true });
    const { uid, gid } = statSync(folder);
    if (process.geteuid?.() === 0) chownSync(path, uid, gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = readFileSync(path);
  if (key.length !== keyBytes) throw new Error(`${path} is not a key: with it gone, another one is made`);
  return key;
};
