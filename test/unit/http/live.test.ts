import { Hono } from 'hono';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Live } from '../../../server/http/live.ts';
import { allow, seal } from '../../../server/http/policy.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { seconds, start } from '../../support/watch.ts';

let time: PassingTime;
let live: Live;
let app: Hono;
beforeEach(() => {
  time = new PassingTime(start);
  live = new Live({ timers: time.timers, run: 'r' });
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
  expect(await read()).toBe('retry: 3000\nid: r.0\nevent: changed\ndata:\n\n');
  live.changed();
  expect(await read()).toContain('id: r.1\nevent: changed\n');
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

test('a page of another site may not take the place of somebody', async () => {
  const response = await app.request('/events', { headers: { 'Sec-Fetch-Site': 'cross-site' } });
  expect(response.status).toBe(403);
});

test('the end of the program ends what is listened to, and nobody begins', async () => {
  const { read } = await listen();
  live.close();
  await read();
  expect(await read()).toBe('');
  expect((await app.request('/events')).status).toBe(503);
  expect(await time.isOver()).toBe(true);
});
