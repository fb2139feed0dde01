import { expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import smsFreeMobile from '../../../server/notify/sms-free-mobile.ts';
import { deliver } from '../../support/deliver.ts';
import { startReceiver } from '../../support/receiver.ts';

const account = { user: '12345678', key: new Secret('c4n4ry+/key') };

test('asks for one SMS, on one line', async () => {
  const receiver = await startReceiver();
  const written = { ...account, server: `${receiver.url}/sendmsg` };
  expect(await deliver(smsFreeMobile, written)).toEqual({ kind: 'delivered', evidence: 'answered 200' });
  const { pathname, searchParams } = new URL(receiver.received[0]!.path, receiver.url);
  expect(pathname).toBe('/sendmsg');
  expect(Object.fromEntries(searchParams)).toEqual({
    user: '12345678',
    pass: 'c4n4ry+/key',
    msg: 'Bases de données : en panne depuis 14 h 02. Le serveur refuse les connexions.',
  });
});

test('is as long as two SMS at most', async () => {
  const receiver = await startReceiver();
  await deliver(
    smsFreeMobile,
    { ...account, server: receiver.url },
    { message: { text: { fr: 'x'.repeat(5_000), en: '' } } },
  );
  expect(new URL(receiver.received[0]!.path, receiver.url).searchParams.get('msg')).toHaveLength(300);
});

test.for([
  [402, 'deferred', 'answered 402 (too many at once)'],
  [403, 'refused', 'answered 403'],
  [400, 'refused', 'answered 400'],
  [500, 'deferred', 'answered 500'],
] as const)('an answer %i means: %s', async ([status, kind, evidence]) => {
  const { url } = await startReceiver({ status });
  expect(await deliver(smsFreeMobile, { ...account, server: url })).toEqual({ kind, evidence });
});

test('the key is never repeated, however it is spelt', async () => {
  const { url } = await startReceiver({ status: 500, body: 'c4n4ry+/key c4n4ry%2B%2Fkey' });
  const { evidence } = await deliver(smsFreeMobile, { ...account, server: url });
  expect(evidence).toBe('answered 500: [secret] [secret]');
});
