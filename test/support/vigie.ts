// Vigie itself, as an operator starts it, on a configuration, a folder and ports of its own.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { sampleIn } from '../../checks/lib/exposition.ts';
import type { Language } from '../../config/config.ts';
import { buildDashboard } from '../../server/cli/dashboard.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';
import { atExit } from './at-exit.ts';
import { freePort } from './daemon.ts';

export interface RunningVigie extends AsyncDisposable {
  readonly child: () => ChildProcess;
  readonly publicPort: number;
  readonly privatePort: number;
  readonly config: string;
  readonly database: string;
  /** What `/api/v1/status` says. */
  readonly status: () => Promise<PublishedStatus>;
  readonly metrics: () => Promise<string>;
  /** The sample of `/metrics` that has these labels, if there is one. */
  readonly metric: (name: string, labels?: Readonly<Record<string, string>>) => Promise<number | undefined>;
  /** `path`: after the language. */
  readonly page: (language?: Language, path?: string) => Promise<string>;
  /** Its log so far, one object a line. */
  readonly log: () => readonly Readonly<Record<string, unknown>>[];
  readonly reconfigure: (body: string, other?: { readonly data?: string }) => void;
  readonly end: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>;
  /** Starts it again on what it left behind. */
  readonly start: () => Promise<void>;
}

/** Services as they are, without their days and their pace, which change with every probe. */
export const undated = (services: PublishedStatus['services']) =>
  services.map((service) => ({ ...service, days: undefined, pace: undefined }));

export const launcher = join(import.meta.dirname, '../../server/cli/vigie');

/** `body` is the configuration without `organisation`, of which `more` is a part, `listen` and `data`. Answers once it listens. */
export const startVigie = async (folder: string, body: string, more = ''): Promise<RunningVigie> => {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const [publicPort, privatePort] = [await freePort(), await freePort()];
  const config = join(folder, 'vigie.yaml');
  const [logFile, errorFile] = [join(folder, 'log.ndjson'), join(folder, 'errors.txt')];
  const written = (body: string, data: string) =>
    [
      `organisation: { name: Essai, timezone: Europe/Paris, languages: [fr, en]${more} }`,
      `listen: { public: '127.0.0.1:${publicPort}', private: '127.0.0.1:${privatePort}' }`,
      `data: ${data}`,
      body,
    ].join('\n');
  const reconfigure: RunningVigie['reconfigure'] = (body, { data = join(folder, 'data') } = {}) =>
    writeFileSync(config, written(body, data));
  reconfigure(body);
  let child: ChildProcess | undefined;
  const running = (): ChildProcess => {
    if (child === undefined) throw new Error('Vigie is not running');
    return child;
  };
  const get = async (port: number, path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  const vigie: RunningVigie = {
    child: running,
    publicPort,
    privatePort,
    config,
    database: join(folder, 'data', 'vigie.db'),
    status: async () => JSON.parse(await get(publicPort, '/api/v1/status')) as PublishedStatus,
    metrics: () => get(privatePort, '/metrics'),
    metric: async (metric, labels = {}) => sampleIn(await vigie.metrics(), { metric, labels })?.value,
    page: (language = 'fr', path = '') => get(publicPort, `/${language}${path}`),
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
      child = startProcess(config, { LOG: logFile, ERRORS: errorFile, TMPDIR: temporary });
      while (!(await answers(publicPort))) {
        if (running().exitCode !== null)
          throw new Error(`Vigie ended:\n${readFileSync(errorFile, 'utf8').slice(-2_000)}`);
        await sleep(50);
      }
    },
    [Symbol.asyncDispose]: () => vigie.end('SIGKILL'),
  };
  // Once, or several that start together would build it in each other's way.
  await (built ??= buildDashboard());
  await vigie.start();
  return vigie;
};

let built: Promise<void> | undefined;

const startProcess = (config: string, env: NodeJS.ProcessEnv): ChildProcess => {
  const child = spawn(
    '/bin/sh',
    ['-c', 'exec "$0" "$@" >> "$LOG" 2>> "$ERRORS"', launcher, 'serve', '--config', config],
    { stdio: 'ignore', env: { ...process.env, ...env } },
  );
  child.once(
    'exit',
    atExit(() => child.kill('SIGKILL')),
  );
  return child;
};

/** Runs `vigie` with these words to its end. */
export const vigieCommand = async (
  ...words: readonly string[]
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> => {
  const child = spawn(launcher, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, output, errors };
};

const answers = async (port: number): Promise<boolean> => {
  try {
    return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
  } catch {
    return false;
  }
};
