// A real Postfix, as an MX and as a submission server.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import smtp from '../../checks/smtp.ts';
import { Secret } from '../../config/secret.ts';
import { account } from '../support/dovecot.ts';
import { canMail, startMailRig, tlsOf } from '../support/mail-rig.ts';
import type { MailRig } from '../support/mail-rig.ts';
import { runCheck } from '../support/probe.ts';

describe.skipIf(!canMail)('Postfix', () => {
  let rig: MailRig;
  beforeAll(async () => {
    rig = await startMailRig();
  });
  afterAll(() => rig[Symbol.asyncDispose]());
  const see = (written: object = {}) =>
    runCheck(smtp, {
      host: '127.0.0.1',
      port: rig.postfix.port,
      ca: rig.authority.root.certificate,
      to: account.user,
      ...written,
    });
  const login = { user: account.user, password: new Secret(account.password) };

  test('takes the envelope of a stranger for its own domain only, and gets no message', async () => {
    expect(await see()).toMatchObject({ kind: 'ok', facts: { encrypted: true } });
    expect(await see({ to: 'somebody@else.test' })).toMatchObject({
      kind: 'fail',
      cause: 'rejected',
      evidence: expect.stringContaining('Relay access denied'),
    });
    expect(rig.postfix.waiting()).toBe(0);
  });

  test('lets its own send anywhere', async () => {
    const outcome = await see({ ...login, from: account.user, to: 'somebody@else.test' });
    expect(outcome).toMatchObject({ kind: 'ok' });
    expect(Object.keys(outcome.phasesUs)).toEqual(smtp.phases.filter((phase) => phase !== 'resolve'));
  });

  test('over TLS from the first byte', async () => {
    const port = rig.postfix.tlsPort;
    expect(await see({ ...login, port, tls: 'implicit' })).toMatchObject({ kind: 'ok' });
    expect(
      await runCheck(smtp, { host: '127.0.0.1', port, tls: 'starttls' }, { timeoutMs: 500 }),
    ).toMatchObject({
      kind: 'fail',
      cause: 'timeout_reply',
    });
  });

  test('warns of a certificate that is about to expire', async () => {
    await rig.postfix.become(tlsOf(rig.issue({ fromDays: -80, toDays: 10 })));
    expect(await see()).toMatchObject({ kind: 'warn', cause: 'tls_expiring' });
    await rig.postfix.become({});
  });
});
