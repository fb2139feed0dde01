import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { bodyOf } from '../../../server/http/body.ts';

const cut = new ReadableStream({
  pull: (controller) => controller.error(new Error('aborted')),
});

test.for([
  ['what is sent', 'domain', 'domain'],
  ['nothing of what is longer', 'domains', undefined],
  ['nothing of what is broken off, and takes it for no bug', cut, undefined],
] as const)('reads %s', async ([, body, expected]) => {
  const app = new Hono();
  const read: unknown[] = [];
  app.post('/', async (c) => {
    read.push(await bodyOf(c, 6));
    return c.body(null);
  });
  app.onError((error) => {
    throw error;
  });
  await app.request('/', { method: 'POST', body, duplex: 'half' } as RequestInit);
  expect(read).toEqual([expected]);
});
