import { expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import matrix from '../../../server/notify/matrix.ts';
import { deliver } from '../../support/deliver.ts';
import { lastJson, startReceiver } from '../../support/receiver.ts';

const optionsFor = (server: string) => ({
  server,
  room: '!admins:example.org',
  token: new Secret('syt_canary'),
});

test('puts one event into the room, whole, in both languages', async () => {
  const receiver = await startReceiver({ body: '{"event_id":"$abc"}' });
  expect(await deliver(matrix, optionsFor(receiver.url))).toEqual({
    kind: 'delivered',
    evidence: 'answered 200: {"event_id":"$abc"}',
  });
  expect(receiver.received).toMatchObject([
    { method: 'PUT', headers: { authorization: 'Bearer syt_canary', 'content-type': 'application/json' } },
  ]);
  expect(receiver.received[0]?.path).toMatch(
    /^\/_matrix\/client\/v3\/rooms\/!admins%3Aexample\.org\/send\/m\.room\.message\/[0-9a-f]{64}$/,
  );
  expect(lastJson(receiver)).toEqual({
    msgtype: 'm.text',
    body: 'Bases de données : en panne depuis 14 h 02.\nLe serveur refuse les connexions.\n\n– – –\n\nDatabases: down since 14:02.\nThe server refuses connections.',
    'm.mentions': {},
  });
});

test('asks for the same transaction when the same message is sent again, and for another otherwise', async () => {
  const receiver = await startReceiver();
  await deliver(matrix, optionsFor(receiver.url));
  await deliver(matrix, optionsFor(receiver.url), { message: { at: 0 } });
  await deliver(matrix, optionsFor(receiver.url), { message: { key: 'alert/a2/admins' } });
  const [first, again, other] = receiver.received.map(({ path }) => path);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test('finds the API below the path of the server', async () => {
  const receiver = await startReceiver();
  await deliver(matrix, optionsFor(`${receiver.url}/synapse`));
  expect(receiver.received[0]?.path).toMatch(/^\/synapse\/_matrix\//);
});

test('waits as long as the homeserver asks', async () => {
  const body = '{"errcode":"M_LIMIT_EXCEEDED","error":"Too Many Requests","retry_after_ms":5000}';
  const { url } = await startReceiver({ status: 429, body });
  expect(await deliver(matrix, optionsFor(url))).toEqual({
    kind: 'deferred',
    evidence: `answered 429: ${body}`,
    afterMs: 5_000,
  });
});

test('is refused with a token that nobody knows, which is not repeated', async () => {
  const body = '{"errcode":"M_UNKNOWN_TOKEN","error":"Unrecognised access token syt_canary"}';
  const { url } = await startReceiver({ status: 401, body });
  expect(await deliver(matrix, optionsFor(url))).toEqual({
    kind: 'refused',
    evidence: 'answered 401: {"errcode":"M_UNKNOWN_TOKEN","error":"Unrecognised access token [secret]"}',
  });
});

test.for(['#admins:example.org', '!', 'admins', '! admins:example.org'])(
  '%s is the id of no room',
  (room) => {
    expect(matrix.options.safeParse({ ...optionsFor('https://a/'), room }).success).toBe(false);
  },
);
