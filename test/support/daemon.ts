// A daemon of a test's own: a temporary folder, a free port of the loopback, an unprivileged user, and a sure end.
import { spawn, execFileSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { atExit } from './at-exit.ts';

// Daemons refuse to be root; whoever is not root runs them as themselves.
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

const unprivileged = (command: readonly string[]): readonly string[] =>
  isRoot
    ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--', ...command]
    : command;

/** A folder that the daemon may write, short enough for a socket's path in it. */
export const makeFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `vigie-${name}-`));
  if (isRoot) chownSync(folder, nobody, nobody);
  return folder;
};

/** Writes a file that only the daemon may read, as keys must be; answers its path. */
export const giveFile = (folder: string, name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  if (isRoot) chownSync(path, nobody, nobody);
  return path;
};

/** Runs a command to its end as the daemon's user. */
export const runAsDaemon = (command: readonly string[], folder: string): void => {
  const [program = '', ...words] = unprivileged(command);
  execFileSync(program, words, { cwd: folder, stdio: 'pipe', env: { ...process.env, HOME: folder } });
};

const portMin = 10_000;
const portMax = 30_000;

/**
 * A port of 127.0.0.1 on which nobody listens, over TCP or UDP. It is none of those that a kernel deals out (Linux: from
 * 32768): such a one might have another owner by the time a daemon starts there, or starts again.
 */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = randomInt(portMin, portMax);
    if (await isFree(port)) return port;
  }
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, '127.0.0.1');
  const socket = createSocket('udp4').bind(port, '127.0.0.1');
  const [tcp, udp] = await Promise.allSettled([once(server, 'listening'), once(socket, 'listening')]);
  if (tcp.status === 'fulfilled') await server[Symbol.asyncDispose]();
  await socket[Symbol.asyncDispose]();
  return tcp.status === 'fulfilled' && udp.status === 'fulfilled';
};

export interface Daemon {
  /** Freezes the process: the kernel still accepts connections for it, and nobody answers. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Ends it at once, as a crash does. The folder stays, so that it can be started again. */
  readonly kill: () => Promise<void>;
  /** Ends it with `signal` and waits for that. */
  readonly stop: (signal: NodeJS.Signals) => Promise<void>;
  /** Starts it again where it ended. */
  readonly start: () => Promise<void>;
}

interface Circumstances {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly isReady: () => Promise<unknown>;
  /** For one that gives up its rights by itself. */
  readonly asRoot?: boolean;
  /** The network namespace where it runs. */
  readonly namespace?: string;
}

/** Starts a daemon in its folder, and answers once `isReady` does not throw. Signals reach its whole family. */
export const startDaemon = async (
  command: readonly string[],
  { folder, env, isReady, asRoot = false, namespace }: Circumstances,
): Promise<Daemon> => {
  const log = join(folder, 'output.log');
  const inside = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
  const words = [...inside, ...(asRoot ? command : unprivileged(command))];
  let child: ChildProcess | undefined;
  const send = (signal: NodeJS.Signals) => child && sendAll(child, signal);
  let forget: (() => void) | undefined;
  const start = async () => {
    forget = atExit(() => send('SIGKILL'));
    child = launch(words, folder, env, log);
    await untilReady(child, isReady, log);
  };
  const end = async (signal: NodeJS.Signals) => {
    forget?.();
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    send('SIGCONT');
    send(signal);
    await exited;
    if (child.pid !== undefined) await untilGone(child.pid);
  };
  try {
    await start();
  } catch (error) {
    removeFolder(folder);
    throw error;
  }
  return {
    pause: () => {
      send('SIGSTOP');
      if (child?.pid !== undefined) untilStopped(child.pid);
    },
    resume: () => send('SIGCONT'),
    kill: () => end('SIGKILL'),
    stop: end,
    start,
  };
};

const launch = (
  [program = '', ...words]: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
  log: string,
): ChildProcess => {
  // It writes there itself: what is left of its family may do so when it has ended, and nobody listens any more.
  const output = openSync(log, 'a');
  const child = spawn(program, words, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  });
  closeSync(output);
  return child;
};

/** To the process and all that it has begun. */
const sendAll = ({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void => {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, signal);
};

/** A signal stops threads one after the other: one of them might still answer. */
const untilStopped = (group: number): void => {
  const isStopped = (stat: string) => /\) [TZ] /.test(stat);
  while (!processesOf(group).flatMap(threadsOf).every(isStopped));
};

const goneLooksMax = 500;

/** The first of a family may go before the others, who still hold its ports. */
const untilGone = async (group: number): Promise<void> => {
  const isAlive = (pid: string) => !/\) Z /.test(statOf(`/proc/${pid}/stat`));
  for (let looks = 0; looks < goneLooksMax && processesOf(group).some(isAlive); looks += 1) await sleep(10);
};

const processesOf = (group: number): readonly string[] =>
  readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && new RegExp(`\\) \\w \\d+ ${group} `).test(statOf(`/proc/${name}/stat`)),
  );

const threadsOf = (pid: string): readonly string[] =>
  namesIn(`/proc/${pid}/task`).map((task) => statOf(`/proc/${pid}/task/${task}/stat`));

// A process may end while it is looked at; then it is as still as one can be.
const statOf = (path: string): string => orElse(() => readFileSync(path, 'latin1'), ') Z ');
const namesIn = (folder: string): readonly string[] => orElse(() => readdirSync(folder), []);
const orElse = <Value>(read: () => Value, gone: Value): Value => {
  try {
    return read();
  } catch {
    return gone;
  }
};

const startingTriesMax = 300;

const untilReady = async (child: ChildProcess, isReady: () => Promise<unknown>, log: string) => {
  for (let tries = 0; tries < startingTriesMax && child.exitCode === null; tries += 1) {
    try {
      await isReady();
      return;
    } catch {
      await sleep(100);
    }
  }
  sendAll(child, 'SIGKILL');
  throw new Error(`the daemon did not start:\n${readFileSync(log, 'utf8').slice(-2_000)}`);
};

export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });
