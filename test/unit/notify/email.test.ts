import { describe, expect, test } from 'vitest';
import email from '../../../server/notify/email.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import { deliver } from '../../support/deliver.ts';
import type { Told } from '../../support/deliver.ts';
import { serveTcp } from '../../support/loopback.ts';
import { startMailServer } from '../../support/mail-server.ts';

const written = (port: number, more: object = {}) => ({
  host: '127.0.0.1',
  port,
  tls: 'none',
  from: 'vigie@example.org',
  to: ['admins@example.org'],
  ...more,
});

const mailOf = async (told: Told = {}) => {
  const { port, mails } = await startMailServer();
  expect(await deliver(email, written(port), told)).toMatchObject({ kind: 'delivered' });
  return mails[0]!;
};

describe('a mail', () => {
  test('says everything in each language, the title in the first one', async () => {
    const mail = await mailOf();
    expect(mail).toMatchObject({ from: 'vigie@example.org', to: ['admins@example.org'] });
    expect(mail.header('subject')).toBe('=?UTF-8?Q?Bases_de_donn=C3=A9es_=3A_en_panne?=');
    expect(mail.body.replaceAll('\r\n', '\n').trim()).toBe(
      'Bases de données : en panne depuis 14 h 02.\nLe serveur refuse les connexions.\n\n– – –\n\nDatabases: down since 14:02.\nThe server refuses connections.',
    );
  });

  test('tells machines what it is', async () => {
    const mail = await mailOf();
    const headers = {
      from: 'Vigie Globenet <vigie@example.org>',
      to: 'admins@example.org',
      date: 'Sun, 22 Nov 2026 13:02:00 +0000',
      'auto-submitted': 'auto-generated',
      'list-id': '<admins.vigie.example.org>',
      'content-language': 'fr, en',
      importance: 'high',
      'content-type': 'text/plain; charset=utf-8',
    };
    for (const [name, value] of Object.entries(headers))
      expect([name, mail.header(name)]).toEqual([name, value]);
    expect(mail.header('message-id')).toMatch(/^<[0-9a-f]{40}@example\.org>$/);
  });

  test('is the same, byte for byte, when it is sent again', async () => {
    expect((await mailOf()).raw).toBe((await mailOf()).raw);
  });

  test('answers the first of its story', async () => {
    const first = await mailOf();
    const later: Partial<Message> = { key: 'recovery/a1/admins', kind: 'recovery' };
    const answer = await mailOf({ message: later });
    expect(first.header('references')).toBeUndefined();
    expect(answer.header('references')).toBe(first.header('message-id'));
    expect(answer.header('in-reply-to')).toBe(first.header('message-id'));
    expect(answer.header('message-id')).not.toBe(first.header('message-id'));
    expect(answer.header('importance')).toBeUndefined();
  });

  test('has no line that ends it too early, nor a title that adds a header', async () => {
    const title = 'up\r\nBcc: everybody@example.org';
    const text = 'one\n.\nMAIL FROM:<a@example.org>\n..two\n.';
    const mail = await mailOf({
      message: { title: { fr: title, en: title }, text: { fr: text, en: text } },
      errand: { languages: ['en'] },
    });
    expect(mail.header('bcc')).toBeUndefined();
    expect(mail.to).toEqual(['admins@example.org']);
    expect(mail.body).toContain('one\r\n.\r\nMAIL FROM:<a@example.org>\r\n..two\r\n.\r\n');
  });
});

describe('what the server says', () => {
  const all = () => '550 5.1.1 nobody here';
  const second = (answer: string) => (address: string) => (address.startsWith('b') ? answer : undefined);

  test.for([
    ['a greeting', { connect: '554 5.7.1 go away' }, 'refused', /the greeting: 554 5\.7\.1 go away/],
    ['a busy greeting', { connect: '421 4.3.2 come again' }, 'deferred', /421 4\.3\.2 come again/],
    ['the sender', { sender: '550 5.7.1 not you' }, 'refused', /the sender <vigie@example\.org>: 550/],
    ['the sender for now', { sender: '450 4.7.1 greylisted' }, 'deferred', /the sender .*: 450/],
    ['the recipient', { recipient: all }, 'refused', /^not to <admins@example\.org>: 550 5\.1\.1 nobody/],
    ['the message', { message: '554 5.7.1 spam' }, 'refused', /the message: 554 5\.7\.1 spam/],
    ['the message for now', { message: '452 4.3.1 disk full' }, 'deferred', /the message: 452 4\.3\.1/],
  ] as const)('to refuse %s', async ([, mood, kind, evidence]) => {
    const { port, mails } = await startMailServer(mood);
    expect(await deliver(email, written(port))).toEqual({ kind, evidence: expect.stringMatching(evidence) });
    expect(mails).toEqual([]);
  });

  test('to take it is kept as evidence', async () => {
    const { port } = await startMailServer();
    expect(await deliver(email, written(port))).toEqual({
      kind: 'delivered',
      evidence: '250 OK: queued as 1',
    });
  });

  test('of one of several recipients keeps it from nobody else', async () => {
    const { port, mails } = await startMailServer({ recipient: second('550 5.1.1 nobody') });
    const to = ['a@example.org', 'b@example.org', 'c@example.org'];
    expect(await deliver(email, written(port, { to }))).toEqual({
      kind: 'delivered',
      evidence: '250 OK: queued as 1; not to <b@example.org>: 550 5.1.1 nobody',
    });
    expect(mails[0]?.to).toEqual(['a@example.org', 'c@example.org']);
  });

  test('of one of several recipients for now puts it off for all, so that nobody has it twice', async () => {
    const { port, mails } = await startMailServer({ recipient: second('451 4.3.0 later') });
    const to = ['a@example.org', 'b@example.org'];
    expect(await deliver(email, written(port, { to }))).toMatchObject({ kind: 'deferred' });
    expect(mails).toEqual([]);
  });

  test('when it offers no encryption: nothing is sent in the clear that was to be encrypted', async () => {
    const { port, mails } = await startMailServer();
    expect(await deliver(email, written(port, { tls: 'starttls' }))).toEqual({
      kind: 'deferred',
      evidence: 'STARTTLS is not offered',
    });
    expect(mails).toEqual([]);
  });

  test.for([
    ['without end', 'x'.repeat(100_000), /no end of the reply within 4096 bytes/],
    ['in another protocol', '* OK IMAP4rev1\r\n', /IMAP4rev1/],
  ] as const)('%s', async ([, words, evidence]) => {
    await using server = await serveTcp((socket) => void socket.write(words));
    const delivery = await deliver(email, written(server.port));
    expect(delivery).toEqual({ kind: 'deferred', evidence: expect.stringMatching(evidence) });
  });

  test('nothing at all', async () => {
    await using server = await serveTcp(() => {});
    const delivery = await deliver(email, written(server.port), { errand: { timeoutMs: 300 } });
    expect(delivery).toMatchObject({ kind: 'deferred', evidence: expect.stringContaining('300 ms') });
  });
});

describe('its options', () => {
  test('name the hosts and domains on which it depends', () => {
    const options = email.options.parse(written(25, { host: 'mx.example.org', to: ['a@example.net'] }));
    expect(email.hosts(options)).toEqual(['mx.example.org', 'example.net']);
  });

  test.for([
    { to: [] },
    { to: ['a@example.org', 'a@example.org'] },
    { to: ['a@example.org>\r\nRCPT TO:<b@example.org'] },
    { from: 'Vigie <vigie@example.org>' },
    { user: 'vigie' },
    { expires: { warn: '14d' } },
  ])('cannot be %o', (more) => {
    expect(email.options.safeParse(written(25, more)).success).toBe(false);
  });
});
