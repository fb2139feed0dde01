import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openStore } from '../../../server/store/client.ts';
import { db1, series4 } from '../../support/effects.ts';
import { temporaryFolder } from '../../support/folder.ts';

const committer = fileURLToPath(new URL('committer.ts', import.meta.url));
const lives = 15;
const always = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1_000_000 };

/** Runs the program until it has committed something, and then for `ms` more; answers what it said last. */
const liveFor = async (path: string, first: number, ms: number): Promise<number> => {
  const child = spawn(process.execPath, [committer, path, String(first)], {
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

test(`loses nothing that it acknowledged when it is killed, ${lives} times over`, async () => {
  const path = join(temporaryFolder(), 'vigie.db');
  let next = 0;
  for (let life = 0; life < lives; life++) {
    // Not a random time: primes spread the kills over the work, and every run is the same.
    const said = await liveFor(path, next, (life * 37) % 101);
    const store = await openStore({ path });
    const results = await store.results(series4, always);
    const kept = results.length / 2;
    expect(kept).toBeGreaterThan(said);
    // At most the one under way was kept unsaid.
    expect(kept).toBeLessThanOrEqual(said + 2);
    expect(results.map(({ at }) => at)).toEqual(
      Array.from({ length: kept }, (_, n) => [10 * n, 10 * n + 1]).flat(),
    );
    expect(await store.spans(db1, 0, Number.MAX_SAFE_INTEGER)).toHaveLength(kept);
    expect(await store.untold(1_000_000)).toHaveLength(kept);
    await store.close();
    next = kept;
  }
  expect(next).toBeGreaterThan(lives);
});
