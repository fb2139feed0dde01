// What goes wrong with a submission server, and with what it needs: certificates, passwords, a disk.
import { describe } from 'vitest';
import { catalogue } from '../../support/catalogue.ts';
import type { Fault } from '../../support/catalogue.ts';
import { canMail, startMailRig, tlsOf } from '../../support/mail-rig.ts';
import type { MailRig } from '../../support/mail-rig.ts';

type Expected = Fault<MailRig>['expected'];
type Settings = Parameters<MailRig['postfix']['become']>[0];

const becoming = (
  fault: string,
  settings: (rig: MailRig) => Settings,
  expected: Expected,
  probes?: number,
): Fault<MailRig> => ({
  fault,
  inject: (rig) => rig.postfix.become(settings(rig)),
  mend: (rig) => rig.postfix.become({}),
  expected,
  ...(probes !== undefined && { probes }),
});

const down = (cause: 'rejected' | 'tls_proto' | 'tls_expired' | 'tls_name'): Expected => ({
  state: 'down',
  cause,
});
const greylisting = { smtpd_recipient_restrictions: 'check_recipient_access static:{450 4.2.0 Greylisted}' };

const settings: readonly Fault<MailRig>[] = [
  becoming(
    'the certificate has expired',
    ({ issue }) => tlsOf(issue({ fromDays: -90, toDays: -1 })),
    down('tls_expired'),
  ),
  becoming(
    'the certificate is for another name',
    ({ issue }) => tlsOf(issue({ names: ['DNS:lab.test'] })),
    down('tls_name'),
  ),
  becoming('STARTTLS is offered no more', () => ({ smtpd_tls_security_level: 'none' }), down('tls_proto')),
  becoming(
    'the mailbox is gone',
    () => ({ virtual_mailbox_maps: 'inline:{ else@lab.test=else/ }' }),
    down('rejected'),
  ),
  becoming('the disk of the queue is full', () => ({ queue_minfree: '900000000000' }), {
    state: 'degraded',
    cause: 'deferred',
  }),
  becoming('every recipient is greylisted, for good', () => greylisting, {
    state: 'degraded',
    cause: 'deferred',
  }),
  becoming(
    'the greeting takes two seconds',
    () => ({ smtpd_delay_reject: 'no', smtpd_client_restrictions: 'sleep 2' }),
    { state: 'degraded', cause: 'slow' },
  ),
  becoming('the certificate is renewed', ({ issue }) => tlsOf(issue()), 'nothing'),
  becoming('a recipient is greylisted, twice', () => greylisting, 'nothing', 2),
];

const daemons: readonly Fault<MailRig>[] = [
  {
    fault: 'the daemon is stopped',
    inject: ({ postfix }) => postfix.leave(),
    mend: ({ postfix }) => postfix.start(),
    expected: { state: 'down', cause: 'refused' },
  },
  {
    fault: 'the daemon is frozen (SIGSTOP)',
    inject: ({ postfix }) => postfix.pause(),
    mend: ({ postfix }) => postfix.resume(),
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'the only server is taken by another client',
    inject: async ({ postfix, hold }) => {
      await postfix.allow(1);
      hold(postfix.port);
    },
    mend: async ({ postfix, letGo }) => {
      letGo();
      await postfix.allow();
    },
    expected: { state: 'down', cause: 'timeout_reply' },
  },
  {
    fault: 'our address has all the connections it may have',
    inject: async ({ postfix, hold }) => {
      await postfix.become({ smtpd_client_connection_count_limit: '1' });
      hold(postfix.port);
    },
    mend: async ({ postfix, letGo }) => {
      letGo();
      await postfix.become({});
    },
    expected: { state: 'degraded', cause: 'too_many_connections' },
  },
  {
    fault: 'the daemon is restarted within five seconds',
    inject: ({ postfix }) => postfix.leave(),
    mend: ({ postfix }) => postfix.start(),
    expected: 'nothing',
    probes: 1,
  },
];

const passwords: readonly Fault<MailRig>[] = [
  {
    fault: 'the account is not known any more',
    inject: ({ dovecot }) => dovecot.know('somebody:{PLAIN}else'),
    mend: ({ dovecot }) => dovecot.know(),
    expected: { state: 'down', cause: 'auth_failed' },
  },
  {
    fault: 'the list of accounts cannot be read',
    inject: ({ dovecot }) => dovecot.forget(),
    mend: ({ dovecot }) => dovecot.become(''),
    expected: { state: 'down', cause: 'auth_failed' },
  },
  {
    fault: 'who knows the passwords is frozen (SIGSTOP)',
    inject: ({ dovecot }) => dovecot.pause(),
    mend: ({ dovecot }) => dovecot.resume(),
    expected: { state: 'down', cause: 'timeout_reply' },
  },
];

describe.skipIf(!canMail)('Postfix', () => {
  catalogue<MailRig>({
    type: 'smtp',
    start: startMailRig,
    stop: async (rig) => rig[Symbol.asyncDispose](),
    check: ({ postfix, account }) => ({
      type: 'smtp',
      ...account,
      port: postfix.port,
      to: 'probe@lab.test',
      every: '15s',
      timeout: '4s',
      slow: { greeting: '1500ms' },
    }),
    faults: [...settings, ...daemons, ...passwords],
  });
});
