import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { StoreError } from '../../../server/app/ports.ts';
import { createActing } from '../../../server/http/acting.ts';
import { json, seal } from '../../../server/http/policy.ts';

const good = { Authorization: 'Bearer vgt_ada', 'Content-Type': 'application/json' };

const serve = (work: (text: string) => void = () => {}) => {
  let nowMs = 0;
  const done: unknown[] = [];
  const acting = createActing({
    holderOf: (token) => (token.startsWith('vgt_') ? token.slice('vgt_'.length) : undefined),
    clock: { monotonicMs: () => nowMs },
  });
  const app = new Hono().post(
    '/act',
    acting(z.strictObject({ text: z.string().max(9) }), async ({ author, body }) => {
      work(body.text);
      done.push([author, body]);
      return json(200, {});
    }),
  );
  app.onError(() => new Response('500', { status: 500 }));
  const post = async (headers: Record<string, string> = good, body: BodyInit = '{"text":"x"}') => {
    const response = await app.request('/act', { method: 'POST', headers, body });
    return { status: response.status, response };
  };
  return { app: seal(app, ['acting']), done, post, pass: (ms: number) => (nowMs += ms) };
};

test('whoever holds a token acts in its name', async () => {
  const { post, done } = serve();
  const { status, response } = await post();
  expect([status, response.headers.get('Cache-Control')]).toEqual([200, 'no-store']);
  expect(done).toEqual([['ada', { text: 'x' }]]);
});

describe('nothing is done for', () => {
  test.for<[string, number, Record<string, string>, string?]>([
    ['nobody', 401, { 'Content-Type': 'application/json' }],
    ['a wrong token', 401, { ...good, Authorization: 'Bearer other' }],
    ['a token in another scheme', 401, { ...good, Authorization: 'Basic vgt_ada' }],
    ['a token that is longer than any', 401, { ...good, Authorization: `Bearer ${'x'.repeat(5_000)}` }],
    ['a page of another site', 403, { ...good, 'Sec-Fetch-Site': 'cross-site' }],
    ['a page of another port', 403, { ...good, 'Sec-Fetch-Site': 'same-site' }],
    ['a form', 415, { ...good, 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['a type that only begins like JSON', 415, { ...good, 'Content-Type': 'application/jsonp' }],
    ['a body that is too large', 413, good, `{"text":"${'x'.repeat(70_000)}"}`],
    ['what is not JSON', 422, good, '{'],
    ['JSON that is deeper than anybody writes', 422, good, '['.repeat(60_000)],
    ['an unknown key', 422, good, '{"text":"x","more":1}'],
    ['a key that objects have anyway', 422, good, '{"text":"x","__proto__":{}}'],
  ])('%s: %d', async ([, status, headers, body]) => {
    const { post, done } = serve();
    expect((await post(headers, body)).status).toBe(status);
    expect(done).toEqual([]);
  });
});

test('says where the shape is wrong', async () => {
  const { response } = await serve().post(good, '{"text":"too long for it"}');
  expect(await response.json()).toMatchObject({ error: { code: 'misshapen', problems: [{ path: 'text' }] } });
});

test('a store that fails is told as such, and a bug is not', async () => {
  const full = serve(() => {
    throw new StoreError('store.full', 'The disk is full: canary.');
  });
  const { status, response } = await full.post();
  expect([status, response.headers.get('Retry-After')]).toEqual([503, '5']);
  expect(await response.text()).not.toContain('canary');
  const broken = serve(() => {
    throw new Error('canary');
  });
  expect((await broken.post()).status).toBe(500);
});

test('whoever comes too often waits, and nobody waits for others', async () => {
  const { post, pass } = serve();
  const stranger = { ...good, Authorization: 'Bearer x' };
  const statuses = async (headers: Record<string, string>, count: number) => {
    const seen = new Set<number>();
    for (let i = 0; i < count; i++) seen.add((await post(headers)).status);
    return [...seen];
  };
  expect(await statuses(stranger, 30)).toEqual([401]);
  expect(await statuses(stranger, 5)).toEqual([429]);
  expect(await statuses(good, 30)).toEqual([200]);
  expect(await statuses(good, 1)).toEqual([429]);
  expect(await statuses({ ...good, Authorization: 'Bearer vgt_bob' }, 1)).toEqual([200]);
  pass(1_000);
  expect(await statuses(good, 2)).toEqual([200, 429]);
});
