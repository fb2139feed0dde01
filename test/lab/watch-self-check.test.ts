// A whole Vigie that is asked for sites: the list of the hosting panel holds as soon as it changes, and of who asked for what
// there is no trace.
import { readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readingOf } from '../support/asking.ts';
import { makeFolder, removeFolder } from '../support/daemon.ts';
import { replyTo, startNameServer } from '../support/name-server.ts';
import type { NameServer } from '../support/name-server.ts';
import { startVigie } from '../support/vigie.ts';
import type { RunningVigie } from '../support/vigie.ts';

const folder = makeFolder('self-check');
const list = join(folder, 'domains.txt');
const patience = { timeout: 20_000 };
let resolver: NameServer;
let vigie: RunningVigie;

const publish = (...lines: readonly string[]) => {
  writeFileSync(`${list}.new`, `${lines.join('\n')}\n`);
  renameSync(`${list}.new`, list);
};

beforeAll(async () => {
  publish('canary-theatre.example');
  // Everything is at an address that is not ours.
  resolver = await startNameServer((asked) => {
    const [{ name, type } = { name: '.', type: '' }] = asked.questions ?? [];
    return [replyTo(asked, { answers: type === 'A' ? [{ type: 'A', name, data: '203.0.113.9' }] : [] })];
  });
  vigie = await startVigie(
    folder,
    [
      `resolvers: ['127.0.0.1:${resolver.port}']`,
      'self-check: { domains: domains.txt, prefixes: [192.0.2.0/24], name-servers: [ns1.example.org] }',
      `services: [{ id: web, name: Web, checks: [{ type: tcp, host: 127.0.0.1, port: ${resolver.port}, every: 5s }] }]`,
    ].join('\n'),
  );
});
afterAll(async () => {
  await vigie[Symbol.asyncDispose]();
  await resolver[Symbol.asyncDispose]();
  removeFolder(folder);
});

let askers = 0;

/** Each time as somebody else, for nobody may ask so often. */
const ask = async (domain: string): Promise<string> => {
  askers += 1;
  const response = await fetch(`http://127.0.0.1:${vigie.publicPort}/fr/site`, {
    method: 'POST',
    headers: { 'X-Forwarded-For': `198.51.100.${askers % 250}`, 'User-Agent': 'canary-agent' },
    body: new URLSearchParams({ domain }),
  });
  return readingOf(await response.text());
};

test('the list holds as soon as it changes, and stays as it was while it cannot be read', async () => {
  publish('canary-theatre.example');
  await expect
    .poll(() => ask('www.canary-theatre.example'), patience)
    .toContain('C’est à régler de votre côté.');
  expect(await ask('canary-cinema.example')).toContain('pas parmi ceux que nous hébergeons');
  publish('canary-cinema.example');
  await expect.poll(() => ask('canary-cinema.example'), patience).toContain('C’est à régler de votre côté.');
  expect(await ask('canary-theatre.example')).toContain('pas parmi ceux que nous hébergeons');
  publish('canary-theatre.example', '<!doctype html>');
  const events = () => vigie.log().map(({ event }) => event);
  await expect.poll(events, patience).toContain('config.refused');
  expect(JSON.stringify(vigie.log())).toContain('line 2 of');
  expect(await ask('canary-cinema.example')).toContain('C’est à régler de votre côté.');
});

test('nothing that was asked, and nobody who asked, is in a file, in the log, in a metric or in the API', async () => {
  await ask('canary-cinema.example');
  const said = [await vigie.metrics(), await vigie.page(), JSON.stringify(await vigie.status())];
  await vigie.end();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && !path.startsWith(list) && path !== vigie.config);
  expect(files.map((path) => path.slice(folder.length + 1))).toEqual(
    expect.arrayContaining(['log.ndjson', 'data/vigie.db']),
  );
  for (const text of [...said, ...files.map((path) => readFileSync(path, 'latin1'))])
    expect(text).not.toMatch(/canary|198\.51\.100\./);
});
