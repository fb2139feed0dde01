// Killed between what was decided and its delivery: every message arrives, and no more than the one under way does so twice.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../server/store/client.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startReceiver } from '../../support/receiver.ts';

const teller = fileURLToPath(new URL('teller.ts', import.meta.url));
const lives = 25;
/** Side by side, each with a database and a receiver of its own. */
const tellers = 4;
/** So long the receiver takes for each message: most of the time one is under way. */
const answerMs = 12;

/** Runs the program until it has kept something, and then for `ms` more; answers what it said last. */
const liveFor = async (path: string, url: string, first: number, ms: number): Promise<number> => {
  const child = spawn(process.execPath, [teller, path, url, `${first}`, '1000000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = first - 1;
  const lines = createInterface({ input: child.stdout }).on('line', (line) => (said = Number(line)));
  await once(lines, 'line');
  await sleep(ms);
  child.kill('SIGKILL');
  await once(lines, 'close');
  return said;
};

const liveAndDie = async (start: number): Promise<void> => {
  const path = join(temporaryFolder(), 'vigie.db');
  const { url, received } = await startReceiver((response) => setTimeout(() => response.end(), answerMs));
  const keys = () => received.map(({ headers }) => String(headers['idempotency-key']));
  let next = 0;
  for (let life = 0; life < lives; life++) {
    const before = keys();
    // Not a random time: primes spread the kills over the work, and every run is the same.
    const said = await liveFor(path, url, next, ((start + life) * 37) % 101);
    const again = keys().slice(before.length);
    expect(again.filter((key) => before.includes(key)).length).toBeLessThanOrEqual(1);
    // At most the one under way was kept unsaid.
    next = said + 2;
  }
  const store = await openStore({ path });
  const kept = (await store.letters({ from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1_000_000 })).length;
  await store.close();
  // Once more, with nothing to decide.
  const child = spawn(process.execPath, [teller, path, url], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await expect.poll(() => new Set(keys()).size, { timeout: 120_000 }).toBe(kept);
  expect(kept).toBeGreaterThan(lives);
  expect(keys().length - kept).toBeLessThanOrEqual(lives);
  const numbers = [...new Set(keys())].map(Number);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
};

test(
  `every message arrives, in order, though its program is killed ${lives * tellers} times`,
  { timeout: 600_000 },
  async () => {
    await Promise.all(Array.from({ length: tellers }, (_, index) => liveAndDie(index * lives)));
  },
);
