// Mail that goes round through a real Postfix into a real Dovecot, and what keeps it on its way.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import mailLoop from '../../checks/mail-loop.ts';
import { Secret } from '../../config/secret.ts';
import { account } from '../support/dovecot.ts';
import { canMail, startMailRig } from '../support/mail-rig.ts';
import type { MailRig } from '../support/mail-rig.ts';
import { runCheck } from '../support/probe.ts';

const minute = 60_000;
const hour = 60 * minute;
const patient = { timeoutMs: 20_000 };
/** Long enough to submit a message and see that it has not come. */
const brief = { timeoutMs: 6_000 };

describe.skipIf(!canMail)('mail that goes round', () => {
  let rig: MailRig;
  beforeAll(async () => {
    rig = await startMailRig();
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  const start = Date.now();
  const probe = (afterMs: number, circumstances: object = patient) => {
    const { host, ca } = rig.account;
    const login = { host, ca, user: account.user, password: new Secret(account.password), tls: 'starttls' };
    const written = {
      submit: { ...login, port: rig.postfix.port, from: account.user },
      to: account.user,
      read: { ...login, port: rig.dovecot.imap },
    };
    return runCheck(mailLoop, written, { ...circumstances, now: start + afterMs });
  };
  const messages = () => rig.messages();
  /** All that the queue has is delivered. */
  const delivered = () => expect.poll(() => rig.postfix.waiting(), { timeout: 20_000 }).toBe(0);
  const deliverNow = async () => {
    await rig.postfix.become({});
    rig.postfix.run('postsuper', '-H', 'ALL');
    rig.postfix.run('postqueue', '-f');
    await delivered();
  };

  test('arrives, is measured, and leaves nothing behind', async () => {
    const outcome = await probe(0);
    expect(outcome).toMatchObject({ kind: 'ok', facts: { inFlight: 0 } });
    expect(Object.keys(outcome.phasesUs)).toEqual(['mailbox', 'submission', 'delivery']);
    expect(messages()).toEqual([]);
  });

  test('other mail in the mailbox is left alone', async () => {
    rig.deliver();
    expect(await probe(0)).toMatchObject({ kind: 'ok' });
    expect(messages().length).toBe(1);
    rig.empty();
  });

  test('that is held is late, then lost, and found when it comes after an hour', async () => {
    await rig.postfix.become({ defer_transports: 'virtual' });
    expect(await probe(0, brief)).toMatchObject({
      kind: 'ok',
      facts: { inFlight: 1, oldestUnseenAt: start },
    });
    expect(await probe(5 * minute, brief)).toMatchObject({
      kind: 'warn',
      cause: 'undelivered',
      evidence: expect.stringContaining('within 5.0 min'),
      facts: { inFlight: 2 },
    });
    expect(await probe(61 * minute, brief)).toMatchObject({
      kind: 'fail',
      cause: 'undelivered',
      facts: { inFlight: 3 },
    });
    await deliverNow();
    expect(await probe(66 * minute)).toMatchObject({
      kind: 'warn',
      cause: 'slow',
      evidence: expect.stringMatching(/arrived 61\.0 min to 66\.0 min later$/),
      facts: { inFlight: 0 },
    });
    // The two that were late stay, to be read; what came at once has been removed.
    expect(messages().filter((text) => text.includes('X-Vigie-Loop')).length).toBe(2);
    expect(await probe(71 * minute)).toMatchObject({ kind: 'ok' });
    expect(messages().length).toBe(2);
    expect(await probe(31 * 24 * hour)).toMatchObject({ kind: 'ok' });
    expect(messages()).toEqual([]);
  });

  test('that is lost among others is told once, and found even so', async () => {
    await rig.postfix.become({ defer_transports: 'virtual' });
    await probe(0, brief);
    rig.postfix.run('postsuper', '-h', 'ALL');
    await rig.postfix.become({});
    expect(await probe(5 * minute)).toMatchObject({ kind: 'ok', facts: { inFlight: 1 } });
    expect(await probe(61 * minute)).toMatchObject({
      kind: 'warn',
      cause: 'undelivered',
      evidence: expect.stringContaining('though later ones have'),
    });
    expect(await probe(66 * minute)).toMatchObject({ kind: 'ok', facts: { inFlight: 0 } });
    await deliverNow();
    expect(await probe(70 * minute)).toMatchObject({ kind: 'warn', cause: 'slow' });
    expect(messages().length).toBe(1);
    rig.empty();
  });

  test('is not lost while nobody can look', async () => {
    await rig.postfix.become({ defer_transports: 'virtual' });
    expect(await probe(0, brief)).toMatchObject({ kind: 'ok', facts: { inFlight: 1 } });
    await rig.dovecot.leave();
    await deliverNow();
    expect(await probe(2 * hour)).toMatchObject({
      kind: 'fail',
      cause: 'refused',
      evidence: expect.stringMatching(/^the mailbox: /),
    });
    await rig.dovecot.start();
    expect(await probe(3 * hour)).toMatchObject({ kind: 'ok', facts: { inFlight: 0 } });
    expect(messages()).toEqual([]);
  });

  test('that is greylisted is put off, and not lost', async () => {
    const greylist = { smtpd_recipient_restrictions: 'check_recipient_access static:{450 4.2.0 Greylisted}' };
    await rig.postfix.become(greylist);
    for (const afterMs of [0, 5 * minute, 2 * hour])
      expect(await probe(afterMs)).toMatchObject({
        kind: 'warn',
        cause: 'deferred',
        evidence: expect.stringMatching(/^the submission: .*Greylisted/),
        facts: { inFlight: 0 },
      });
    await rig.postfix.become({});
    expect(await probe(2 * hour + minute)).toMatchObject({ kind: 'ok' });
    expect(messages()).toEqual([]);
  });

  test('keeps its memory from another process', async () => {
    await rig.postfix.become({ defer_transports: 'virtual' });
    await probe(0, brief);
    // What the mailbox says is all there is: this process keeps nothing.
    const [ledger = ''] = messages();
    expect(ledger).toMatch(/^[0-9a-f]{32} \d+ \d+ waiting\r?$/m);
    await deliverNow();
    expect(await probe(minute)).toMatchObject({ kind: 'ok', facts: { inFlight: 0 } });
    expect(messages()).toEqual([]);
  });
});
