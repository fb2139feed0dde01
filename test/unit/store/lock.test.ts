// Who has the folder of the data.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { StoreError } from '../../../server/app/ports.ts';
import { lockFolder } from '../../../server/store/lock.ts';

const root = mkdtempSync(join(tmpdir(), 'vigie-lock-'));
afterAll(() => rmSync(root, { recursive: true }));
const newFolder = () => mkdtempSync(join(root, 'data-'));

const refused = (folder: string) =>
  new StoreError('store.busy', `${folder}: Another Vigie watches with this data.`);

test('a folder is for one, and then for the next', () => {
  const folder = newFolder();
  const release = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(refused(folder));
  const releaseOther = lockFolder(newFolder());
  release();
  lockFolder(folder)();
  releaseOther();
});

test('another process keeps it until it is killed', async () => {
  const folder = newFolder();
  const module = new URL('../../../server/store/lock.ts', import.meta.url).href;
  const script = `
    import { lockFolder } from '${module}';
    // What nobody holds is collected, and the lock with it.
    globalThis.release = lockFolder(${JSON.stringify(folder)});
    console.log('held');
    setInterval(() => {}, 1_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  expect(() => lockFolder(folder)).toThrow(refused(folder));
  child.kill('SIGKILL');
  await exited;
  lockFolder(folder)();
});

test('a folder that is not there cannot be had', () => {
  expect(() => lockFolder(join(root, 'nowhere'))).toThrow(/nowhere: Its folder does not exist/);
});
