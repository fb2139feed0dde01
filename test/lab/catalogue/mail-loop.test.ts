// What keeps a message from going round: who takes it, who delivers it, and where it is read.
import { chmodSync } from 'node:fs';
import { describe, expect } from 'vitest';
import type { Cause } from '../../../checks/lib/outcome.ts';
import { catalogue } from '../../support/catalogue.ts';
import type { Fault } from '../../support/catalogue.ts';
import { canMail, startMailRig, tlsOf } from '../../support/mail-rig.ts';
import type { MailRig } from '../../support/mail-rig.ts';

type Expected = Fault<MailRig>['expected'];

const down = (cause: Cause): Expected => ({ state: 'down', cause });

/** Settings of Postfix; what waits when they end is delivered before the check is expected to be well. */
const becoming = (
  fault: string,
  settings: (rig: MailRig) => Readonly<Record<string, string>>,
  expected: Expected,
  probes?: number,
): Fault<MailRig> => ({
  fault,
  inject: (rig) => rig.postfix.become(settings(rig)),
  mend: async ({ postfix, empty }) => {
    await postfix.become({});
    postfix.run('postqueue', '-f');
    await expect.poll(() => postfix.waiting(), { timeout: 20_000 }).toBe(0);
    // What was on its way is not awaited any more, nor is it remembered.
    if (expected !== 'nothing') empty();
  },
  expected,
  ...(probes !== undefined && { probes }),
});

const held = { defer_transports: 'virtual' };
const greylisting = { smtpd_recipient_restrictions: 'check_recipient_access static:{450 4.2.0 Greylisted}' };
const astray = {
  virtual_alias_maps: 'inline:{ probe@lab.test=other@lab.test }',
  virtual_mailbox_maps: 'inline:{ probe@lab.test=probe/ other@lab.test=other/ }',
};

const submission: readonly Fault<MailRig>[] = [
  {
    fault: 'the server that takes mail is stopped',
    inject: ({ postfix }) => postfix.leave(),
    mend: ({ postfix }) => postfix.start(),
    expected: down('refused'),
  },
  {
    fault: 'the server that takes mail is frozen (SIGSTOP)',
    inject: ({ postfix }) => postfix.pause(),
    mend: ({ postfix }) => postfix.resume(),
    expected: down('timeout_reply'),
  },
  becoming(
    'the recipient is refused',
    () => ({ virtual_mailbox_maps: 'inline:{ else@lab.test=else/ }' }),
    down('rejected'),
  ),
  becoming(
    'the certificate has expired',
    ({ issue }) => tlsOf(issue({ fromDays: -90, toDays: -1 })),
    down('tls_expired'),
  ),
  becoming('every recipient is greylisted, for good', () => greylisting, {
    state: 'degraded',
    cause: 'deferred',
  }),
  becoming('a recipient is greylisted, twice', () => greylisting, 'nothing', 2),
  {
    fault: 'the server that takes mail is restarted within five seconds',
    inject: ({ postfix }) => postfix.leave(),
    mend: ({ postfix }) => postfix.start(),
    expected: 'nothing',
    probes: 1,
  },
];

const delivery: readonly Fault<MailRig>[] = [
  becoming('messages stay in the queue', () => held, down('undelivered')),
  becoming('messages arrive in another mailbox', () => astray, down('undelivered')),
  becoming('a message stays in the queue for a moment', () => held, 'nothing', 1),
];

const reading: readonly Fault<MailRig>[] = [
  {
    fault: 'the server of mailboxes is stopped',
    inject: ({ dovecot }) => dovecot.leave(),
    mend: ({ dovecot }) => dovecot.start(),
    expected: down('refused'),
  },
  {
    fault: 'nobody can log in',
    inject: ({ dovecot }) => dovecot.forget(),
    mend: ({ dovecot }) => dovecot.become(''),
    expected: down('auth_failed'),
  },
  {
    fault: 'the mailbox cannot be opened',
    inject: ({ mailbox }) => chmodSync(mailbox, 0),
    mend: ({ mailbox }) => chmodSync(mailbox, 0o700),
    expected: down('bad_answer'),
  },
  {
    fault: 'the server of mailboxes is restarted within five seconds',
    inject: ({ dovecot }) => dovecot.leave(),
    mend: ({ dovecot }) => dovecot.start(),
    expected: 'nothing',
    probes: 1,
  },
  {
    fault: 'other mail arrives',
    inject: ({ deliver }) => ['one', 'two'].forEach(deliver),
    mend: ({ empty }) => empty(),
    expected: 'nothing',
  },
];

describe.skipIf(!canMail)('Postfix and Dovecot', () => {
  catalogue<MailRig>({
    type: 'mail-loop',
    start: startMailRig,
    stop: async (rig) => rig[Symbol.asyncDispose](),
    check: ({ postfix, dovecot, account }) => ({
      type: 'mail-loop',
      submit: { ...account, port: postfix.port, from: account.user },
      to: account.user,
      read: { ...account, port: dovecot.imap, tls: 'starttls' },
      // The hour of a member, within the patience of a test.
      late: '8s',
      lost: '12s',
      every: '15s',
      timeout: '5s',
    }),
    faults: [...submission, ...delivery, ...reading],
  });
});
