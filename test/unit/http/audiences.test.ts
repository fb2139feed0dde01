import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAudiences, readersMax } from '../../../server/http/audiences.ts';
import type { Audiences } from '../../../server/http/audiences.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { start } from '../../support/watch.ts';
import { eventful } from './network.ts';
import { servePrivate } from './serve-private.ts';
import { serve } from './serve.ts';

const status = eventful().publish();
const pages = { generatedAt: start - 7, changedAt: start - 60_000 };

let audiences: Audiences;
beforeEach(() => {
  const { clock, timers } = new PassingTime(start);
  audiences = openAudiences({ clock, timers, pages: () => pages });
});
afterEach(() => {
  audiences.readers.close();
  audiences.administrators.close();
});

test('a page that is open hears what it needs to know whether it still holds, and nothing else', async () => {
  const app = serve(() => status, { live: audiences.readers });
  const { headers, body } = await app.request('/live');
  expect(headers.get('Cache-Control')).toBe('no-store');
  const { value } = await body!.getReader().read();
  const [, data = ''] = /\ndata: (.*)\n/.exec(new TextDecoder().decode(value)) ?? [];
  expect(JSON.parse(data)).toEqual({ now: start, ...pages });
});

test('so many readers may listen, and then administrators still can', async () => {
  const app = serve(() => status, { live: audiences.readers });
  for (let at = 0; at < readersMax; at++) expect((await app.request('/live')).status).toBe(200);
  expect((await app.request('/live')).status).toBe(503);
  const theirs = servePrivate({ live: audiences.administrators });
  expect((await theirs.request('/alerts/events')).status).toBe(200);
});
