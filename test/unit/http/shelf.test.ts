import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { render } from '../../../server/http/render.ts';
import { rendered } from '../../../server/http/rendered.ts';
import { listen } from '../../../server/http/server.ts';
import type { Listener } from '../../../server/http/server.ts';
import { badDay, incident } from '../../support/published.ts';
import { assets, serve } from './serve.ts';

const day = { ...badDay, incidents: [incident] };
const { byPath } = render(day, assets.links);

let [app, shelf]: readonly (Listener | undefined)[] = [];
let handedOut: string[] = [];
beforeAll(async () => {
  const at = { address: '127.0.0.1', port: 0 };
  [app, shelf] = await Promise.all([
    listen(
      serve(() => day),
      at,
    ),
    listen(
      serve(() => day),
      at,
      {
        shelf: (path) => {
          const page = byPath.get(path);
          if (page !== undefined) handedOut.push(path);
          return page;
        },
      },
    ),
  ]);
});
afterAll(() => Promise.all([app?.close(), shelf?.close()]));

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** As it was sent, but for what tells connections apart. */
const ask = async (listener: Listener | undefined, { path, method = 'GET', headers = {} }: Asked) => {
  const asking = request(`${listener?.url}${path}`, {
    method,
    headers: { Host: 'vigie.example', ...headers },
  });
  asking.end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  const { date: _, 'transfer-encoding': __, 'content-length': lengthText, ...others } = answer.headers;
  const body = await buffer(answer);
  return { status: answer.statusCode, headers: others, lengthText, body: body.toString('base64') };
};

const br = { 'Accept-Encoding': 'gzip, deflate, br, zstd' };
const paths = [
  '/fr',
  '/en/embed',
  '/fr/incidents/3',
  '/feed.atom',
  '/api/v2/summary.json',
  '/badge/mail.json',
];

describe('what is handed out', () => {
  test.for(
    paths.flatMap((path): readonly Asked[] => [
      { path },
      { path, headers: br },
      { path, headers: br },
      { path, headers: { 'Accept-Encoding': 'gzip;q=1.0, br;q=0' } },
      { path, headers: { 'If-None-Match': '"something-else"', ...br } },
      { path, headers: { 'If-None-Match': `W/"${byPath.get(path)?.hash}-br", "more"`, ...br } },
      { path, headers: { 'If-None-Match': '*' } },
      { path, method: 'HEAD', headers: br },
    ]),
  )('is what the app would answer: %o', async (asked) => {
    handedOut = [];
    const [expected, answer] = await Promise.all([ask(app, asked), ask(shelf, asked)]);
    // The app does not say how long the body is that it does not send.
    expect(answer).toEqual({ ...expected, lengthText: answer.lengthText });
    expect(handedOut).toEqual([asked.path]);
  });

  test('is a page that is asked for as such, and nothing else', async () => {
    for (const asked of [
      { path: '/fr', method: 'POST' },
      { path: '/fr', method: 'OPTIONS' },
      { path: '/fr', headers: { Host: 'vi gie' } },
      { path: '/fr?lang=en' },
      { path: '/fr/' },
      { path: '/FR' },
      { path: '/__proto__' },
    ]) {
      handedOut = [];
      const [expected, answer] = await Promise.all([ask(app, asked), ask(shelf, asked)]);
      expect([asked, answer]).toEqual([asked, expected]);
      expect(handedOut).toEqual([]);
    }
  });

  test('says its length, to whoever does not take the body as well', async () => {
    const { lengthText, body } = await ask(shelf, { path: '/fr', headers: br });
    expect(Number(lengthText)).toBe(Buffer.from(body, 'base64').length);
    expect(await ask(shelf, { path: '/fr', method: 'HEAD', headers: br })).toMatchObject({
      lengthText,
      body: '',
    });
  });

  test('goes out as it is however its readers word what they accept', async () => {
    for (let reader = 0; reader < 20; reader += 1)
      expect(
        (await ask(shelf, { path: '/fr', headers: { 'Accept-Encoding': `x${reader}, br` } })).headers,
      ).toMatchObject({ 'content-encoding': 'br' });
  });
});

test('a page is compressed once, and not before somebody asks', () => {
  const { bodies } = rendered('text/plain', 'x'.repeat(2_000));
  expect(bodies.br).toBe(bodies.br);
  expect(bodies.gzip).toBe(bodies.gzip);
  expect(Object.keys(bodies)).toEqual(['identity']);
});
