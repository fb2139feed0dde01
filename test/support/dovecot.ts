// A private Dovecot, on free ports of the loopback: IMAP and POP3 on Maildirs, and log-ins for a Postfix. Needs root.
import { setTimeout as sleep } from 'node:timers/promises';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Issued } from './certificates.ts';
import { freePort, makeFolder, removeFolder, startDaemon } from './daemon.ts';
import type { Daemon } from './daemon.ts';
import { installed } from './installed.ts';
import { untilGreeted } from './line-server.ts';

export const canDovecot = process.getuid?.() === 0 && installed('dovecot');

/** The account of the probe. */
export const account = { user: 'probe@lab.test', password: 'a password of the lab' } as const;

export interface Dovecot extends AsyncDisposable, Pick<Daemon, 'pause' | 'resume' | 'kill' | 'start'> {
  readonly imap: number;
  readonly pop3: number;
  /** Encrypted from the first byte, where it has a certificate. */
  readonly imaps: number;
  readonly pop3s: number;
  /** Where Postfix asks whether a password is right, as `inet:127.0.0.1:PORT`. */
  readonly auth: string;
  readonly folder: string;
  readonly leave: () => Promise<void>;
  /** Starts again with these settings added, or as it began. */
  readonly become: (settings: string) => Promise<void>;
  /** Who may log in, from now on; without a word, the account of the probe. */
  readonly know: (users?: string) => Promise<void>;
  /** Starts again without a list of accounts, until it becomes something else. */
  readonly forget: () => Promise<void>;
}

/** It looks once a second whether its list of accounts is another. */
const unnoticedMs = 1_500;

/** `mail` holds a Maildir for each user, by the part of the name before the @. */
export const startDovecot = async ({
  mail,
  certificate,
}: {
  readonly mail: string;
  readonly certificate?: Issued;
}): Promise<Dovecot> => {
  const folder = makeFolder('dovecot');
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'run'));
  const ports = new Set<number>();
  while (ports.size < 5) ports.add(await freePort());
  const [imap = 0, imaps = 0, pop3 = 0, pop3s = 0, auth = 0] = ports;
  const file = join(folder, 'dovecot.conf');
  const users = join(folder, 'users');
  const write = (more = '', accounts = users) =>
    writeFileSync(
      file,
      `${configuration({ folder, mail, accounts, imap, imaps, pop3, pop3s, auth, certificate })}${more}\n`,
    );
  const everybody = `${account.user}:{PLAIN}${account.password}`;
  write();
  writeFileSync(users, everybody);
  const daemon = await startDaemon(['dovecot', '-F', '-c', file], {
    folder,
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
    asRoot: true,
    isReady: () => untilGreeted(imap),
  });
  const leave = () => daemon.stop('SIGTERM');
  return {
    imap,
    imaps,
    pop3,
    pop3s,
    auth: `inet:127.0.0.1:${auth}`,
    folder,
    pause: daemon.pause,
    resume: daemon.resume,
    kill: daemon.kill,
    start: daemon.start,
    leave,
    become: async (settings) => {
      write(settings);
      await leave();
      await daemon.start();
    },
    know: async (known = everybody) => {
      writeFileSync(users, known);
      await sleep(unnoticedMs);
    },
    forget: async () => {
      write('', join(folder, 'nowhere'));
      await leave();
      await daemon.start();
    },
    [Symbol.asyncDispose]: async () => {
      await leave();
      removeFolder(folder);
    },
  };
};

interface Place {
  readonly folder: string;
  readonly accounts: string;
  readonly mail: string;
  readonly imap: number;
  readonly imaps: number;
  readonly pop3: number;
  readonly pop3s: number;
  readonly auth: number;
  readonly certificate: Issued | undefined;
}

/** Settings that offer TLS with a certificate. */
export const encryptedWith = ({ chainFile, keyFile }: Issued): string =>
  `ssl = yes\nssl_cert = <${chainFile}\nssl_key = <${keyFile}`;

const configuration = (place: Place): string => `
base_dir = ${place.folder}/run
state_dir = ${place.folder}/run
log_path = ${place.folder}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1
${place.certificate ? encryptedWith(place.certificate) : 'ssl = no'}
mail_location = maildir:${place.mail}/%n
first_valid_uid = 65534
last_valid_uid = 65534
first_valid_gid = 65534
auth_mechanisms = plain login
auth_failure_delay = 0
# Whoever fails to log in waits longer each time, and all tests come from one address.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${place.accounts}
}
userdb {
  driver = static
  args = uid=65534 gid=65534 home=${place.mail}/%n
}
service imap-login {
  inet_listener imap {
    port = ${place.imap}
  }
  inet_listener imaps {
    port = ${place.certificate ? place.imaps : 0}
  }
}
service pop3-login {
  inet_listener pop3 {
    port = ${place.pop3}
  }
  inet_listener pop3s {
    port = ${place.certificate ? place.pop3s : 0}
  }
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = ${place.auth}
  }
}
`;
