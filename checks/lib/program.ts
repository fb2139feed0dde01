// Runs a program of the machine to its end: no shell, nothing of our environment but the PATH.
import { spawn } from 'node:child_process';
import { Unfit } from './outcome.ts';

export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

export interface Program {
  /** A path, or a name to be found in PATH and the usual folders. */
  readonly command: string;
  readonly name: string;
  /** The package of Debian that has it. */
  readonly package: string;
  /** What it says beyond that ends it. */
  readonly outputBytesMax: number;
}

/** Beside our own, where the installed program may be: services start with short paths. */
const usualFolders = '/usr/local/bin:/usr/bin:/usr/sbin';

/** The signal kills the process, which rejects with the signal's reason. Fails with `Unfit` when it cannot be started. */
export const execute = (
  program: Program,
  args: readonly string[],
  signal: AbortSignal,
  /** What is not wanted is not even read. */
  wanted: 'output' | 'errors' | 'both' = 'both',
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(program.command, args, {
      stdio: ['ignore', wanted === 'errors' ? 'ignore' : 'pipe', wanted === 'output' ? 'ignore' : 'pipe'],
      env: { LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:${usualFolders}` },
    });
    const kill = () => child.kill('SIGKILL');
    let bytes = 0;
    const [output, errors] = [child.stdout, child.stderr].map((stream) => {
      const chunks: Buffer[] = [];
      stream?.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= program.outputBytesMax) chunks.push(chunk);
        else kill();
      });
      return () => Buffer.concat(chunks).toString('latin1');
    });
    signal.addEventListener('abort', kill, { once: true });
    child.once('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', kill);
      reject(cannotStart(program, error));
    });
    child.once('close', (exitCode) => {
      signal.removeEventListener('abort', kill);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve({ exitCode, output: output?.() ?? '', errors: errors?.() ?? '' });
    });
  });

const cannotStart = (program: Program, { code, message }: NodeJS.ErrnoException): Unfit => {
  const { name } = program;
  if (code === 'ENOENT')
    return new Unfit(
      'self_misconfigured',
      `${name} is not installed; on Debian: apt install ${program.package}`,
    );
  // A program with a file capability that we may not have is not even started.
  if (code === 'EPERM')
    return new Unfit('self_misconfigured', `${name} needs CAP_NET_RAW, which we do not have`);
  return new Unfit('self_misconfigured', `${name} cannot be started: ${message}`);
};
