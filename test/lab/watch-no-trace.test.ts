// Somebody reads everything that there is for the public, asks for what there is not, and comes again and again. Who it was
// is in no file, in no log, in no table and in no metric.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFolder, removeFolder } from '../support/daemon.ts';
import { replyTo, startNameServer } from '../support/name-server.ts';
import type { NameServer } from '../support/name-server.ts';
import { startVigie } from '../support/vigie.ts';
import type { RunningVigie } from '../support/vigie.ts';

const address = '127.66.77.88';
/** Another household of the same provider each time: nobody may ask for sites so often as this test, when it is tried again. */
let household = 10;
const token = 'a-token-of-a-job-1';
/** What a browser and the proxies on the way say of whom they speak for. */
const said = {
  'X-Real-IP': '203.0.113.77',
  Forwarded: 'for="[2001:db8:77::88]";proto=https',
  'User-Agent': 'canary-agent/1.0',
  Referer: 'https://canary-referer.example/',
  Cookie: 'canary=cookie',
  From: 'canary@example.org',
  Authorization: 'Basic Y2FuYXJ5',
  'Accept-Language': 'fr;q=0.9, x-canary',
} as const;

const folder = makeFolder('no-trace');
let resolver: NameServer;
let vigie: RunningVigie;

beforeAll(async () => {
  writeFileSync(join(folder, 'domains.txt'), 'theatre.example\n');
  writeFileSync(join(folder, 'token'), token, { mode: 0o600 });
  resolver = await startNameServer((asked) => {
    const [{ name, type } = { name: '.', type: '' }] = asked.questions ?? [];
    return [replyTo(asked, { answers: type === 'A' ? [{ type: 'A', name, data: '203.0.113.9' }] : [] })];
  });
  vigie = await startVigie(
    folder,
    `resolvers: ['127.0.0.1:${resolver.port}']
self-check: { domains: domains.txt, prefixes: [192.0.2.0/24], name-servers: [ns1.example.org] }
services:
  - id: web
    name: Web
    checks:
      - { id: resolver, type: tcp, host: 127.0.0.1, port: ${resolver.port}, every: 5s }
      - { id: job, type: heartbeat, token: { file: '${join(folder, 'token')}' }, expect: { every: 1d } }`,
  );
});
afterAll(async () => {
  await vigie[Symbol.asyncDispose]();
  await resolver[Symbol.asyncDispose]();
  removeFolder(folder);
});

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

const begin = async (method: string, path: string, body = '', headers = {}): Promise<IncomingMessage> => {
  const asking = request({
    host: '127.0.0.1',
    port: vigie.publicPort,
    localAddress: address,
    method,
    path,
    headers: {
      ...said,
      'X-Forwarded-For': `203.0.113.77, 2001:db8:77:${household}00::88`,
      'Content-Length': Buffer.byteLength(body),
      ...headers,
    },
  });
  asking.end(body);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return answer;
};

const ask = async (...asked: Parameters<typeof begin>): Promise<Answer> => {
  const answer = await begin(...asked);
  return { status: answer.statusCode, body: await text(answer) };
};

/** Sends bytes that are no request, and waits until the other side has had enough. */
const mumble = async (bytes: string): Promise<void> => {
  const socket = connect({ host: '127.0.0.1', port: vigie.publicPort, localAddress: address });
  socket.on('error', () => {}).resume();
  socket.end(bytes, 'latin1');
  await once(socket, 'close');
};

/** Follows every link, from the front page on. */
const readEverything = async (): Promise<ReadonlyMap<string, number | undefined>> => {
  const read = new Map<string, number | undefined>();
  const listed = ['/', '/api/v1', '/api/v1/status', '/api/v2/summary.json', '/fr/services/web', '/healthz'];
  for (const path of [...listed, '/robots.txt', '/feed.atom', '/maintenance.ics', '/badge/web.svg', '/embed'])
    read.set(path, undefined);
  for (const path of read.keys()) {
    const { status, body } = await ask('GET', path);
    read.set(path, status);
    for (const [, link = ''] of body.matchAll(/(?:href|src)="(\/[^"#]*)/g))
      if (!read.has(link)) read.set(link, undefined);
  }
  return read;
};

/** As it is written, and as it is when somebody thinks that a hash or a number says nothing. */
const traces = (): readonly RegExp[] => {
  const bytes = Buffer.from(address.split('.').map(Number));
  const hashes = ['md5', 'sha1', 'sha256'].flatMap((name) => {
    const hash = createHash(name).update(address).digest();
    return [hash.toString('hex'), hash.toString('base64').slice(0, 20), hash.toString('latin1').slice(0, 8)];
  });
  const written = [address, bytes.toString('hex'), bytes.toString('latin1'), String(bytes.readUInt32BE())];
  const others = ['203.0.113.77', '2001:db8:77:', 'canary', 'Y2FuYXJ5'];
  return [...written, ...hashes, ...others].map((trace) => new RegExp(RegExp.escape(trace), 'i'));
};

const kept = (): readonly (readonly [name: string, text: string])[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => [name, readFileSync(join(folder, name), 'latin1')]);

/** Rows, as opposed to pages of a file: text that is kept in pieces is whole there. */
const rows = (): readonly (readonly [name: string, text: string])[] => {
  using database = new DatabaseSync(vigie.database, { readOnly: true });
  return database
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map(({ name }) => [
      `table ${String(name)}`,
      JSON.stringify(database.prepare(`SELECT * FROM "${String(name)}"`).all()),
    ]);
};

const expectNoTrace = (all: readonly (readonly [name: string, text: string])[]): void => {
  const found = all.flatMap(([name, text]) =>
    traces().flatMap((trace) => (trace.test(text) ? [`${trace.source} in ${name}`] : [])),
  );
  expect(found).toEqual([]);
};

test('nobody who has read the page, asked, been refused or made noise is known', async () => {
  household += 1;
  const listening = await begin('GET', '/live?who=canary', '', { 'Last-Event-ID': 'canary' });
  const read = await readEverything();
  expect(read.size).toBeGreaterThan(30);
  for (const [path, status] of read) expect([path, status]).toEqual([path, 200]);

  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const statuses = async (...asked: readonly (readonly [string, string, string?, object?])[]) => {
    const answers: (number | undefined)[] = [];
    for (const one of asked) answers.push((await ask(...one)).status);
    return answers;
  };
  expect(
    await statuses(
      ['POST', '/fr/site', 'domain=theatre.example', form],
      ['POST', '/fr/site', `domain=${'x'.repeat(3_000)}`, form],
      ['POST', '/fr/site', 'domain=theatre.example', { ...form, 'Sec-Fetch-Site': 'cross-site' }],
      ['POST', `/heartbeat/${token}`],
      ['GET', `/heartbeat/${token}/fail`],
      ['GET', '/heartbeat/canary-token-canary'],
      ['GET', '/canary?who=canary'],
      ['GET', '/fr?who=canary'],
      ['GET', '/metrics'],
      ['DELETE', '/fr'],
      ['GET', `/${'canary'.repeat(400)}`],
      ['OPTIONS', '/'],
    ),
  ).toEqual([200, 413, 403, 200, 200, 404, 404, 200, 404, 404, 414, 204]);
  await mumble('canary\r\n\r\n');
  await mumble(`GET / HTTP/1.1\r\nHost: canary\r\nX: ${'canary'.repeat(2_000)}\r\n\r\n`);
  await mumble('GET /%canary HTTP/1.1\r\nHost: can ary\r\n\r\n');
  const flood = await Promise.all(
    Array.from({ length: 100 }, (_, at) =>
      ask(at % 2 === 0 ? 'GET' : 'POST', '/fr/site', 'domain=a.example', form),
    ),
  );
  expect(new Set(flood.map(({ status }) => status))).toEqual(new Set([200, 429]));

  // What was heard is written by now.
  await expect.poll(() => JSON.stringify(rows()), { timeout: 20_000 }).toMatch(/heartbeat|job/);
  const scraped = await vigie.metrics();
  expect(scraped).toContain('vigie_');
  const whileItRuns = kept();
  expect(whileItRuns.map(([name]) => name)).toEqual(
    expect.arrayContaining(['log.ndjson', 'errors.txt', 'data/vigie.db', 'data/vigie.db-wal']),
  );
  expectNoTrace([
    ...whileItRuns,
    ...rows(),
    ['metrics', scraped],
    ['status', JSON.stringify(await vigie.status())],
  ]);
  listening.destroy();
});

test('nor when Vigie has written all it had to, and ended', async () => {
  await vigie.end();
  expectNoTrace([...kept(), ...rows()]);
});
