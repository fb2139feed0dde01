import { expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import mattermost from '../../../server/notify/mattermost.ts';
import { deliver } from '../../support/deliver.ts';
import { lastJson, startReceiver } from '../../support/receiver.ts';

test('posts the whole text to the webhook, whose address is a secret', async () => {
  const receiver = await startReceiver({ status: 404, body: 'no hook /hooks/canary' });
  const url = new Secret(`${receiver.url}/hooks/canary`);
  expect(await deliver(mattermost, { url }, { errand: { languages: ['en'] } })).toEqual({
    kind: 'refused',
    evidence: 'answered 404: no hook [secret]',
  });
  expect(receiver.received).toMatchObject([{ method: 'POST', path: '/hooks/canary' }]);
  expect(lastJson(receiver)).toEqual({
    text: 'Databases: down since 14:02.\nThe server refuses connections.',
  });
});

test('may write into another channel', async () => {
  const receiver = await startReceiver();
  await deliver(mattermost, { url: receiver.url, channel: '#ops' });
  expect(lastJson(receiver)).toMatchObject({ channel: '#ops' });
});

test('what a target said calls nobody, and links nowhere', async () => {
  const receiver = await startReceiver();
  const said =
    '@all <!channel> <https://evil.example.org|log in> [log in](https://evil.example.org) ![](https://evil.example.org/x) & more';
  await deliver(
    mattermost,
    { url: receiver.url },
    { message: { text: { fr: said, en: said } }, errand: { languages: ['fr'] } },
  );
  expect(lastJson(receiver)).toMatchObject({
    text: 'Bases de données : en panne\n@\u200ball &lt;!channel&gt; &lt;https://evil.example.org|log in&gt; [log in]\u200b(https://evil.example.org) ![]\u200b(https://evil.example.org/x) &amp; more',
  });
});
