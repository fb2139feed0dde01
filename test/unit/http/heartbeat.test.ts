import { describe, expect, test } from 'vitest';
import { tokenCharsMax } from '../../../checks/lib/contract.ts';
import { eventful } from './network.ts';
import { serve } from './serve.ts';

const status = eventful().publish();

const listening = (hear = (token: string) => Promise.resolve(token === 'known')) => {
  const heard: string[] = [];
  const logged: unknown[] = [];
  const app = serve(() => status, {
    hear: (token, signal) => {
      heard.push(`${token} ${signal}`);
      return hear(token);
    },
    log: (...line) => logged.push(line),
  });
  return { app, heard, logged };
};

describe('a heartbeat', () => {
  test.for([
    ['GET', '/heartbeat/known', 'done'],
    ['HEAD', '/heartbeat/known', 'done'],
    ['POST', '/heartbeat/known', 'done'],
    ['POST', '/heartbeat/known/start', 'start'],
    ['GET', '/heartbeat/known/done', 'done'],
    ['GET', '/heartbeat/known/fail', 'fail'],
  ] as const)('is heard as %s %s', async ([method, path, signal]) => {
    const { app, heard } = listening();
    const response = await app.request(path, { method });
    expect(response.status).toBe(200);
    expect(heard).toEqual([`known ${signal}`]);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
  });

  test.for([
    ['GET', '/heartbeat/known/other'],
    ['PUT', '/heartbeat/known'],
    ['GET', '/heartbeat/'],
    ['GET', `/heartbeat/${'x'.repeat(tokenCharsMax + 1)}`],
  ] as const)('is not heard as %s %s', async ([method, path]) => {
    const { app, heard } = listening();
    expect((await app.request(path, { method })).status).toBe(404);
    expect(heard).toEqual([]);
  });

  test('with the longest token that a configuration may give is heard', async () => {
    const token = 'x'.repeat(tokenCharsMax);
    const { app } = listening((heard) => Promise.resolve(heard === token));
    expect((await app.request(`/heartbeat/${token}`)).status).toBe(200);
  });

  test('with an unknown token gets the answer that a missing page gets', async () => {
    const { app } = listening();
    const unknown = await app.request('/heartbeat/unknown');
    const missing = await app.request('/nothing');
    expect(unknown.status).toBe(missing.status);
    expect([...unknown.headers]).toEqual([...missing.headers]);
    expect(await unknown.text()).toBe(await missing.text());
  });

  test('is never logged with its token, even when we fail', async () => {
    const { app, logged } = listening(() => Promise.reject(new Error('disk full')));
    expect((await app.request('/heartbeat/canary')).status).toBe(500);
    expect(logged).toHaveLength(1);
    expect(JSON.stringify(logged)).not.toContain('canary');
  });

  test('may bring a body, which nobody reads; a long one ends the connection', async () => {
    const { app } = listening();
    const post = (body: string) =>
      app.request('/heartbeat/known', {
        method: 'POST',
        body,
        headers: { 'Content-Length': String(body.length) },
      });
    const short = await post('x'.repeat(10_000));
    expect([short.status, short.headers.get('Connection')]).toEqual([200, null]);
    const long = await post('x'.repeat(10_001));
    expect([long.status, long.headers.get('Connection')]).toEqual([200, 'close']);
  });

  test('waits for its turn elsewhere when a hundred are under way', async () => {
    let release = () => {};
    const gate = new Promise<boolean>((resolve) => {
      release = () => resolve(true);
    });
    const { app, heard } = listening(() => gate);
    const waiting = Array.from({ length: 100 }, async () => app.request('/heartbeat/known'));
    expect((await app.request('/heartbeat/known')).status).toBe(503);
    release();
    expect((await Promise.all(waiting)).map((response) => response.status)).toEqual(Array(100).fill(200));
    expect((await app.request('/heartbeat/known')).status).toBe(200);
    expect(heard).toHaveLength(101);
  });
});
