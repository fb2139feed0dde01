import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import webhook from '../../../server/notify/webhook.ts';
import { makeErrand, makeMessage } from '../../support/message.ts';
import { lastJson, startReceiver } from '../../support/receiver.ts';

const now = Date.UTC(2026, 10, 22, 13, 5);
const errand = () => makeErrand({ clock: { now: () => now, monotonicMs: () => 0 } });

const deliver = (url: string, key?: string) =>
  webhook.send(
    makeMessage(),
    { url: new Secret(url), key: key === undefined ? undefined : new Secret(key), ca: undefined },
    errand(),
  );

test('posts the whole message as JSON, instants as ISO 8601', async () => {
  const receiver = await startReceiver();
  await deliver(`${receiver.url}/hooks/vigie?for=admins`);
  expect(receiver.received[0]).toMatchObject({
    method: 'POST',
    path: '/hooks/vigie?for=admins',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'alert/a1/admins' },
  });
  expect(lastJson(receiver)).toEqual({
    version: 1,
    organisation: 'Globenet',
    key: 'alert/a1/admins',
    thread: 'alert/a1/admins',
    route: 'admins',
    kind: 'alert',
    severity: 'down',
    at: '2026-11-22T13:02:00.000Z',
    exercise: false,
    title: makeMessage().title,
    text: makeMessage().text,
    alerts: [
      {
        id: 'a1',
        service: 'databases',
        subject: { kind: 'check', id: 'db1' },
        state: 'down',
        cause: 'refused',
        startedAt: '2026-11-22T13:02:00.000Z',
      },
    ],
  });
});

test('signs the time of sending and the body, so that neither can be changed nor replayed later', async () => {
  const receiver = await startReceiver();
  await deliver(receiver.url, 'canary');
  const [{ body, headers } = { body: '', headers: {} }] = receiver.received;
  const hmac = createHmac('sha256', 'canary')
    .update(`${now / 1_000}.${body}`)
    .digest('hex');
  expect(headers).toHaveProperty('vigie-signature', `t=${now / 1_000},v1=${hmac}`);
});

test('signs nothing without a key', async () => {
  const receiver = await startReceiver();
  await deliver(receiver.url);
  expect(receiver.received[0]?.headers).not.toHaveProperty('vigie-signature');
});

test('depends on the host of its address', () => {
  const hosts = (url: string) => webhook.hosts({ url: new Secret(url), key: undefined, ca: undefined });
  expect(hosts('https://hook.example.org/a')).toEqual(['hook.example.org']);
  expect(hosts('http://[fd00::1]:8080/')).toEqual(['fd00::1']);
});
