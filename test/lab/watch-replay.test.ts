// What a Vigie that was killed time and again has told of its checks is what comes of its results when they are judged once more.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { historyOf } from '../support/history.ts';
import { serviceOf, startTarget } from '../support/target.ts';
import { startVigie, vigieCommand } from '../support/vigie.ts';

const names = ['down', 'slow', 'blipping', 'calm'] as const;
/** Between one death and the next: longer than it takes to confirm, and shorter. */
const livesMs = [500, 1_500, 4_000, 2_500, 7_000, 3_000];
/** How long it is dead: less than an interval, and more than a check may go without a result. */
const deathsMs = [0, 14_000, 500, 3_000, 200, 1_000];

test(
  'judged once more, lives that ended by SIGKILL have had the same outages',
  { timeout: 240_000 },
  async () => {
    const targets = new Map(
      await Promise.all(names.map(async (name) => [name, await startTarget()] as const)),
    );
    const target = (name: (typeof names)[number]) => targets.get(name)!;
    const configuration = [
      'defaults: { every: 1s, timeout: 900ms, confirm: { over: 2s, recheck: 1s, slow: 3, of: 5 }, recover: { over: 1s, calm: 3s } }',
      'services:',
      ...names.map((name) => serviceOf(name, target(name), ', slow: { total: 400ms }')),
    ].join('\n');
    await using vigie = await startVigie(temporaryFolder(), configuration);
    const history = historyOf(vigie.database);
    const states = async () =>
      Object.fromEntries((await vigie.status()).services.map(({ id, state }) => [id, state]));
    const patience = { timeout: 60_000 };
    await expect.poll(states, patience).toEqual(Object.fromEntries(names.map((name) => [name, 'up'])));
    const over = new AbortController();
    const blipping = (async () => {
      while (!over.signal.aborted) {
        await target('blipping').leave();
        await sleep(1_700);
        await target('blipping').comeBack();
        await sleep(2_300);
      }
    })();
    for (const [life, ms] of livesMs.entries()) {
      if (life % 2 === 0) await target('down').leave();
      else await target('down').comeBack();
      target('slow').be(life % 3 === 0 ? 'slow' : 'well');
      // In the first life both are told, however slow this machine is.
      if (life === 0) await expect.poll(states, patience).toMatchObject({ down: 'down', slow: 'degraded' });
      await sleep(ms);
      await vigie.end('SIGKILL');
      await sleep(deathsMs[life]);
      await vigie.start();
    }
    over.abort();
    await blipping;
    await sleep(6_000);
    await vigie.end('SIGKILL');

    expect(history.outages('check', 'down').length).toBeGreaterThan(0);
    expect(history.outages('check', 'slow').length).toBeGreaterThan(0);
    for (const name of names) {
      const { code, output, errors } = await vigieCommand('replay', name, '--config', vigie.config);
      expect([code, errors], output).toEqual([0, '']);
      const told = history.outages('check', name).length;
      expect(output.match(/^= /gm)?.length ?? 0, output).toBe(told);
    }
  },
);
