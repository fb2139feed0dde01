import { describe, expect, test } from 'vitest';
import { Deadline } from '../../../checks/lib/contract.ts';
import type { SubscriberMail } from '../../../server/app/subscriptions/mailings.ts';
import { sendSubscriberMail, subscriberOptions } from '../../../server/notify/lib/subscriber-mail.ts';
import { systemClock } from '../../../server/system.ts';
import { freePort } from '../../support/daemon.ts';
import { serveTcp } from '../../support/loopback.ts';
import { startMailServer } from '../../support/mail-server.ts';
import type { Mood } from '../../support/mail-server.ts';
import { makeConfig } from '../../support/watch.ts';

const mail: SubscriberMail = {
  key: 'incident-1/2/n',
  thread: 'incident-1/n',
  at: Date.UTC(2026, 10, 22, 13),
  name: 'a'.repeat(32),
  to: 'ada@example.net',
  language: 'fr',
  subject: '[Globenet] Disque plein\u00a0: résolu',
  text: 'C’est réparé.\n',
  unsubscribeUrl: 'https://status.example/fr/unsubscribe/x',
};

const sender = (port: number, more: object = {}) => {
  const options = subscriberOptions.parse({
    host: '127.0.0.1',
    port,
    tls: 'none',
    from: 'status@example.org',
    ...more,
  });
  const subscriptions = { perMinute: 60, askedPerHour: 60, most: 100, options };
  const send = sendSubscriberMail(() => ({ ...makeConfig([]), subscriptions }), systemClock);
  return (changed: Partial<SubscriberMail> = {}, signal = new AbortController().signal) =>
    send({ ...mail, ...changed }, signal);
};

const through = async (changed: Partial<SubscriberMail> = {}, more: object = {}, mood: Mood = {}) => {
  const { port, mails } = await startMailServer(mood);
  return { delivery: await sender(port, more)(changed), mail: mails[0] };
};

describe('a mail', () => {
  test('is to one, says how to be told no more, and is the same when it is sent again', async () => {
    const sent = await through();
    expect(sent.delivery).toEqual({ kind: 'delivered' });
    expect(sent.mail).toMatchObject({ from: 'status@example.org', to: ['ada@example.net'] });
    const headers = {
      to: 'ada@example.net',
      date: 'Sun, 22 Nov 2026 13:00:00 +0000',
      'auto-submitted': 'auto-generated',
      precedence: 'list',
      'content-language': 'fr',
      'list-id': '<status.example.org>',
      'list-unsubscribe': '<https://status.example/fr/unsubscribe/x>',
      'list-unsubscribe-post': 'List-Unsubscribe=One-Click',
      'content-type': 'text/plain; charset=utf-8',
    };
    for (const [name, value] of Object.entries(headers))
      expect([name, sent.mail?.header(name)]).toEqual([name, value]);
    expect(sent.mail?.header('message-id')).toMatch(/^<[0-9a-f]{40}@example\.org>$/);
    expect(sent.mail?.header('references')).toMatch(/^<[0-9a-f]{40}@example\.org>$/);
    expect((await through()).mail?.raw).toBe(sent.mail?.raw);
  });

  test('that asks for a confirmation belongs to no list yet', async () => {
    const { thread: _, unsubscribeUrl: __, ...invitation } = mail;
    const { port, mails } = await startMailServer();
    const options = subscriberOptions.parse({
      host: '127.0.0.1',
      port,
      tls: 'none',
      from: 'status@example.org',
    });
    const subscriptions = { perMinute: 60, askedPerHour: 60, most: 100, options };
    const send = sendSubscriberMail(() => ({ ...makeConfig([]), subscriptions }), systemClock);
    await send(invitation, new AbortController().signal);
    for (const name of ['list-unsubscribe', 'list-unsubscribe-post', 'references'])
      expect(mails[0]?.header(name)).toBeUndefined();
  });

  test('comes back to whom the envelope names', async () => {
    const { mail } = await through({}, { bounces: 'bounces@example.org', unsubscribe: 'out@example.org' });
    expect(mail?.from).toBe(`bounces+${'a'.repeat(32)}@example.org`);
    expect(mail?.header('list-unsubscribe')).toBe(
      '<https://status.example/fr/unsubscribe/x>, <mailto:out@example.org>',
    );
  });

  test.for([
    'Panne\r\nBcc: eve@example.net',
    'Panne\nX-Canary: 1\n\n<script>',
    'é'.repeat(10_000),
    '\u202eenna\u2066P\u0000',
    '{{7*7}} %s =?UTF-8?Q?=0D=0ABcc:_eve@example.net?=',
  ])('has no header and no recipient that somebody wrote into a title: %j', async (subject) => {
    const { delivery, mail } = await through({ subject, text: `.\r\n${subject}\r\n.\r\nQUIT\r\n` });
    expect(delivery).toEqual({ kind: 'delivered' });
    expect(mail?.to).toEqual(['ada@example.net']);
    expect([mail?.header('bcc'), mail?.header('x-canary'), mail?.header('cc')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(mail?.header('subject')?.length).toBeLessThan(3_000);
    for (const letter of ['\u0000', '=00', '=E2=80=AE', '=E2=81=A6']) expect(mail?.raw).not.toContain(letter);
  });
});

const answers: readonly (readonly [string, Mood, object])[] = [
  [
    'a recipient refused for good',
    { recipient: () => '550 5.1.1 <ada@example.net> is unknown' },
    { kind: 'refused', evidence: '550 5.1.1' },
  ],
  [
    'a recipient put off',
    { recipient: () => '451 4.7.1 ada@example.net: greylisted' },
    { kind: 'later', whose: 'theirs', evidence: '451 4.7.1' },
  ],
  [
    'a message refused',
    { message: '554 5.7.1 spam to ada@example.net' },
    { kind: 'unwanted', evidence: '554 5.7.1' },
  ],
  [
    'a message put off',
    { message: '452 4.3.1 full' },
    { kind: 'later', whose: 'theirs', evidence: '452 4.3.1' },
  ],
  [
    'too many recipients',
    { recipient: () => '421 4.7.0 too many' },
    { kind: 'later', whose: 'ours', evidence: expect.stringContaining('421') },
  ],
  [
    'a sender refused',
    { sender: '553 5.7.1 not yours' },
    { kind: 'later', whose: 'ours', evidence: 'rejected 553 5.7.1' },
  ],
  [
    'a greeting that refuses',
    { connect: '554 5.3.2 closed' },
    { kind: 'later', whose: 'ours', evidence: expect.stringContaining('554') },
  ],
];

describe('a mail server', () => {
  test.for(answers)(
    '%s: it is known whose trouble that is, and nothing is repeated',
    async ([, mood, delivery]) => {
      const given = (await through({}, {}, mood)).delivery;
      expect(given).toEqual(delivery);
      expect(JSON.stringify(given)).not.toContain('ada');
    },
  );

  test('that is not there, or says nothing, is trouble of ours', async () => {
    const server = await serveTcp(() => {});
    const ended = sender(server.port)({}, AbortSignal.timeout(50));
    await expect(ended).rejects.toThrow();
    expect(await sender(await freePort())()).toEqual({ kind: 'later', whose: 'ours', evidence: 'refused' });
  });

  test.for(['hangs up', 'says nothing more'])(
    'that %s when it hears who it is for keeps no others waiting',
    async (how) => {
      const deadline = new AbortController();
      const server = await serveTcp((socket) => {
        socket.write('220 mx.example.org\r\n');
        socket.on('data', (said) => {
          if (!said.toString().startsWith('RCPT')) socket.write('250 OK\r\n');
          else if (how === 'hangs up') socket.end();
          else deadline.abort(new Deadline(1));
        });
      });
      expect(await sender(server.port)({}, deadline.signal)).toMatchObject({
        kind: 'later',
        whose: 'theirs',
      });
    },
  );
});
