import { describe, expect, test } from 'vitest';
import { confirmMs } from '../../../server/core/subscriptions/subscriber.ts';
import { pathIn, subscribable } from '../../support/subscribable.ts';
import { eventful } from './network.ts';
import { serve } from './serve.ts';

type Made = ReturnType<typeof subscribable>;

let askers = 0;
const post = (
  { app }: Pick<Made, 'app'>,
  path: string,
  form: string,
  headers: Record<string, string> = { 'X-Forwarded-For': `198.51.100.${(askers += 1) % 250}` },
) =>
  app.request(path, {
    method: 'POST',
    body: form,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
  });
const all = 'topic=incidents&topic=maintenance&service=databases&service=mail';

const subscribed = async (made: Made, form = all) => {
  await post(made, '/fr/subscribe', `address=ada@example.org&${form}`);
  const [invitation] = await made.sent();
  await post(made, pathIn(invitation, '/subscribe/'), '');
  const name = invitation?.name ?? '';
  return {
    name,
    wish: `/fr/subscription/${made.tokens.of(name, 'manage')}`,
    erasure: `/fr/unsubscribe/${made.tokens.of(name, 'manage')}`,
  };
};

describe('the form', () => {
  test.for(['/fr', '/fr/subscribe', '/en', '/en/subscribe'])('is at %s', async (path) => {
    const text = await (await subscribable().app.request(path)).text();
    expect(text).toContain(`method="post" action="${path.slice(0, 3)}/subscribe"`);
    expect(text).toContain(path.startsWith('/fr') ? 'sauf celles des abonnés' : 'but those of subscribers');
  });

  test('is not there where nobody is told by mail', async () => {
    const app = serve(() => eventful().publish(), { subscriptions: subscribableRoutes() });
    expect((await app.request('/fr/subscribe')).status).toBe(404);
    expect((await post({ app }, '/fr/subscribe', `address=ada@example.org&${all}`)).status).toBe(404);
    expect(await (await app.request('/fr')).text()).not.toContain('<form');
  });

  const subscribableRoutes = () => {
    const { subscriptions, tokens, time } = subscribable();
    return { subscriptions, tokens, clock: time.clock, config: () => ({}) };
  };

  test.for([
    [`address=ada@example.org&${all}`, { topics: ['incidents', 'maintenance'], language: 'fr' }],
    ['address=ada@example.org&all=yes', { topics: ['incidents', 'maintenance'], language: 'fr' }],
    [
      'address=ada@example.org&topic=maintenance&topic=spam&service=mail&service=canary-id&language=en',
      { topics: ['maintenance'], services: ['mail'], language: 'en' },
    ],
  ] as const)('%s wishes for that and no more', async ([form, wish]) => {
    const made = subscribable();
    const { name } = await subscribed(made, form.replace(/^address=[^&]*&/, ''));
    expect((await made.store.subscriber(name))?.wish).toEqual(wish);
  });

  test.for([
    ['address=ada&all=yes', 'Cette adresse ne peut pas être lue.'],
    ['all=yes', 'Cette adresse ne peut pas être lue.'],
    [
      `address=${encodeURIComponent('a@example.org\r\nBcc: eve@example.net')}&all=yes`,
      'Cette adresse ne peut pas être lue.',
    ],
    ['address=ada@example.org&topic=incidents', 'Choisissez au moins'],
    ['address=ada@example.org&service=mail', 'Choisissez au moins'],
    ['address=ada@example.org&topic=incidents&service=canary-id', 'Choisissez au moins'],
  ] as const)('%s is not enough, which the page says without repeating it', async ([form, said]) => {
    const made = subscribable();
    const response = await post(made, '/fr/subscribe', form);
    const text = await response.text();
    expect([response.status, text.includes(said)]).toEqual([422, true]);
    expect(text).not.toMatch(/ada@|eve@/);
    expect(await made.sent()).toEqual([]);
  });

  test('keeps what was chosen when the rest is not enough', async () => {
    const text = await (
      await post(subscribable(), '/fr/subscribe', 'address=ada&topic=maintenance&service=mail&language=en')
    ).text();
    const ticked = [...text.matchAll(/<input[^>]* value="?([\w-]+)"?[^>]* checked/g)].map(
      ([, value]) => value,
    );
    expect(ticked).toEqual(['maintenance', 'mail', 'en']);
    expect(text).toMatch(/<title>Cette adresse ne peut pas être lue/);
    expect(text).toMatch(/aria-invalid="?true"?[^>]*aria-describedby="refusal address-privacy"/);
    expect(text).toContain('id="refusal"');
  });

  test('takes no more than a form, and none from another site', async () => {
    const made = subscribable();
    expect((await post(made, '/fr/subscribe', `address=${'a'.repeat(70_000)}`)).status).toBe(413);
    const elsewhere = await post(made, '/fr/subscribe', 'address=ada@example.org&all=yes', {
      'Sec-Fetch-Site': 'cross-site',
    });
    expect(elsewhere.status).toBe(403);
    expect(await made.sent()).toEqual([]);
  });
});

describe('whoever asks', () => {
  test('gets the same bytes and headers, whatever there is of the address', async () => {
    const made = subscribable();
    await subscribed(made);
    await post(made, '/fr/subscribe', 'address=waiting@example.org&all=yes');
    const answers = [];
    for (const address of ['ada@example.org', 'waiting@example.org', 'nobody@example.org']) {
      const response = await post(made, '/fr/subscribe', `address=${address}&all=yes`);
      answers.push(JSON.stringify([response.status, [...response.headers], await response.text()]));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).not.toContain('example.org');
  });

  test('may not do so without end, nor everybody together; and nobody learns that an address was asked for too often', async () => {
    const made = subscribable();
    const ask = async (address: string, reader: string) =>
      (await post(made, '/fr/subscribe', `address=${address}&all=yes`, { 'X-Forwarded-For': reader })).status;
    for (let time = 0; time < 3; time++) expect(await ask(`a${time}@example.org`, '192.0.2.1')).toBe(200);
    expect(await ask('a4@example.org', '192.0.2.1')).toBe(429);
    const before = (await made.sent()).length;
    const mails = [];
    for (let time = 0; time < 4; time++) {
      expect(await ask('ADA@example.org', `192.0.2.${10 + time}`)).toBe(200);
      mails.push(...(await made.sent()));
    }
    expect([before, mails.length]).toEqual([3, 3]);
    expect(await ask('b@example.org', '192.0.2.30')).toBe(200);
    // Eight in an hour, of all together.
    expect(await ask('c@example.org', '192.0.2.31')).toBe(429);
    await made.time.pass(3_600_000);
    expect(await ask('c@example.org', '192.0.2.31')).toBe(200);
  });
});

test('an address that was asked for too often makes the same work, and fails in the same way', async () => {
  const made = subscribable();
  for (let time = 0; time < 3; time++) await post(made, '/fr/subscribe', 'address=ada@example.org&all=yes');
  await made.store.close();
  for (const address of ['ada@example.org', 'nobody@example.org'])
    expect((await post(made, '/fr/subscribe', `address=${address}&all=yes`)).status).toBe(503);
});

describe('a link in a mail', () => {
  test('unsubscribes when its language is no longer spoken', async () => {
    const made = subscribable();
    const { name, erasure } = await subscribed(made);
    const english = serve(
      () => ({ ...made.status, organisation: { ...made.status.organisation, languages: ['en'] } }),
      { subscriptions: made.routes },
    );
    const response = await post({ app: english }, erasure, 'List-Unsubscribe=One-Click');
    expect([response.status, response.headers.get('Content-Language')]).toEqual([200, 'en']);
    expect(await made.store.subscriber(name)).toBeUndefined();
    expect((await post({ app: english }, '/fr/subscribe', 'address=a@example.org&all=yes')).status).toBe(404);
  });

  test('unsubscribes when nobody is told by mail any more', async () => {
    const made = subscribable();
    const { name, wish, erasure } = await subscribed(made);
    const app = serve(() => eventful().publish(), { subscriptions: made.routes });
    expect((await app.request('/fr/subscribe')).status).toBe(404);
    expect((await app.request(wish)).status).toBe(200);
    expect((await post({ app }, erasure, 'List-Unsubscribe=One-Click')).status).toBe(200);
    expect(await made.store.subscriber(name)).toBeUndefined();
  });

  test('changes nothing when a program follows it', async () => {
    const made = subscribable();
    await post(made, '/fr/subscribe', 'address=ada@example.org&all=yes');
    const [invitation] = await made.sent();
    const response = await made.app.request(pathIn(invitation, '/subscribe/'));
    expect([response.status, response.headers.get('Cache-Control')]).toEqual([200, 'no-store']);
    expect((await made.store.countSubscribers([])).confirmed).toBe(0);
    const { wish, erasure } = await subscribed(made);
    for (const path of [wish, erasure]) expect((await made.app.request(path)).status).toBe(200);
    expect((await made.store.countSubscribers([])).confirmed).toBe(1);
  });

  test('confirms for a day', async () => {
    const made = subscribable();
    await post(made, '/fr/subscribe', 'address=ada@example.org&all=yes');
    const path = pathIn((await made.sent())[0], '/subscribe/');
    await made.time.pass(confirmMs - 1);
    expect((await made.app.request(path)).status).toBe(200);
    await made.time.pass(1);
    expect((await made.app.request(path)).status).toBe(404);
    const late = await post(made, path, '');
    expect([late.status, (await late.text()).includes('Ce lien ne mène plus à rien.')]).toEqual([404, true]);
    expect((await made.store.countSubscribers([])).confirmed).toBe(0);
  });

  test('lets its owner choose otherwise, in either language', async () => {
    const made = subscribable();
    const { name, wish } = await subscribed(made);
    const saved = await post(made, wish.replace('/fr/', '/en/'), 'topic=incidents&service=mail&language=fr');
    expect(await saved.text()).toContain('It is saved.');
    expect((await made.store.subscriber(name))?.wish).toEqual({
      topics: ['incidents'],
      services: ['mail'],
      language: 'fr',
    });
    expect((await post(made, wish, 'topic=incidents')).status).toBe(422);
    expect((await made.store.subscriber(name))?.wish.services).toEqual(['mail']);
  });

  test.for([
    ['List-Unsubscribe=One-Click', 'application/x-www-form-urlencoded'],
    [
      '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
      'multipart/form-data; boundary=x',
    ],
    ['', 'text/plain'],
  ] as const)('erases with one click, sent as %j', async ([body, type]) => {
    const made = subscribable();
    const { name, erasure, wish } = await subscribed(made);
    const response = await post(made, erasure, body, {
      'Content-Type': type,
      'Sec-Fetch-Site': 'cross-site',
    });
    expect([response.status, response.headers.get('Location')]).toEqual([200, null]);
    expect(await made.store.subscriber(name)).toBeUndefined();
    expect((await made.app.request(wish)).status).toBe(404);
    // Whoever clicks twice is told the same.
    expect((await post(made, erasure, body)).status).toBe(200);
  });

  test('that is not ours, or is for something else, leads nowhere and asks the store nothing', async () => {
    const made = subscribable();
    const { name } = await subscribed(made);
    const [confirm, manage] = [made.tokens.of(name, 'confirm'), made.tokens.of(name, 'manage')];
    await made.store.close();
    for (const [path, token] of [
      ['subscribe', manage],
      ['subscription', confirm],
      ['unsubscribe', confirm],
      ['unsubscribe', `${'0'.repeat(32)}${manage.slice(32)}`],
      ['subscription', 'x'.repeat(1_000)],
    ])
      for (const method of ['GET', 'POST']) {
        const response = await made.app.request(`/fr/${path}/${token}`, { method });
        expect([path, method, response.status]).toEqual([path, method, 404]);
      }
  });

  test('says so when nothing can be written', async () => {
    const made = subscribable();
    const { wish } = await subscribed(made);
    await made.store.close();
    const response = await post(made, wish, all);
    expect([response.status, (await response.text()).includes('Réessayez dans une minute.')]).toEqual([
      503,
      true,
    ]);
  });
});

test('what an administrator was told of an address counts, by the address or by the envelope', async () => {
  const made = subscribable();
  const { name } = await subscribed(made);
  await made.subscriptions.report('bounced', `bounces+${name.toUpperCase()}@example.org`);
  await made.subscriptions.report('bounced', 'nobody@example.org');
  await made.subscriptions.report('bounced', ' ADA@example.org\n');
  expect(await made.store.subscriber(name)).toBeDefined();
  await made.subscriptions.report('bounced', 'ada@example.org');
  expect(await made.store.subscriber(name)).toBeUndefined();
  const again = await subscribed(made);
  await made.subscriptions.report('erased', 'ada@example.org');
  expect(await made.store.subscriber(again.name)).toBeUndefined();
});
