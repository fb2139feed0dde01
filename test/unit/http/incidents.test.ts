import { expect, test } from 'vitest';
import { Incidents } from '../../../server/app/incidents.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { minutes, start } from '../../support/watch.ts';
import { servePrivate } from './serve-private.ts';

const log = { info: () => {}, warn: () => {}, error: () => {} };

const serve = async () => {
  const { clock, timers } = new PassingTime(start);
  const store = openInMemory();
  const incidents = await Incidents.open({
    store,
    clock,
    timers,
    log,
    troubles: () => [],
    publishAfterMs: () => undefined,
    mayRemind: () => true,
    services: () => new Set(['web']),
    messages: () => [],
    decided: () => {},
    changed: () => {},
  });
  const app = servePrivate({ incidents, holderOf: (token) => token || undefined, clock });
  const ask = async (path: string, body?: unknown) => {
    const headers = { Authorization: 'Bearer ada', 'Content-Type': 'application/json' };
    const response = await app.request(path, {
      headers,
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    });
    return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
  };
  return { ask, incidents, store };
};

const opened = { title: { fr: 'Disque' }, services: ['web'] };
const entries = '/api/v1/incidents/1/entries';

test('an incident is opened, written into, read and listed', async () => {
  const { ask } = await serve();
  expect(await ask('/api/v1/incidents', opened)).toMatchObject({
    status: 201,
    answer: { incident: { id: 1 } },
  });
  const said = { fr: 'Nous cherchons.', en: 'We are looking.' };
  expect(await ask(entries, { kind: 'updated', said, nextAt: start + minutes })).toMatchObject({
    status: 200,
    answer: { incident: { updates: [{ said, nextAt: start + minutes }] } },
  });
  const { answer } = await ask('/api/v1/incidents/1');
  expect(answer).toMatchObject({
    incident: { versions: [{ author: 'ada' }, { author: 'ada', version: 2 }] },
  });
  expect((await ask('/api/v1/incidents')).answer).toMatchObject({ incidents: [{ id: 1, versions: 2 }] });
});

test.for([
  ['/api/v1/incidents/1/entries', { kind: 'published' }, 404, 'no-such-incident'],
  ['/api/v1/incidents/constructor/entries', { kind: 'published' }, 404, 'no-such-incident'],
  ['/api/v1/incidents', { ...opened, services: ['mail'] }, 422, 'no-such-service'],
  ['/api/v1/incidents', { services: ['web'] }, 422, 'misshapen'],
  ['/api/v1/incidents', { ...opened, title: {} }, 422, 'misshapen'],
  ['/api/v1/incidents', { ...opened, title: { fr: 'x\u202Ey' } }, 422, 'misshapen'],
  ['/api/v1/incidents', { ...opened, title: { fr: 'x\u061Cy' } }, 422, 'misshapen'],
  ['/api/v1/incidents', { ...opened, title: { fr: 'x\uFFFEy' } }, 422, 'misshapen'],
  ['/api/v1/incidents', { ...opened, title: { fr: 'x\uD800y' } }, 422, 'misshapen'],
  ['/api/v1/incidents', { ...opened, title: { fr: 'x\ny' } }, 422, 'misshapen'],
  ['/api/v1/incidents', { ...opened, title: { fr: '\u200B\u00AD' } }, 422, 'misshapen'],
  ['/api/v1/incidents', { ...opened, root: 'web' }, 422, 'misshapen'],
] as const)('%s refuses %j with %d %s', async ([path, body, status, code]) => {
  const { ask } = await serve();
  expect(await ask(path, body)).toMatchObject({ status, answer: { error: { code } } });
});

test.for([
  { kind: 'opened', title: { fr: 'x' }, services: [] },
  { kind: 'spread', services: [], outages: [] },
  { kind: 'nagged', promise: 1, nth: 1 },
  { kind: 'updated', said: 'noticed' },
  { kind: 'updated', said: { fr: 'x' }, author: 'bob' },
  { kind: 'updated', said: { fr: 'x'.repeat(4_001) } },
  { kind: 'amended' },
])('nobody writes what only Vigie may, too much, or nothing: %j', async (body) => {
  const { ask, incidents } = await serve();
  await ask('/api/v1/incidents', opened);
  expect((await ask(entries, body)).status).toBe(422);
  expect(incidents.all.get(1)?.versions).toHaveLength(1);
});

test('letters of all kinds are letters, and a service that is named twice is one', async () => {
  const { ask } = await serve();
  const title = { fr: 'Réseau\u00A0: نت 👩‍💻', en: '網路' };
  const body = { title, services: ['web', 'web'] };
  expect(await ask('/api/v1/incidents', body)).toMatchObject({
    status: 201,
    answer: { incident: { title, services: ['web'] } },
  });
  const said = { fr: 'Un mot.\n\n-\tun autre' };
  const typed = { fr: said.fr.replaceAll('\n', '\r\n') };
  expect((await ask(entries, { kind: 'updated', said: typed })).answer).toMatchObject({
    incident: { updates: [{ said }] },
  });
});

test('all are listed, page by page, also those that are not at hand any more', async () => {
  const { ask, incidents, store } = await serve();
  const entry = { kind: 'opened', services: [], outages: [], startedAt: start } as const;
  await store.keepIncidents(
    Array.from({ length: 401 }, (_, index) => ({
      id: index + 1,
      isOpen: true,
      versions: [{ incident: index + 1, version: 1, at: start, author: 'ada', entry }],
    })),
    [],
  );
  const pages: (readonly number[])[] = [];
  let path: string | undefined = '/api/v1/incidents';
  while (path !== undefined) {
    const { answer } = await ask(path);
    const { incidents: listed, next } = answer as { incidents: { id: number }[]; next?: number };
    pages.push(listed.map(({ id }) => id));
    path = next === undefined ? undefined : `/api/v1/incidents?before=${next}`;
  }
  expect(pages.map((ids) => [ids.at(0), ids.at(-1)])).toEqual([
    [401, 202],
    [201, 2],
    [1, 1],
  ]);
  expect(incidents.all.size).toBe(0);
  expect(await ask('/api/v1/incidents/7')).toMatchObject({ status: 200, answer: { incident: { id: 7 } } });
  expect((await ask('/api/v1/incidents/402')).status).toBe(404);
});

test('what is resolved takes no more updates', async () => {
  const { ask } = await serve();
  await ask('/api/v1/incidents', opened);
  const resolve = { kind: 'updated', phase: 'resolved', said: { en: 'Mended.' } };
  expect((await ask(entries, resolve)).status).toBe(200);
  expect(await ask(entries, resolve)).toMatchObject({ status: 409, answer: { error: { code: 'resolved' } } });
});
