import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { disk, reasonOf } from '../../../config/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'vigie-files-'));
const path = (name: string): string => resolve(folder, name);
writeFileSync(path('short'), 'é'.repeat(5));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file is read up to its limit in bytes', () => {
  expect(disk.readText(path('short'), 10)).toBe('ééééé');
});

test.for([
  ['short', 9, 'EFBIG'],
  ['none', 10, 'ENOENT'],
  ['.', 10, 'ENOTFILE'],
  // A device may be endless, and to open a pipe may take for ever.
  ['/dev/zero', 10, 'ENOTFILE'],
] as const)('%s is not read up to %i bytes: %s', ([name, bytesMax, reason]) => {
  let caught: unknown;
  try {
    disk.readText(path(name), bytesMax);
  } catch (error) {
    caught = error;
  }
  expect(reasonOf(caught)).toBe(reason);
});

test('a file that is endless is left at its limit', () => {
  // Its size is said to be 0.
  expect(() => disk.readText('/proc/self/status', 100)).toThrow('EFBIG');
});

test('a folder lists its names, and nothing else does', () => {
  expect([...(disk.readDir(folder) ?? [])].toSorted()).toEqual(['short']);
  expect(disk.readDir(path('short'))).toBeUndefined();
  expect(disk.readDir(path('none'))).toBeUndefined();
});

test('a bug is not taken for the reason of a disk', () => {
  expect(() => reasonOf(new TypeError('a bug'))).toThrow('a bug');
});
