import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { main } from '../../../server/cli/commands.ts';
import { lockFolder } from '../../../server/store/lock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { historyOf } from '../../support/history.ts';
import { hours, minutes } from '../../support/watch.ts';

const configuration = `
organisation: { name: Essai, timezone: Europe/Paris }
data: data
services:
  - id: web
    name: Web
    checks:
      - { id: site, type: tcp, host: 192.0.2.80, port: 80 }
      - { id: both, type: tcp, host: example.org, port: 80, families: [4, 6] }
`;
const hour = Math.floor(Date.now() / hours) * hours;
/** Minutes after the beginning of an hour of the day before yesterday. */
const at = (minute: number): string => new Date(hour - 48 * hours + minute * minutes).toISOString();

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'vigie.yaml'), configuration);
});

const importing = async (content: string, ...words: readonly string[]) => {
  const said = { code: 0, output: '', errors: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.output += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.errors += String(text)), true));
  const table = join(folder, 'table.csv');
  writeFileSync(table, content);
  said.code = await main(['import-history', table, '--config', join(folder, 'vigie.yaml'), ...words]);
  vi.restoreAllMocks();
  return { ...said, errors: said.errors.replaceAll(`${table}:`, '').replaceAll(/\d+ % read\n/g, '') };
};
const results = () => historyOf(join(folder, 'data/vigie.db')).results('site');

test('a plain table becomes results, graded by what its check calls slow', async () => {
  const seconds = Date.parse(at(1)) / 1_000;
  const said = await importing(`check,latency_ms,time
site,12.5,${at(0)}
site,1500,${seconds}
site,,${seconds * 1_000 + 60_000}
`);
  expect(said).toEqual({ code: 0, output: 'results added: 3\n', errors: '' });
  expect(results().map(({ grade, totalUs, cause }) => [grade, totalUs, cause])).toEqual([
    ['good', 12_500, undefined],
    ['poor', 1_500_000, 'slow'],
    ['bad', 0, 'bad_answer'],
  ]);
});

test('another system says itself what was down, and why', async () => {
  const table = `time,check,outcome,latency_ms,evidence\n${at(0)},site,Down,80,"503, and ""no"" page"\n`;
  await importing(table);
  expect(results()).toMatchObject([{ grade: 'bad', totalUs: 80_000, evidence: '503, and "no" page' }]);
});

test('every bad line is named, and then nothing is kept', async () => {
  const said = await importing(`time,check,outcome,latency_ms
${at(0)},site,up,12
${at(1)},sites,up,12
yesterday,site,perhaps,-1
${at(2)},site,up,
${at(3)},site
2999-01-01T00:00:00Z,site,up,1
`);
  expect(said.code).toBe(1);
  expect(said.errors.split('\n')).toEqual([
    'vigie import-history: nothing was added',
    `3:26 check: found "sites", expected "site"`,
    `4:1 time: found "yesterday", expected an instant that has passed, such as 2026-11-22T09:00:00Z, or seconds or milliseconds since 1970`,
    `4:16 outcome: found "perhaps", expected up, down or nothing`,
    `4:24 latency_ms: found "-1", expected milliseconds, at most those of a day, or nothing`,
    `5:34 latency_ms: found "", expected milliseconds, for it is up`,
    `6:1: found 2 cells, expected 4`,
    `7:1 time: found "2999-01-01T00:00:00Z", expected an instant that has passed, such as 2026-11-22T09:00:00Z, or seconds or milliseconds since 1970`,
    '',
  ]);
  expect(results()).toEqual([]);
});

test.for([
  ['', 'There is nothing in it.'],
  ['time,chek,latency_ms\n', '1:6 the first line: found "chek", expected "check"'],
  ['time,latency_ms\n', '1:1 the first line: found no such column, expected check'],
  ['check,at\n', '1:1 the first line: found no such column, expected total_us'],
  ['time,check,check,latency_ms\n', '1:12 the first line: found "check", expected "check"'],
])('a first line that does not name the columns is refused: %j', async ([first, words]) => {
  expect(await importing(first!)).toMatchObject({
    code: 1,
    errors: expect.stringContaining(words!) as string,
  });
});

test('a thousand bad lines are counted, and a hundred of them told', async () => {
  const { errors } = await importing(`time,check,latency_ms\n${'never,site,1\n'.repeat(1_000)}`);
  expect(errors.split('\n')).toHaveLength(103);
  expect(errors).toContain('\nand 900 more\n');
});

test('a check with several series asks which one is meant', async () => {
  const { errors } = await importing(`time,check,latency_ms\n${at(0)},both,1\n`);
  expect(errors).toContain(
    'expected columns that say vantage local and family 4, or vantage local and family 6',
  );
  const table = `time,check,family,latency_ms\n${at(0)},both,6,1\n${at(0)},both,5,1\n`;
  expect((await importing(table)).errors).toContain('3:31 family: found "5"');
});

test('what is there is left out, what would come between is refused', async () => {
  const table = (...minutes: readonly number[]) =>
    `time,check,latency_ms\n${minutes.map((minute) => `${at(minute)},site,1\n`).join('')}`;
  expect((await importing(table(5, 10, 10))).output).toBe('results added: 2; there already: 1\n');
  expect((await importing(table(1, 5, 10))).output).toBe('results added: 1; there already: 2\n');
  const { errors } = await importing(table(0, 7));
  expect(errors).toContain(
    `3:1 its time: found ${at(7)}, expected one before ${at(1)}: from then on there is history of site/local/4`,
  );
  expect((await importing(table(0, -1))).errors).toContain(`expected not before ${at(0)}`);
  expect(results()).toHaveLength(3);
});

test('a trial says what would be added, and adds nothing', async () => {
  const table = `time,check,latency_ms\n${at(0)},site,1\n`;
  expect(await importing(table, '--dry-run')).toMatchObject({ output: 'results that would be added: 1\n' });
  expect(results()).toEqual([]);
  expect(await importing(table)).toMatchObject({ output: 'results added: 1\n' });
});

test('of what is older than results are kept, it stays what it adds up to', async () => {
  const old = (minute: number) => new Date(hour - 400 * 24 * hours + minute * minutes).toISOString();
  await importing(`time,check,latency_ms\n${old(0)},site,1\n${old(1)},site,3\n${at(0)},site,5\n`);
  expect(results().map(({ totalUs }) => totalUs)).toEqual([5_000]);
  // What can no longer be seen one by one is not added twice.
  expect((await importing(`time,check,latency_ms\n${old(1)},site,3\n`)).errors).toContain('there is history');
});

test('nothing is added while Vigie watches', async () => {
  const release = lockFolder(join(folder, 'data'));
  const said = await importing(`time,check,latency_ms\n${at(0)},site,1\n`);
  release();
  expect(said).toMatchObject({
    code: 1,
    errors: `vigie import-history: ${join(folder, 'data')}: Another Vigie watches with this data.\n`,
  });
});
