// The demonstration's world, in a process of its own: real servers on loopback that follow the story, and the folder from
// which Vigie watches them. Ends with the process that started it, however that ends, and leaves nothing.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configurationText } from './configuration.ts';
import { startDatabase } from './database.ts';
import { startNetwork } from './network.ts';
import type { When } from './network.ts';
import { sites } from './sites.ts';
import { happens } from './story.ts';
import type { Telling } from './story.ts';

/** How the world is wanted: the one argument of its process, as JSON. */
export interface Order {
  /** Where Vigie shall listen, as an operator writes it. */
  readonly listen: { readonly public?: string; readonly private?: string };
}

/** What Vigie is told when all servers answer. */
export interface World {
  readonly configPath: string;
}

/** What the world is told once Vigie watches it. */
export interface Beginning {
  readonly telling: Telling;
  /** Where heartbeats are heard. */
  readonly page: string;
}

const beatEveryMs = 5_000;
const hourMs = 3_600_000;

const main = async ({ listen }: Order): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-demonstration-'));
  const end = () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  };
  // Ctrl-C reaches all processes of a terminal, but this one is still watched while the other ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
  process.on('disconnect', end);
  if (!process.connected) end();

  let telling: Telling | undefined;
  const when: When = (trouble) => () => telling !== undefined && happens(trouble, telling, Date.now());
  const { ports, ca } = await startNetwork(when);
  const database = await startDatabase(when('commits-slow'));
  const token = randomUUID();
  const configPath = join(folder, 'vigie.yaml');
  const places = { ...ports, ...announced(Date.now()), database, folder, listen: JSON.stringify(listen) };
  writeFileSync(join(folder, 'ca.pem'), ca);
  writeFileSync(join(folder, 'token'), token);
  writeFileSync(join(folder, 'hosted.txt'), Object.keys(sites).join('\n'));
  writeFileSync(configPath, configurationText(places));
  process.on('message', (beginning: Beginning) => {
    telling = beginning.telling;
    beat(`${beginning.page}/heartbeat/${token}`, when);
  });
  process.send?.({ configPath } satisfies World);
};

/** Work of two hours, on the day after tomorrow. */
const announced = (now: number) => {
  const instant = (ms: number): string => new Date(now + ms).toISOString().slice(0, 16).concat('Z');
  return { worksFrom: instant(48 * hourMs), worksTo: instant(50 * hourMs) };
};

/** The job that makes backups tells how it went, again and again. */
const beat = (url: string, when: When): void => {
  const fails = when('backup-fails');
  const tell = async () => {
    // Vigie may be gone a moment before us.
    await fetch(`${url}/${fails() ? 'fail' : 'done'}`, { method: 'POST' }).catch(() => {});
    setTimeout(() => void tell(), beatEveryMs);
  };
  void tell();
};

await main(JSON.parse(process.argv[2] ?? '') as Order);
