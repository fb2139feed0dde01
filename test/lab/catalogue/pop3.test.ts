// What goes wrong with the mailboxes that members read over POP3.
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import { account } from '../../support/dovecot.ts';
import { canMail, startMailRig } from '../../support/mail-rig.ts';
import type { MailRig } from '../../support/mail-rig.ts';
import { mailboxFaults } from '../../support/mailbox-faults.ts';

describe.skipIf(!canMail)('Dovecot', () => {
  catalogue<MailRig>({
    type: 'pop3',
    start: async () => {
      const rig = await startMailRig();
      rig.deliver();
      return rig;
    },
    stop: async (rig) => rig[Symbol.asyncDispose](),
    check: ({ dovecot, account }) => ({
      type: 'pop3',
      ...account,
      port: dovecot.pop3,
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
          hold(dovecot.pop3, `USER ${account.user}\r\nPASS ${account.password}\r\n`);
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
