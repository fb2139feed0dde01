// Maintenance that somebody announces on the command line, lived through by Vigie itself.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceOf, startTarget } from '../support/target.ts';
import type { Target } from '../support/target.ts';
import { launcher, startVigie } from '../support/vigie.ts';
import type { RunningVigie } from '../support/vigie.ts';

const patience = { timeout: 30_000, interval: 100 };
const folder = mkdtempSync(join(tmpdir(), 'vigie-maintenance-'));

let site: Target;
let vigie: RunningVigie;
let token: string;

const command = async (...words: readonly string[]): Promise<string> => {
  const env = { ...process.env, VIGIE_URL: `http://127.0.0.1:${vigie.privatePort}`, VIGIE_TOKEN: token };
  return (await promisify(execFile)(launcher, words, { env })).stdout;
};
const siteNow = async () => (await vigie.status()).services.find(({ id }) => id === 'site');
const untilSiteIs = (state: string) =>
  vi.waitFor(async () => expect(await siteNow()).toMatchObject({ state }), patience);
const isPlanned = () => vigie.metric('vigie_service_in_maintenance', { service: 'site' });

beforeAll(async () => {
  site = await startTarget();
  const policy = 'defaults: { every: 2s, timeout: 1s, confirm: { over: 2s, recheck: 1s } }';
  vigie = await startVigie(folder, `${policy}\nservices:\n${serviceOf('site', site)}`);
  token = (await command('token', 'ada', '--config', vigie.config)).trim();
  await untilSiteIs('up');
});
afterAll(async () => {
  await vigie.end();
  await site.leave();
  rmSync(folder, { recursive: true });
});

test('a window is made, outlives a crash, holds what goes down in it, and ends', async () => {
  const added = await command('maintenance', 'add', '--fr', 'Travaux', '--service', 'site', '--to', '2h');
  expect(added).toMatch(/^by-hand@\S+ · Travaux · site · .* to /);
  const [id = ''] = added.split(' ');
  await untilSiteIs('maintenance');
  await vigie.end('SIGKILL');
  await vigie.start();
  expect(await command('maintenance', 'list')).toBe(added);
  await site.leave();
  await vi.waitFor(
    async () => expect(await vigie.metric('vigie_check_state', { check: 'site', state: 'down' })).toBe(1),
    patience,
  );
  expect([await siteNow(), await isPlanned()]).toMatchObject([{ state: 'maintenance' }, 1]);
  expect((await vigie.status()).outages).toEqual([]);
  expect(await vigie.page()).toContain('maintenance en cours');
  const board = await fetch(`http://127.0.0.1:${vigie.privatePort}/alerts`);
  expect(await board.text()).toMatch(/En maintenance[^]*<code>[^<]*site[^]*Travaux/);
  expect(await command('alerts')).toMatch(new RegExp(`^maintenance ${id} · until .* · site: Travaux$`, 'm'));
  const beforeEnd = Date.now();
  await command('maintenance', 'end', id);
  await untilSiteIs('down');
  expect((await siteNow())?.since).toBeGreaterThanOrEqual(beforeEnd);
  await vi.waitFor(async () => expect(await isPlanned()).toBe(0), patience);
  // Taken back, it has been down since it went down.
  await command('maintenance', 'cancel', id);
  await vi.waitFor(async () => expect((await siteNow())?.since).toBeLessThan(beforeEnd), patience);
  expect(await command('maintenance', 'list', '--all')).toBe('');
}, 240_000);
