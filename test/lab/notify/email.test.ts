// A mail from us, through a real Postfix that wants TLS and a password, into a mailbox.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { Secret } from '../../../config/secret.ts';
import email from '../../../server/notify/email.ts';
import { deliver } from '../../support/deliver.ts';
import { account } from '../../support/dovecot.ts';
import { mailOf } from '../../support/mail-server.ts';
import { canMail, startMailRig } from '../../support/mail-rig.ts';
import type { MailRig } from '../../support/mail-rig.ts';

describe.skipIf(!canMail)('through Postfix', () => {
  let rig: MailRig;
  beforeAll(async () => {
    rig = await startMailRig();
  });
  afterAll(() => rig[Symbol.asyncDispose]());
  beforeEach(() => rig.empty());

  const send = (more: object = {}, message = {}) =>
    deliver(
      email,
      {
        host: '127.0.0.1',
        port: rig.postfix.port,
        ca: readFileSync(rig.account.ca, 'utf8'),
        user: account.user,
        password: new Secret(account.password),
        from: account.user,
        to: [account.user],
        ...more,
      },
      { message },
    );

  test('a mail arrives as it was meant, and its answer in the same thread', async () => {
    const key = 'recovery/a1/admins';
    expect(await send()).toEqual({
      kind: 'delivered',
      evidence: expect.stringMatching(/^250 2\.0\.0 Ok: queued as /),
    });
    expect(await send({}, { key, kind: 'recovery' })).toMatchObject({ kind: 'delivered' });
    await expect.poll(() => rig.messages().length, { timeout: 20_000 }).toBe(2);
    const mails = rig.messages().map((raw) => mailOf('', [], raw.replaceAll(/\r?\n/g, '\r\n')));
    const [first, answer] = mails.toSorted(
      (a, b) => Number(a.header('references') !== undefined) - Number(b.header('references') !== undefined),
    );
    expect(first?.body).toContain('Bases de données : en panne depuis 14 h 02.');
    expect(first?.body).toContain('Databases: down since 14:02.');
    expect(answer?.header('references')).toBe(first?.header('message-id'));
    expect(first?.header('received')).toContain('ESMTPSA');
  });

  test('a wrong password is a refusal that does not repeat it', async () => {
    const delivery = await send({ password: new Secret('wrong-canary') });
    expect(delivery).toMatchObject({ kind: 'refused', evidence: expect.stringContaining('535') });
    expect(delivery.evidence).not.toContain('canary');
    expect(delivery.evidence).not.toContain(Buffer.from('wrong-canary').toString('base64'));
  });

  test('a recipient that is not there is a refusal', async () => {
    expect(await send({ to: ['nobody@lab.test'] })).toMatchObject({
      kind: 'refused',
      evidence: expect.stringMatching(/^not to <nobody@lab\.test>: 550 /),
    });
  });

  test('nothing is told to a server whose certificate nobody vouches for', async () => {
    expect(await send({ ca: undefined })).toMatchObject({ kind: 'deferred' });
    expect(rig.messages()).toEqual([]);
  });

  test('a server that is stopped puts it off', async () => {
    await rig.postfix.leave();
    expect(await send()).toMatchObject({
      kind: 'deferred',
      evidence: expect.stringContaining('refused the connection'),
    });
    await rig.postfix.start();
    expect(await send()).toMatchObject({ kind: 'delivered' });
  });
});
