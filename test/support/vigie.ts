// Vigie itself, as an operator starts it, on a configuration, a folder and ports of its own.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PublishedStatus } from '../../server/app/publish.ts';
import { freePort } from './daemon.ts';

export interface RunningVigie {
  readonly child: () => ChildProcess;
  readonly publicPort: number;
  readonly config: string;
  readonly database: string;
  /** What `/api/v1/status` says. */
  readonly status: () => Promise<PublishedStatus>;
  readonly metrics: () => Promise<string>;
  readonly page: () => Promise<string>;
  /** Its log so far, one object a line. */
  readonly log: () => readonly Readonly<Record<string, unknown>>[];
  readonly reconfigure: (body: string) => void;
  readonly end: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>;
  /** Starts it again on what it left behind. */
  readonly start: () => Promise<void>;
}

const launcher = join(import.meta.dirname, '../../server/cli/vigie');

/** `body` is the configuration without `organisation`, `listen` and `data`. Answers once it listens. */
export const startVigie = async (folder: string, body: string): Promise<RunningVigie> => {
  mkdirSync(folder, { recursive: true });
  const [publicPort, privatePort] = [await freePort(), await freePort()];
  const config = join(folder, 'vigie.yaml');
  const logFile = join(folder, 'log.ndjson');
  const head = [
    'organisation: { name: Essai, timezone: Europe/Paris, languages: [fr, en] }',
    `listen: { public: '127.0.0.1:${publicPort}', private: '127.0.0.1:${privatePort}' }`,
    `data: ${join(folder, 'data')}`,
  ].join('\n');
  const reconfigure = (text: string) => writeFileSync(config, `${head}\n${text}`);
  reconfigure(body);
  let child: ChildProcess | undefined;
  const running = (): ChildProcess => {
    if (child === undefined) throw new Error('Vigie is not running');
    return child;
  };
  const text = async (port: number, path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  const vigie: RunningVigie = {
    child: running,
    publicPort,
    config,
    database: join(folder, 'data', 'vigie.db'),
    status: async () => JSON.parse(await text(publicPort, '/api/v1/status')) as PublishedStatus,
    metrics: () => text(privatePort, '/metrics'),
    page: () => text(publicPort, '/fr'),
    log: () =>
      readFileSync(logFile, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    reconfigure,
    end: async (signal = 'SIGTERM') => {
      if (running().exitCode !== null || running().signalCode !== null) return;
      const exited = once(running(), 'exit');
      running().kill(signal);
      await exited;
    },
    start: async () => {
      child = startProcess(config, logFile);
      while (!(await answers(publicPort))) {
        if (running().exitCode !== null)
          throw new Error(`Vigie ended:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`);
        await sleep(50);
      }
    },
  };
  await vigie.start();
  return vigie;
};

const startProcess = (config: string, logFile: string): ChildProcess => {
  const child = spawn(
    '/bin/sh',
    ['-c', 'exec "$0" "$@" >> "$LOG" 2>&1', launcher, 'serve', '--config', config],
    {
      stdio: 'ignore',
      env: { ...process.env, LOG: logFile },
    },
  );
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
};

const answers = async (port: number): Promise<boolean> => {
  try {
    return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
  } catch {
    return false;
  }
};
