// `{ env: NAME }` and `{ file: PATH }`: where the secrets are that nobody writes into a configuration.
import { resolve } from 'node:path';
import { reasonOf } from './files.ts';
import type { Files } from './files.ts';
import { quote } from './problems.ts';
import { Secret, makeReference } from './secret.ts';
import type { Refusal } from './secret.ts';

const secretBytesMax = 65_536;

/** Where secrets are fetched. */
export interface Vault {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Files;
  /** Relative paths start here. */
  readonly folder: string;
  /** Told of every file that a secret is read from, absolute, whether or not it is there. */
  readonly onFile: (path: string) => void;
}

/** Tells every mapping that looks like a reference where its secret is; nothing is fetched before a field asks for it. */
export const markReferences = (data: unknown, vault: Vault): void => {
  if (typeof data !== 'object' || data === null) return;
  const entries = Object.entries(data);
  const [[key, where] = []] = entries;
  if (entries.length === 1 && typeof where === 'string') {
    if (key === 'env') makeReference(data, () => fromEnvironment(where, vault));
    if (key === 'file') makeReference(data, () => fromFile(where, vault));
  }
  for (const [, value] of entries) markReferences(value, vault);
};

const fromEnvironment = (name: string, { env }: Vault): Secret | Refusal => {
  const expected = 'a secret in it';
  // A name of another shape may be the secret itself, written by mistake.
  if (!/^[A-Z_][A-Z0-9_]*$/.test(name))
    return { found: 'another word', expected: 'an environment variable in capital letters' };
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined) return { found: `no environment variable ${name}`, expected };
  return value === '' ? { found: `an empty environment variable ${name}`, expected } : new Secret(value);
};

const fromFile = (path: string, { files, folder, onFile }: Vault): Secret | Refusal => {
  const absolute = resolve(folder, path);
  onFile(absolute);
  try {
    // Editors end a file with a newline that is no part of the secret.
    const value = files.readText(absolute, secretBytesMax).replace(/\r?\n$/, '');
    return value === ''
      ? { found: `an empty file ${quote(absolute)}`, expected: 'a secret in it' }
      : new Secret(value);
  } catch (error) {
    return {
      found: `no readable file ${quote(absolute)} (${reasonOf(error)})`,
      expected: `a file of at most ${secretBytesMax} bytes with a secret in it`,
    };
  }
};
