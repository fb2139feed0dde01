import { once } from 'node:events';
import { connect } from 'node:net';
import { Hono } from 'hono';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Live } from '../../../server/http/live.ts';
import { allow, seal } from '../../../server/http/policy.ts';
import { listen as listenAt } from '../../../server/http/server.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { seconds, start } from '../../support/watch.ts';

let time: PassingTime;
let live: Live;
let app: Hono;
let said: string;
beforeEach(() => {
  said = '';
  time = new PassingTime(start);
  live = new Live({ timers: time.timers, run: 'r', listenersMax: 50, data: () => said });
  app = seal(
    new Hono().get(
      '/events',
      allow('operator', (c) => live.listen(c)),
    ),
    ['operator'],
  );
});
afterEach(() => live.close());

const listen = async (headers: Record<string, string> = {}) => {
  const response = await app.request('/events', { headers });
  const reader = response.body!.getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  return { response, read, leave: () => reader.cancel() };
};

test('who begins to listen is told to look, and then of every change', async () => {
  const { response, read } = await listen();
  expect(response.headers.get('Content-Type')).toBe('text/event-stream');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  // Or the end of the program would wait for connections on which nobody asks for more.
  expect(response.headers.get('Connection')).toBe('close');
  expect(await read()).toBe('retry: 3000\nid: r.0\nevent: changed\ndata: \n\n');
  said = 'since noon';
  live.changed();
  expect(await read()).toBe('id: r.1\nevent: changed\ndata: since noon\n\n');
});

test.for([
  ['has missed nothing', 'r.0', ': nothing new\n\n'],
  ['has missed something', 'r.7', 'event: changed'],
  ['listened to the run before', 'q.0', 'event: changed'],
] as const)('who comes back and %s is told so', async ([, id, said]) => {
  expect(await (await listen({ 'Last-Event-ID': id })).read()).toContain(said);
});

test('a sign of life comes when nothing else does', async () => {
  const { read } = await listen();
  await read();
  await time.pass(11 * seconds);
  expect(await read()).toBe(': still here\n\n');
});

test('who does not read is let go, and comes back to what is newest', async () => {
  const { read } = await listen();
  for (let i = 0; i < 20; i++) live.changed();
  const said: string[] = [];
  for (let text = await read(); text !== ''; text = await read()) said.push(text);
  expect(said.length).toBeLessThan(20);
  expect((await listen()).response.status).toBe(200);
});

test('no more than fifty listen at once, and one who leaves makes room', async () => {
  const listeners = [];
  for (let i = 0; i < 50; i++) listeners.push(await listen());
  expect((await app.request('/events')).status).toBe(503);
  await listeners[0]!.leave();
  expect((await listen()).response.status).toBe(200);
});

test('those whom a restart has cut off come back one after the other', async () => {
  const waits: (string | undefined)[] = [];
  for (let i = 0; i < 20; i++) waits.push(/^retry: (\d+)/.exec(await (await listen()).read())?.[1]);
  expect(new Set(waits).size).toBe(20);
});

test('who asks for the headers only takes no place', async () => {
  for (let i = 0; i < 60; i++) {
    const { status, body } = await app.request('/events', { method: 'HEAD' });
    expect([status, body]).toEqual([200, null]);
  }
  expect((await listen()).response.status).toBe(200);
});

test('a page of another site may not take the place of somebody', async () => {
  const response = await app.request('/events', { headers: { 'Sec-Fetch-Site': 'cross-site' } });
  expect(response.status).toBe(403);
});

test('over real connections who goes makes room, who stays hears, and the end ends them at once', async () => {
  const listener = await listenAt(app, { address: '127.0.0.1', port: 0 });
  const enter = () => {
    const socket = connect(Number(new URL(listener.url).port), '127.0.0.1').setEncoding('utf8');
    let heard = '';
    socket.on('data', (text: string) => (heard += text));
    socket.write('GET /events HTTP/1.1\r\nHost: vigie\r\n\r\n');
    return { socket, heard: () => heard, closed: once(socket, 'close') };
  };
  const patient = { timeout: 20_000 };
  const all = Array.from({ length: 50 }, enter);
  await vi.waitFor(() => expect(all.every(({ heard }) => heard().includes('id: r.0'))).toBe(true), patient);
  const [first, ...others] = all;
  first!.socket.destroy();
  await vi.waitFor(() => {
    const next = enter();
    return vi.waitFor(() => expect(next.heard()).toContain('200 OK'), { timeout: 500 });
  }, patient);
  live.changed();
  await vi.waitFor(
    () => expect(others.every(({ heard }) => heard().includes('id: r.1'))).toBe(true),
    patient,
  );
  live.close();
  await Promise.all(others.map(({ closed }) => closed));
  await listener.close();
});

test('the end of the program ends what is listened to, and nobody begins', async () => {
  const { read } = await listen();
  live.close();
  await read();
  expect(await read()).toBe('');
  expect((await app.request('/events')).status).toBe(503);
  expect(await time.isOver()).toBe(true);
});
