// Vigie itself, as an operator starts it, on a configuration and ports of its own.
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { start } from './process.ts';

export interface StartedVigie {
  readonly child: ChildProcess;
  readonly database: string;
  readonly publicPort: number;
  /** Starts it again on what it left behind. */
  readonly restart: () => Promise<ChildProcess>;
}

const main = join(import.meta.dirname, '../../server/main.ts');

export const startVigie = async (folder: string, services: string): Promise<StartedVigie> => {
  mkdirSync(folder);
  const [publicPort, privatePort] = await freePorts();
  const config = join(folder, 'vigie.yaml');
  const head = [
    'organisation: { name: Bench, timezone: Europe/Paris, languages: [fr, en] }',
    `listen: { public: '127.0.0.1:${publicPort}', private: '127.0.0.1:${privatePort}' }`,
    `data: ${join(folder, 'data')}`,
  ];
  writeFileSync(config, `${head.join('\n')}\n${services}`);
  const restart = async (): Promise<ChildProcess> => {
    const child = start(main, ['serve', '--config', config], 'quiet');
    while (!(await answers(publicPort))) {
      if (child.exitCode !== null) throw new Error(`Vigie ended with ${child.exitCode}`);
      await sleep(50);
    }
    return child;
  };
  return { child: await restart(), database: join(folder, 'data', 'vigie.db'), publicPort, restart };
};

const answers = async (port: number): Promise<boolean> => {
  try {
    return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
  } catch {
    return false;
  }
};

const freePorts = async (): Promise<[number, number]> => {
  const servers = [createServer(), createServer()];
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))),
  );
  const [a = 0, b = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return [a, b];
};
