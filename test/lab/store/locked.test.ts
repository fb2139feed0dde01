import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nothingRemembered } from '../../../server/core/remember.ts';
import { openStore } from '../../../server/store/client.ts';
import { noEffects, result, series4 } from '../../support/effects.ts';
import { temporaryFolder } from '../../support/folder.ts';

const always = { from: 0, to: 1_000, limit: 1_000 };
const one = { ...noEffects, results: [result(1)] };
const hold = `
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(process.argv[1]);
  database.exec('BEGIN IMMEDIATE');
  console.log('held');
  process.stdin.on('end', () => process.exit()).resume();
`;

test('is busy while another program holds the database, still reads, and goes on after that', async () => {
  const path = join(temporaryFolder(), 'vigie.db');
  const store = await openStore({ path });
  onTestFinished(() => store.close());
  const holder = spawn(process.execPath, ['-e', hold, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  await expect(store.commit(one)).rejects.toMatchObject({ code: 'store.busy' });
  expect(await store.results(series4, always)).toEqual([]);
  expect(await store.remember(0)).toEqual(nothingRemembered);
  holder.stdin.end();
  await once(holder, 'exit');
  await store.commit(one);
  expect(await store.results(series4, always)).toEqual([result(1)]);
});
