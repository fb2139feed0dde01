// A connection to a mail server, encrypted from its start, on request, or not at all: what SMTP, IMAP and POP3 share.
import type { Socket } from 'node:net';
import { z } from 'zod';
import { host, secret } from '../../config/fields.ts';
import type { Secret } from '../../config/secret.ts';
import type { Probe, Seen } from './contract.ts';
import { Dialogue, hangUp } from './dialogue.ts';
import type { Limits } from './dialogue.ts';
import { dial } from './dial.ts';
import { startTls, tlsFields } from './tls.ts';

const noControls = /^\P{Cc}+$/u;
const encryptions = ['implicit', 'starttls', 'none'] as const;
type Encryption = (typeof encryptions)[number];

/** Options of every connection to a mail server, to which each adds its port. */
export const mailFields = (usual: Encryption) => ({
  host: host().describe('Name or address of the server.'),
  tls: z
    .enum(encryptions, { error: `one of ${encryptions.join(', ')}` })
    .default(usual)
    .describe('Encryption from the first byte, on request after the greeting, or none.'),
  user: z
    .string()
    .max(256)
    .regex(noControls, { error: 'a user name of at most 256 characters' })
    .optional()
    .describe('Account to log in with; without it nobody logs in.'),
  password: secret()
    .refine((password) => noControls.test(password.expose()), { error: 'a password on one line' })
    .optional()
    .describe('Password of the account.'),
  ...tlsFields,
});

export type MailOptions = z.output<z.ZodObject<ReturnType<typeof mailFields>>> & { readonly port: number };

/** What must hold of the options together: an account is whole, and its password goes nowhere in the clear. */
export const wholeAccount = ({ user, password, tls }: MailOptions): boolean =>
  (user === undefined) === (password === undefined) && (user === undefined || tls !== 'none');

export const wholeAccountExpected = {
  error: 'a user with a password, and both only with tls: implicit or starttls',
  path: ['user'],
};

const mailboxExpected = 'the name of a mailbox, in plain ASCII';

/** Of IMAP. Other letters would need an encoding that depends on the server. */
export const mailboxName = () =>
  z
    .string({ error: mailboxExpected })
    .max(200)
    .regex(/^[\x20-\x7e]+$/, { error: mailboxExpected });

export interface Account {
  readonly user: string;
  readonly password: Secret;
}

export const accountOf = ({ user, password }: MailOptions): Account | undefined =>
  user !== undefined && password !== undefined ? { user, password } : undefined;

/** How servers say that somebody has all the connections that he may have. */
export const tooMany = /\[LIMIT\]|too many|maximum number of connections|ports are busy/i;

/** RFC 4616: the answer to AUTH PLAIN. */
export const plainResponse = ({ user, password }: Account): string =>
  Buffer.from(`\0${user}\0${password.expose()}`).toString('base64');

/** What a server answered to a log-in, unless it repeats the password. */
export const withoutPassword = (text: string, account: Account): string => {
  const secret = account.password.expose();
  const spellings = [secret, Buffer.from(secret).toString('base64'), plainResponse(account)];
  return spellings.some((spelling) => text.includes(spelling)) ? 'an answer that repeats the password' : text;
};

export interface Session {
  /** What is said goes through this one; `encrypt` puts another in its place. */
  readonly dialogue: Dialogue;
  readonly isEncrypted: boolean;
  /** Goes on encrypted, once the server has consented, with the lap `tls`; fails as `startTls` does. */
  readonly encrypt: () => Promise<void>;
}

/**
 * Dials, encrypts at once if so wished, and lets `speak`. What TLS has seen is part of what is seen, and the connection
 * ends with the conversation. Laps `resolve`, `connect` and `tls`; fails as `dial` and `startTls` do.
 */
export const converse = async (
  options: MailOptions,
  probe: Probe,
  speak: (session: Session) => Promise<Seen>,
  limits: Partial<Limits> = {},
): Promise<Seen> => {
  let socket: Socket = await dial(options, probe);
  let tlsSeen: Seen = {};
  let dialogue = new Dialogue(socket, probe, limits);
  let isEncrypted = false;
  const encrypt = async () => {
    ({ socket, seen: tlsSeen } = await startTls(dialogue.release(), options, probe));
    dialogue = new Dialogue(socket, probe, limits);
    isEncrypted = true;
  };
  const session: Session = {
    get dialogue() {
      return dialogue;
    },
    get isEncrypted() {
      return isEncrypted;
    },
    encrypt,
  };
  try {
    if (options.tls === 'implicit') await encrypt();
    const { facts, warning = tlsSeen.warning } = await speak(session);
    return { facts: { ...facts, ...tlsSeen.facts }, ...(warning && { warning }) };
  } finally {
    hangUp(socket);
  }
};
