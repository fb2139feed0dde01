// The copies of the database of a real Vigie that goes on writing, and what is damaged in it.
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../server/store/database.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import { noEffects, result } from '../../support/effects.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { historyOf } from '../../support/history.ts';
import { startVigie, vigieCommand } from '../../support/vigie.ts';

const hourMs = 3_600_000;
const patience = { timeout: 30_000, interval: 100 };
const series = { check: 'door', vantage: 'local', family: 4 } as const;
const past = 12;

/** A Vigie with twelve hours of sealed results behind it, that asks a door every two seconds. */
const watching = async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'data'));
  const firstAt = (Math.floor(Date.now() / hourMs) - past - 3) * hourMs;
  const store = createSqliteStore(openDatabase(join(folder, 'data', 'vigie.db')));
  const results = Array.from({ length: past }, (_, hour) => result(firstAt + hour * hourMs, { series }));
  store.commit({ ...noEffects, results });
  while (store.condense(firstAt + (past + 2) * hourMs));
  store.close();
  const checks = `[{ id: door, type: tcp, host: 127.0.0.1, port: ${port}, every: 2s, timeout: 1s }]`;
  const vigie = await startVigie(folder, `services: [{ id: web, name: Web, checks: ${checks} }]`);
  onTestFinished(() => vigie.end('SIGKILL'));
  const kept = () => historyOf(vigie.database).results('door').length;
  return { folder, vigie, firstAt, kept };
};

test(
  'a copy of a Vigie that goes on is sound, and takes its place with all it had',
  { timeout: 120_000 },
  async () => {
    const { folder, vigie, kept } = await watching();
    await expect.poll(kept, patience).toBeGreaterThan(past);
    const copy = join(folder, 'copy.db');
    const made = await vigieCommand('backup', copy, '--config', vigie.config);
    expect([made.code, made.output.match(/: sound$/gm)?.length]).toEqual([0, 5]);
    const copied = historyOf(copy).results('door').length;
    expect(copied).toBeGreaterThan(past);
    await expect.poll(kept, patience).toBeGreaterThan(copied);
    const refused = await vigieCommand('restore', copy, '--config', vigie.config);
    expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining('vigie restore:')]);
    await vigie.end('SIGKILL');
    expect((await vigieCommand('restore', copy, '--config', vigie.config)).code).toBe(0);
    expect([kept(), existsSync(`${vigie.database}.before`)]).toEqual([copied, true]);
    await vigie.start();
    await expect.poll(kept, patience).toBeGreaterThan(copied);
  },
);

test(
  'a flipped bit in a sealed hour is found and told, and costs that hour alone',
  { timeout: 120_000 },
  async () => {
    const { folder, vigie, firstAt, kept } = await watching();
    await expect.poll(kept, patience).toBeGreaterThan(past);
    await vigie.end();
    const damaged = firstAt + 4 * hourMs;
    flipBit(vigie.database, damaged);
    const looked = await vigieCommand('fsck', '--config', vigie.config);
    const sentence = `the results of the hour from ${new Date(damaged).toISOString()} of series 1 are damaged`;
    expect([looked.code, looked.output]).toEqual([1, expect.stringContaining(sentence)]);
    const copy = join(folder, 'copy.db');
    expect(await vigieCommand('backup', copy, '--config', vigie.config)).toMatchObject({ code: 1 });
    expect(existsSync(copy)).toBe(false);
    await vigie.start();
    const asked = `from=${new Date(firstAt).toISOString()}&to=${new Date(firstAt + past * hourMs).toISOString()}`;
    const ask = async <Answer>(what: string): Promise<Answer> => {
      const url = `http://127.0.0.1:${vigie.privatePort}/api/v1/checks/door/${what}?${asked}`;
      return (await (await fetch(url)).json()) as Answer;
    };
    const read = await ask<readonly { readonly at: number }[]>('results');
    const hours = Array.from({ length: past }, (_, hour) => firstAt + hour * hourMs);
    expect(read.map(({ at }) => at)).toEqual(hours.filter((at) => at !== damaged));
    const { series } = await ask<{ series: readonly { readonly all: { readonly good: number } }[] }>(
      'latency',
    );
    expect(series[0]!.all.good).toBe(past);
    expect(vigie.log().filter(({ event }) => event === 'history.damaged')).toHaveLength(1);
  },
);

const flipBit = (path: string, hourAt: number): void => {
  const database = new DatabaseSync(path);
  const { block } = database.prepare('SELECT block FROM sealed WHERE hour_at = ?').get(hourAt)!;
  const bytes = Uint8Array.from(block as Uint8Array);
  bytes[bytes.length - 6]! ^= 4;
  database.prepare('UPDATE sealed SET block = ? WHERE hour_at = ?').run(bytes, hourAt);
  database.close();
};
