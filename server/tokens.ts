// Who may act: names, and hashes of the tokens that were given to them, in a file beside the database. The tokens themselves
// are kept nowhere; they are long and random, so that a plain hash of one does not give it away.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chownSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Instant } from './core/time.ts';

const tokensMax = 100;

const holder = z.strictObject({
  name: z.string(),
  sha256: z.hex().length(64),
  createdAt: z.int(),
  expiresAt: z.int(),
});
const holders = z.array(holder).max(tokensMax);

export type Holder = Readonly<z.output<typeof holder>>;

/** The prefix is for those who look for secrets where none should be. */
const prefix = 'vgt_';
const tokenBytes = 32;

const fileIn = (folder: string): string => join(folder, 'tokens.json');

/** Throws when the file is there and cannot be read, or makes no sense. */
export const readHolders = (folder: string): readonly Holder[] => {
  try {
    return holders.parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** Whole or not at all, for nobody but the owner of the folder, whoever writes it. */
export const writeHolders = (folder: string, kept: readonly Holder[]): void => {
  const [path, draft] = [fileIn(folder), `${fileIn(folder)}.new`];
  writeFileSync(draft, JSON.stringify(holders.parse(kept)), { mode: 0o600, flush: true });
  const { uid, gid } = statSync(folder);
  if (process.geteuid?.() === 0) chownSync(draft, uid, gid);
  renameSync(draft, path);
};

/** A new token, and what is kept of it. */
export const newToken = (
  name: string,
  createdAt: Instant,
  expiresAt: Instant,
): { readonly token: string; readonly holder: Holder } => {
  const token = prefix + randomBytes(tokenBytes).toString('base64url');
  return { token, holder: { name, sha256: hashOf(token).toString('hex'), createdAt, expiresAt } };
};

/** The name of whoever holds this token. It takes the same time whether there is one or not. */
export const holderOf = (holders: readonly Holder[], token: string, now: Instant): string | undefined => {
  const hash = hashOf(token);
  const matching = holders.filter(
    ({ sha256, expiresAt }) => timingSafeEqual(Buffer.from(sha256, 'hex'), hash) && now < expiresAt,
  );
  return matching[0]?.name;
};

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
