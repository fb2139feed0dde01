import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/folder.ts';

const program = fileURLToPath(new URL('disk.ts', import.meta.url));

/** Runs a scenario on a disk in memory that only its own processes see, and that goes with them. */
const onDisk = (scenario: string): unknown => {
  const script = 'mount -t tmpfs -o size=3m none "$1" && exec "$2" "$3" "$4" "$1"';
  const words = ['-rm', 'sh', '-c', script, 'sh', temporaryFolder(), process.execPath, program, scenario];
  return JSON.parse(execFileSync('unshare', words, { encoding: 'utf8' }));
};

const canMount = (): boolean => {
  try {
    execFileSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

test.runIf(canMount())(
  'keeps what it acknowledged when the disk is full, and goes on, rolls up and seals when there is room',
  () => {
    const seen = onDisk('full') as { kept: number };
    expect(seen).toEqual({
      code: 'store.full',
      again: 'store.full',
      condensedWhenFull: 'store.full',
      kept: seen.kept,
      readWhenFull: 50 * seen.kept,
      whenFree: 'kept',
      readAtTheEnd: 50 * (seen.kept + 1),
      told: 50 * (seen.kept + 1),
    });
    expect(seen.kept).toBeGreaterThan(5);
  },
);

test.runIf(canMount())('does not open a database that it cannot write', () => {
  expect(onDisk('readonly')).toEqual({ code: 'store.readonly' });
});
