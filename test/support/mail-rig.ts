// The mail of a small host: Postfix, which asks Dovecot for passwords and delivers into the Maildirs that Dovecot shows.
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { Authority } from './certificates.ts';
import type { Issued } from './certificates.ts';
import { makeFolder, removeFolder } from './daemon.ts';
import { account, canDovecot, startDovecot } from './dovecot.ts';
import type { Dovecot } from './dovecot.ts';
import { installed } from './installed.ts';
import { canPostfix, startPostfix } from './postfix.ts';
import type { Postfix } from './postfix.ts';

export const canMail = canPostfix && canDovecot && installed('openssl');

export interface MailRig extends AsyncDisposable {
  readonly authority: Authority;
  readonly postfix: Postfix;
  /** The Maildir of the probe. */
  readonly mailbox: string;
  readonly dovecot: Dovecot;
  /** Options of a check that logs in over TLS as the account of the probe. */
  readonly account: {
    readonly host: string;
    readonly ca: string;
    readonly user: string;
    readonly password: { readonly file: string };
  };
  readonly issue: (order?: Parameters<Authority['issue']>[0]) => Issued;
  /** Holds a connection to a port, where it says something, so that one less is to be had. */
  readonly hold: (port: number, words?: string) => void;
  readonly letGo: () => void;
  /** Puts a message into the mailbox, as a delivery does. */
  readonly deliver: () => void;
  /** What is in the mailbox. */
  readonly messages: () => readonly string[];
  readonly empty: () => void;
}

/** Settings of Postfix that offer TLS with a certificate. */
export const tlsOf = ({ keyFile, chainFile }: Issued) => ({
  smtpd_tls_security_level: 'may',
  smtpd_tls_chain_files: `${keyFile}, ${chainFile}`,
});

export const startMailRig = async (): Promise<MailRig> => {
  await using started = new AsyncDisposableStack();
  const authority = started.use(new Authority());
  const issue: MailRig['issue'] = (order) => authority.issue({ names: ['IP:127.0.0.1'], ...order });
  const certificate = issue();
  const mail = makeFolder('mail');
  const mailbox = join(mail, 'probe');
  started.defer(() => removeFolder(mail));
  const dovecot = started.use(await startDovecot({ certificate, mail }));
  const postfix = started.use(
    await startPostfix(mail, {
      ...tlsOf(certificate),
      smtpd_sasl_auth_enable: 'yes',
      smtpd_sasl_type: 'dovecot',
      smtpd_sasl_path: dovecot.auth,
      smtpd_tls_auth_only: 'yes',
      smtpd_relay_restrictions: 'permit_sasl_authenticated, reject_unauth_destination',
    }),
  );
  const password = join(authority.folder, 'password');
  writeFileSync(password, account.password);
  const held: Socket[] = [];
  const letGo = () => held.splice(0).forEach((socket) => socket.destroy());
  started.defer(letGo);
  const end = started.move();
  return {
    authority,
    postfix,
    mailbox,
    dovecot,
    account: {
      host: '127.0.0.1',
      ca: authority.root.certificateFile,
      user: account.user,
      password: { file: password },
    },
    issue,
    hold: (port, words = '') => {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      socket.write(words);
      held.push(socket);
    },
    letGo,
    deliver: () => deliverInto(mailbox),
    messages: () => messagesIn(mailbox).map((path) => readFileSync(path, 'utf8')),
    empty: () => messagesIn(mailbox).forEach((path) => rmSync(path)),
    [Symbol.asyncDispose]: async () => end.disposeAsync(),
  };
};

const messagesIn = (maildir: string): readonly string[] =>
  ['new', 'cur']
    .map((folder) => join(maildir, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));

const nobody = 65_534;
let delivered = 0;

const deliverInto = (maildir: string): void => {
  for (const folder of ['', 'tmp', 'new', 'cur']) {
    mkdirSync(join(maildir, folder), { recursive: true });
    chownSync(join(maildir, folder), nobody, nobody);
  }
  const file = join(maildir, 'new', `1795334490.V${(delivered += 1)}.lab`);
  writeFileSync(file, 'Subject: a message\nDate: Sun, 22 Nov 2026 08:01:30 +0000\n\nHello.\n');
  chownSync(file, nobody, nobody);
};
