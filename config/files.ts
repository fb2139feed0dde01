// The two questions the loader asks of a disk.
import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs';

export interface Files {
  /** The text of a regular file of at most `bytesMax`. Throws, with a `code`, when there is none to be had. */
  readonly readText: (path: string, bytesMax: number) => string;
  /** Names in a folder; undefined when `path` is not a folder. */
  readonly readDir: (path: string) => readonly string[] | undefined;
}

export const disk: Files = {
  readText: (path, bytesMax) => {
    // To open a pipe would wait for its writer for ever.
    if (!statSync(path).isFile()) throw refusal('ENOTFILE');
    const file = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(bytesMax + 1);
      let length = 0;
      for (let read = -1; read !== 0 && length <= bytesMax; length += read)
        read = readSync(file, buffer, length, buffer.length - length, null);
      if (length > bytesMax) throw refusal('EFBIG');
      return buffer.toString('utf8', 0, length);
    } finally {
      closeSync(file);
    }
  },
  readDir: (path) =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path) : undefined,
};

const refusal = (code: string): Error => Object.assign(new Error(code), { code });

/** Why a file could not be read, in a word: `ENOENT`, `EACCES`, `EFBIG`. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
};
