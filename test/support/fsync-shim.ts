// A disk whose writes take as long as a test says: a library that a database server preloads.
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SlowDisk {
  /** The environment of the server. */
  readonly env: NodeJS.ProcessEnv;
  /** How long every fsync takes from now on; at first, nothing. */
  readonly delay: (ms: number) => void;
}

/** Compiles the shim into `folder`; needs gcc. */
export const makeSlowDisk = (folder: string): SlowDisk => {
  const library = join(folder, 'fsync-shim.so');
  const delayFile = join(folder, 'fsync-delay');
  const source = join(import.meta.dirname, 'fsync-shim.c');
  execFileSync('gcc', ['-shared', '-fPIC', '-O2', '-o', library, source], { stdio: 'pipe' });
  chmodSync(library, 0o755);
  const delay = (ms: number) => writeFileSync(delayFile, String(ms), { mode: 0o644 });
  delay(0);
  return { env: { LD_PRELOAD: library, FSYNC_DELAY_FILE: delayFile }, delay };
};
