// What goes wrong with the server of mailboxes, whichever way they are read.
import { chmodSync } from 'node:fs';
import type { Cause } from '../../checks/lib/outcome.ts';
import type { Fault } from './catalogue.ts';
import { encryptedWith } from './dovecot.ts';
import type { MailRig } from './mail-rig.ts';

type Faults = readonly Fault<MailRig>[];

const down = (cause: Cause) => ({ state: 'down', cause }) as const;

const becoming = (
  fault: string,
  settings: (rig: MailRig) => string,
  expected: Fault<MailRig>['expected'],
): Fault<MailRig> => ({
  fault,
  inject: (rig) => rig.dovecot.become(settings(rig)),
  mend: (rig) => rig.dovecot.become(''),
  expected,
});

const daemons: Faults = [
  {
    fault: 'the daemon is stopped',
    inject: ({ dovecot }) => dovecot.leave(),
    mend: ({ dovecot }) => dovecot.start(),
    expected: down('refused'),
  },
  {
    fault: 'the daemon is frozen (SIGSTOP)',
    inject: ({ dovecot }) => dovecot.pause(),
    mend: ({ dovecot }) => dovecot.resume(),
    expected: down('timeout_reply'),
  },
  {
    fault: 'the daemon is restarted within five seconds',
    inject: ({ dovecot }) => dovecot.leave(),
    mend: ({ dovecot }) => dovecot.start(),
    expected: 'nothing',
    probes: 1,
  },
];

const encryption: Faults = [
  becoming(
    'the certificate has expired',
    ({ issue }) => encryptedWith(issue({ fromDays: -90, toDays: -1 })),
    down('tls_expired'),
  ),
  becoming(
    'the certificate is for another name',
    ({ issue }) => encryptedWith(issue({ names: ['DNS:lab.test'] })),
    down('tls_name'),
  ),
  becoming('encryption is offered no more', () => 'ssl = no', down('tls_proto')),
  becoming('the certificate is renewed', ({ issue }) => encryptedWith(issue()), 'nothing'),
];

const accounts: Faults = [
  {
    fault: 'the account is not known any more',
    inject: ({ dovecot }) => dovecot.know('somebody:{PLAIN}else'),
    mend: ({ dovecot }) => dovecot.know(),
    expected: down('auth_failed'),
  },
  {
    fault: 'the list of accounts cannot be read',
    inject: ({ dovecot }) => dovecot.forget(),
    mend: ({ dovecot }) => dovecot.become(''),
    expected: down('auth_failed'),
  },
];

const mail: Faults = [
  {
    fault: 'the mailbox cannot be opened',
    inject: ({ mailbox }) => chmodSync(mailbox, 0),
    mend: ({ mailbox }) => chmodSync(mailbox, 0o700),
    expected: down('bad_answer'),
  },
  {
    fault: 'messages arrive',
    inject: ({ deliver }) => ['one', 'two', 'three'].forEach(deliver),
    mend: () => {},
    expected: 'nothing',
  },
  {
    fault: 'the mailbox has been emptied',
    inject: ({ empty }) => empty(),
    mend: ({ deliver }) => deliver(),
    expected: 'nothing',
  },
];

export const mailboxFaults: Faults = [...daemons, ...encryption, ...accounts, ...mail];
