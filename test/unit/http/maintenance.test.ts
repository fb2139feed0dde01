import { expect, test } from 'vitest';
import { StoreError } from '../../../server/app/ports.ts';
import type { Window } from '../../../server/core/maintenance.ts';
import type { Plan, Refusal } from '../../../server/core/planning.ts';
import { servePrivate } from './serve-private.ts';

const window: Window = {
  id: 'by-hand@2026-03-01',
  title: { fr: 'Travaux', en: 'Works' },
  services: ['site'],
  checks: [],
  from: 5,
  until: 9,
};

const serve = (answer: Window | Refusal | StoreError = window) => {
  const plans: Plan[] = [];
  const plan = async (asked: Plan) => {
    plans.push(asked);
    if (answer instanceof StoreError) throw answer;
    return answer;
  };
  const app = servePrivate({
    maintenance: { windows: () => [window], plan },
    holderOf: (token) => token || undefined,
  });
  const ask = async (path: string, body?: unknown) => {
    const response = await app.request(path, {
      headers: { Authorization: 'Bearer ada', 'Content-Type': 'application/json' },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, answer: await response.json() };
  };
  return { ask, plans };
};

const path = '/api/v1/maintenance';
const { id: _, ...added } = window;

test('windows are listed for whoever comes this far', async () => {
  expect(await serve().ask(path)).toEqual({ status: 200, answer: { windows: [window] } });
});

test('a window is made, ended and taken back', async () => {
  const { ask, plans } = serve();
  expect(await ask(path, added)).toEqual({ status: 201, answer: { window } });
  expect(await ask(`${path}/by-hand@2026-03-01/end`, {})).toEqual({ status: 200, answer: { window } });
  expect(await ask(`${path}/${encodeURIComponent('a@b')}/cancel`, {})).toMatchObject({ status: 200 });
  expect(plans).toEqual([
    { kind: 'add', window: added },
    { kind: 'end', id: 'by-hand@2026-03-01' },
    { kind: 'cancel', id: 'a@b' },
  ]);
});

test('words in one language are for the readers of the other too', async () => {
  const { ask, plans } = serve();
  await ask(path, { ...added, title: { fr: 'Travaux' }, text: { en: 'Ten minutes.' } });
  expect(plans).toMatchObject([
    {
      window: { title: { fr: 'Travaux', en: 'Travaux' }, text: { fr: 'Ten minutes.', en: 'Ten minutes.' } },
    },
  ]);
});

test.for([
  ['no-such-window', 404],
  ['not-running', 409],
  ['too-long', 422],
] as const)('what is refused because of %s is answered with %d', async ([refusal, status]) => {
  expect(await serve(refusal).ask(`${path}/x/end`, {})).toMatchObject({
    status,
    answer: { error: { code: refusal } },
  });
});

test('what cannot be written is not said to be', async () => {
  const { ask } = serve(new StoreError('store.full', 'The disk is full.'));
  expect(await ask(path, added)).toMatchObject({ status: 503, answer: { error: { code: 'store.full' } } });
});

test.for([
  { ...added, title: {} },
  { ...added, title: { fr: 'a\u202eb' } },
  { ...added, from: -1 },
  { ...added, until: 'tomorrow' },
  { ...added, services: [''] },
  { ...added, by: 'ada' },
])('%j is not of the shape that is wanted', async (body) => {
  const { ask, plans } = serve();
  expect(await ask(path, body)).toMatchObject({ status: 422, answer: { error: { code: 'misshapen' } } });
  expect(plans).toEqual([]);
});
