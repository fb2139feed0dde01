// A real Dovecot, over IMAP and POP3.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import imap from '../../checks/imap.ts';
import pop3 from '../../checks/pop3.ts';
import { Secret } from '../../config/secret.ts';
import { account } from '../support/dovecot.ts';
import { canMail, startMailRig } from '../support/mail-rig.ts';
import type { MailRig } from '../support/mail-rig.ts';
import { runCheck } from '../support/probe.ts';

describe.skipIf(!canMail)('Dovecot', () => {
  let rig: MailRig;
  beforeAll(async () => {
    rig = await startMailRig();
  });
  afterAll(() => rig[Symbol.asyncDispose]());
  const login = { user: account.user, password: new Secret(account.password) };
  const see = (type: 'imap' | 'pop3', written: object = {}) =>
    runCheck(
      type === 'imap' ? imap : pop3,
      {
        host: '127.0.0.1',
        port: rig.dovecot[type],
        ca: rig.authority.root.certificate,
        ...login,
        ...written,
      },
      { timeoutMs: 10_000 },
    );

  test('an empty mailbox has no message to read, a full one has', async () => {
    const empty = await see('imap', { tls: 'starttls' });
    expect(empty).toMatchObject({ kind: 'ok', facts: { messages: 0 } });
    expect(Object.keys(empty.phasesUs)).not.toContain('fetch');
    expect(await see('pop3', { tls: 'starttls' })).toMatchObject({
      kind: 'ok',
      facts: { messages: 0, bytes: 0 },
    });
    rig.deliver();
    const full = await see('imap', { tls: 'implicit', port: rig.dovecot.imaps });
    expect(full).toMatchObject({ kind: 'ok', facts: { messages: 1 } });
    expect(Object.keys(full.phasesUs)).toContain('fetch');
    expect(await see('pop3', { tls: 'implicit', port: rig.dovecot.pop3s })).toMatchObject({
      kind: 'ok',
      facts: { messages: 1 },
    });
  });

  test.for(['imap', 'pop3'] as const)('%s: a wrong password is told as one', async (type) => {
    expect(await see(type, { tls: 'starttls', password: new Secret('another') })).toMatchObject({
      kind: 'fail',
      cause: 'auth_failed',
      evidence: expect.stringMatching(/authentication failed/i),
    });
  });

  test('a mailbox that is not there is told', async () => {
    expect(await see('imap', { tls: 'starttls', mailbox: 'None' })).toMatchObject({
      kind: 'fail',
      cause: 'bad_answer',
      evidence: expect.stringContaining("doesn't exist"),
    });
  });
});
