import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { selfCheckWords } from '../../../config/locales/self-check.ts';
import type { Examiner } from '../../../server/app/self-check.ts';
import type { SiteFacts } from '../../../server/core/self-check/facts.ts';
import { ask, readingOf, serveSelfCheck } from '../../support/asking.ts';
import { eventful } from './network.ts';
import { serve } from './serve.ts';

const well: SiteFacts = {
  name: { standing: 'found', servers: 'ours' },
  hosts: [{ host: 'bare', four: 'ours', six: 'none' }],
  visits: [
    { host: 'bare', family: 4, isSecure: true, end: { kind: 'answered', status: 200, expires: false } },
  ],
};

const make = (examiner: Examiner = { examine: async () => well }) =>
  serveSelfCheck(
    [
      'ok.example.org',
      'xn--thtre-4qa2c.fr',
      ...Array.from({ length: 40 }, (_, index) => `site${index}.example`),
    ],
    { prefixes: ['192.0.2.0/24'], nameServers: [], mailServers: [], resolvers: [] },
    examiner,
  );

const post = (
  app: ReturnType<typeof make>['app'],
  headers: Record<string, string>,
  body = 'domain=ok.example.org',
) => app.request('/fr/site', { method: 'POST', body, headers });

describe('the form', () => {
  test.for(['/fr', '/fr/site', '/en', '/en/site'])(
    'is at %s, and sends what is asked in a body',
    async (path) => {
      const response = await make().app.request(path);
      const form = /<form[^>]*>/.exec(await response.text())?.[0];
      expect(response.status).toBe(200);
      expect(form).toContain(`method="post" action="${path.slice(0, 3)}/site"`);
    },
  );

  test('is not there where nobody may ask', async () => {
    const app = serve(() => eventful().publish());
    expect((await app.request('/fr/site')).status).toBe(404);
    expect((await app.request('/fr/site', { method: 'POST', body: 'domain=a.b' })).status).toBe(404);
    expect(await (await app.request('/fr')).text()).not.toContain('<form');
  });
});

describe('the page that answers', () => {
  test('is kept by nobody, and names the site with its accents', async () => {
    const response = await ask(make().app, 'https://www.théâtre.fr/agenda');
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    const page = readingOf(await response.text());
    expect(page).toMatch(/^théâtre\.fr Votre site répond\./);
  });

  test('is in the language of its address', async () => {
    const response = await ask(make().app, 'ok.example.org', 'en');
    expect(response.headers.get('Content-Language')).toBe('en');
    expect(readingOf(await response.text())).toContain('Your site answers.');
    expect((await ask(make().app, 'ok.example.org', 'de')).status).toBe(404);
  });

  test.for([
    ['ok.example.org', 'Votre site répond.'],
    ['elsewhere.example', 'Ce nom n’est pas parmi ceux que nous hébergeons.'],
    ['169.254.169.254', 'Ce n’est pas le nom d’un site.'],
    ['', 'Ce n’est pas le nom d’un site.'],
  ] as const)('is of one kind, whatever was asked: %j', async ([written, headline]) => {
    const response = await ask(make().app, written);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(readingOf(await response.text())).toContain(headline);
  });

  test.for([
    '"><svg onload=alert(1)>',
    '<script>alert(1)</script>.org',
    '{{7*7}}.org',
    `${'a'.repeat(1_000)}.org`,
    '\u202egro.elpmaxe',
  ])('repeats nothing that is no name: %j', async (written) => {
    const page = await (await ask(make().app, written)).text();
    expect(page).not.toContain(written);
    expect(page).not.toMatch(/<svg onload|<script>alert/);
  });

  test('says so when nothing could be seen', async () => {
    const response = await ask(make({ examine: async () => undefined }).app, 'ok.example.org');
    expect(readingOf(await response.text())).toContain('Nous n’avons pas pu regarder.');
  });

  test('sends away whoever comes when too many are asking', async () => {
    const { app } = make({ examine: () => new Promise(() => {}) });
    const from = (index: number) => ({ 'X-Forwarded-For': `198.51.100.${index}` });
    for (let index = 0; index < 36; index += 1) void post(app, from(index), `domain=site${index}.example`);
    // The others have come before this one.
    for (let turn = 0; turn < 200; turn += 1) await nextTurn();
    const response = await post(app, from(99), 'domain=ok.example.org');
    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('60');
    expect(readingOf(await response.text())).toContain('Trop de demandes');
  });
});

describe('who asks', () => {
  test('may do so six times at once, and then once in ten seconds', async () => {
    const { app, time } = make();
    const statuses = async (count: number, headers: Record<string, string> = {}) => {
      const seen: number[] = [];
      for (let index = 0; index < count; index += 1) seen.push((await post(app, headers)).status);
      return seen;
    };
    expect(await statuses(8)).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
    expect(await statuses(1, { 'X-Forwarded-For': '198.51.100.7' })).toEqual([200]);
    // Only the proxy's own word counts.
    expect(await statuses(7, { 'X-Forwarded-For': '203.0.113.1, 198.51.100.8' })).toContain(429);
    expect(await statuses(1, { 'X-Forwarded-For': '203.0.113.2, 198.51.100.8' })).toEqual([429]);
    await time.pass(10_000);
    expect(await statuses(2)).toEqual([200, 429]);
  });

  test.for([
    [413, 'a body that is too long', {}, `domain=${'a'.repeat(3_000)}`],
    [403, 'a page of somebody else', { 'Sec-Fetch-Site': 'cross-site' }, 'domain=ok.example.org'],
    [200, 'our own page', { 'Sec-Fetch-Site': 'same-origin' }, 'domain=ok.example.org'],
    [200, 'no domain at all', {}, 'x=y'],
  ] as const)('gets %d for %s', async ([status, , headers, body]) => {
    expect((await post(make().app, headers, body)).status).toBe(status);
  });
});

test('the words for both languages are not the same, and French keeps its marks with the word before them', () => {
  const texts = (value: unknown): readonly string[] => {
    if (typeof value === 'function') return [String(value('theatre.fr'))];
    return typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(texts);
  };
  const [fr, en] = [texts(selfCheckWords.fr), texts(selfCheckWords.en)];
  expect(en).toHaveLength(fr.length);
  expect(en.filter((text) => fr.includes(text))).toEqual([]);
  for (const text of fr) expect(text).not.toMatch(/ [:;!?»]|« |[a-z]'/);
});
