import { expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import ntfy from '../../../server/notify/ntfy.ts';
import { deliver } from '../../support/deliver.ts';
import { lastJson, startReceiver } from '../../support/receiver.ts';

test('publishes title and text apart, the title in the first language', async () => {
  const receiver = await startReceiver();
  expect(await deliver(ntfy, { server: receiver.url, topic: 'vigie' })).toMatchObject({ kind: 'delivered' });
  expect(receiver.received).toMatchObject([{ method: 'POST', path: '/' }]);
  expect(receiver.received[0]?.headers).not.toHaveProperty('authorization');
  expect(lastJson(receiver)).toEqual({
    topic: 'vigie',
    title: 'Bases de données : en panne',
    message:
      'Bases de données : en panne depuis 14 h 02.\nLe serveur refuse les connexions.\n\n– – –\n\nDatabases: down since 14:02.\nThe server refuses connections.',
    priority: 5,
  });
});

test('shows a token and a secret topic to the server alone', async () => {
  const receiver = await startReceiver({ status: 403, body: 'forbidden: canary-topic, tk_canary' });
  const written = {
    server: receiver.url,
    topic: new Secret('canary-topic'),
    token: new Secret('tk_canary'),
  };
  expect(await deliver(ntfy, written)).toEqual({
    kind: 'refused',
    evidence: 'answered 403: forbidden: [secret], [secret]',
  });
  expect(lastJson(receiver)).toMatchObject({ topic: 'canary-topic' });
  expect(receiver.received[0]?.headers.authorization).toBe('Bearer tk_canary');
});

test.for([
  [{ severity: 'down' }, 5],
  [{ severity: 'degraded' }, 4],
  [{ severity: 'info', kind: 'word' }, 3],
  [{ severity: 'down', kind: 'recovery' }, 3],
] as const)('%o wakes with priority %i', async ([message, priority]) => {
  const receiver = await startReceiver();
  await deliver(ntfy, { server: receiver.url, topic: 'vigie' }, { message });
  expect(lastJson(receiver)).toMatchObject({ priority });
});

test('a drill says so', async () => {
  const receiver = await startReceiver();
  await deliver(ntfy, { server: receiver.url, topic: 'vigie' }, { message: { exercise: true } });
  expect(lastJson(receiver)).toMatchObject({
    title: '[exercice] Bases de données : en panne',
    message: expect.stringContaining('[exercise] Databases: down since'),
  });
});

test('goes to ntfy.sh, unless it is written', () => {
  expect(ntfy.hosts(ntfy.options.parse({ topic: 'vigie' }))).toEqual(['ntfy.sh']);
});

test.for(['', 'a/b', 'a b', 'a'.repeat(65), new Secret('a/b')])('%s is no topic', (topic) => {
  expect(ntfy.options.safeParse({ topic }).success).toBe(false);
});
