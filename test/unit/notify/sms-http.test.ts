import { describe, expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import smsHttp from '../../../server/notify/sms-http.ts';
import { deliver } from '../../support/deliver.ts';
import { lastJson, startReceiver } from '../../support/receiver.ts';

const sms = {
  to: '+33612345678',
  'to-field': 'recipient',
  'text-field': 'content',
  fields: { sender: 'Vigie', password: new Secret('canary') },
};
const values = {
  sender: 'Vigie',
  password: 'canary',
  recipient: '+33612345678',
  content: 'Bases de données : en panne depuis 14 h 02. Le serveur refuse les connexions.',
};

describe('the fields are sent', () => {
  test('as a form', async () => {
    const receiver = await startReceiver();
    await deliver(smsHttp, { ...sms, url: receiver.url });
    const [{ method, headers, body } = { method: '', headers: {}, body: '' }] = receiver.received;
    expect([method, headers['content-type']]).toEqual(['POST', 'application/x-www-form-urlencoded']);
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual(values);
  });

  test('as JSON', async () => {
    const receiver = await startReceiver();
    await deliver(smsHttp, { ...sms, url: receiver.url, format: 'json', token: new Secret('bearer-canary') });
    expect(receiver.received[0]?.headers.authorization).toBe('Bearer bearer-canary');
    expect(lastJson(receiver)).toEqual(values);
  });

  test('in the address, beside what is already there', async () => {
    const receiver = await startReceiver();
    await deliver(smsHttp, { ...sms, url: `${receiver.url}/send?account=1`, format: 'query' });
    const { method, path } = receiver.received[0]!;
    expect(method).toBe('GET');
    expect(Object.fromEntries(new URL(path, receiver.url).searchParams)).toEqual({ account: '1', ...values });
  });
});

test('a gateway that answers 200 to everything is believed only when it says the word', async () => {
  const { url } = await startReceiver({ body: 'OK 4711' }, { body: 'KO canary has no credit' });
  const send = () => deliver(smsHttp, { ...sms, url, expect: 'OK ' });
  expect(await send()).toEqual({ kind: 'delivered', evidence: 'answered 200: OK 4711' });
  expect(await send()).toEqual({
    kind: 'refused',
    evidence: 'answered 200: KO [secret] has no credit: not "OK "',
  });
});

test('is cut after so many letters', async () => {
  const receiver = await startReceiver();
  const message = { text: { fr: 'x'.repeat(5_000), en: '' } };
  await deliver(smsHttp, { ...sms, url: receiver.url, format: 'json', length: 70 }, { message });
  expect((lastJson(receiver) as { content: string }).content).toHaveLength(70);
});

test.for(['0612', '+33 6 12', 'admin', '1'.repeat(16), '0612;rm'])('%s: is it a number?', (to) => {
  const isNumber = /^\d+$/.test(to) && to.length <= 15;
  expect(smsHttp.options.safeParse({ ...sms, url: 'https://sms.example.org/', to }).success).toBe(isNumber);
});
