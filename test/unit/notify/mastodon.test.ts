import { expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import mastodon from '../../../server/notify/mastodon.ts';
import { deliver } from '../../support/deliver.ts';
import { lastJson, startReceiver } from '../../support/receiver.ts';

const token = new Secret('canary');

test('posts in the first language, once however often it is sent', async () => {
  const receiver = await startReceiver();
  expect(await deliver(mastodon, { server: receiver.url, token })).toMatchObject({ kind: 'delivered' });
  expect(receiver.received).toMatchObject([
    {
      method: 'POST',
      path: '/api/v1/statuses',
      headers: { authorization: 'Bearer canary', 'idempotency-key': 'alert/a1/admins' },
    },
  ]);
  expect(lastJson(receiver)).toEqual({
    status: 'Bases de données : en panne depuis 14 h 02.\nLe serveur refuse les connexions.',
    visibility: 'public',
    language: 'fr',
  });
});

test.for([500, 1_000])(
  'cuts a post after %i letters, of which some are several characters',
  async (length) => {
    const receiver = await startReceiver();
    await deliver(
      mastodon,
      { server: receiver.url, token, length },
      { message: { text: { fr: '👨‍👩‍👧'.repeat(2_000), en: '' } } },
    );
    const { status } = lastJson(receiver) as { status: string };
    expect([...new Intl.Segmenter('fr').segment(status)]).toHaveLength(length);
    expect(status).toMatch(/👨‍👩‍👧…$/u);
  },
);

test('is for the public', () => {
  expect(mastodon.audience).toBe('public');
});
