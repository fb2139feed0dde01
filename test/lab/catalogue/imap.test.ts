// What goes wrong with the mailboxes that members read over IMAP.
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { account } from '../../support/dovecot.ts';
import { canMail, startMailRig } from '../../support/mail-rig.ts';
import type { MailRig } from '../../support/mail-rig.ts';
import { mailboxFaults } from '../../support/mailbox-faults.ts';

describe.skipIf(!canMail)('Dovecot', () => {
  catalogue<MailRig>({
    type: 'imap',
    start: async () => {
      const rig = await startMailRig();
      rig.deliver();
      return rig;
    },
    stop: async (rig) => rig[Symbol.asyncDispose](),
    check: ({ dovecot, account }) => ({
      type: 'imap',
      ...account,
      port: dovecot.imap,
      tls: 'starttls',
      every: '15s',
      timeout: '4s',
    }),
    faults: [
      ...mailboxFaults,
      {
        fault: 'the account has all the connections it may have',
        inject: async ({ dovecot, hold }) => {
          await dovecot.become('mail_max_userip_connections = 1');
          hold(dovecot.imap, `a LOGIN "${account.user}" "${account.password}"\r\n`);
        },
        mend: async ({ dovecot, letGo }) => {
          letGo();
          await dovecot.become('');
        },
        expected: { state: 'degraded', cause: 'too_many_connections' },
      },
    ],
  });
});
