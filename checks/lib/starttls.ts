// How a plain connection asks to go on encrypted, by protocol.
import type { Dialogue } from './dialogue.ts';
import { Failure } from './outcome.ts';
import { readReply } from './reply.ts';

interface Manner {
  /** Hears the server's first words; a server of some protocols waits for ours. */
  readonly greet?: (dialogue: Dialogue) => Promise<void>;
  /** From there to the server's consent. */
  readonly ask: (dialogue: Dialogue) => Promise<void>;
  /** Said under TLS before we go, so that the server does not log a lost connection. */
  readonly farewell?: string;
}

// RFC 6761 §6.4: a name that can be nobody's.
const ourName = 'vigie.invalid';

const manners = {
  // RFC 3207
  smtp: {
    greet: (dialogue) => greeted(dialogue),
    ask: async (dialogue) => {
      dialogue.send(`EHLO ${ourName}`);
      const { lines } = await readReply(dialogue);
      if (!lines.some((line) => /^250[ -]STARTTLS\b/i.test(line)))
        throw new Failure('tls_proto', `STARTTLS is not offered: ${lines.join(' | ')}`);
      dialogue.send('STARTTLS');
      const { code, lines: consent } = await readReply(dialogue);
      if (code !== 220) throw refused(consent);
    },
    farewell: 'QUIT',
  },
  // RFC 9051 §6.2.1
  imap: {
    greet: async (dialogue) => {
      const greeting = await dialogue.line();
      if (!/^\* OK\b/i.test(greeting)) throw new Failure('bad_answer', `no greeting: ${greeting}`);
    },
    ask: async (dialogue) => {
      dialogue.send('a STARTTLS');
      const lines = await dialogue.lines((line) => line.startsWith('a '));
      if (!/^a OK\b/i.test(lines.at(-1) ?? '')) throw refused(lines);
    },
    farewell: 'b LOGOUT',
  },
  // RFC 2595 §4
  pop3: {
    greet: async (dialogue) => {
      const greeting = await dialogue.line();
      if (!greeting.startsWith('+OK')) throw new Failure('bad_answer', `no greeting: ${greeting}`);
    },
    ask: async (dialogue) => {
      dialogue.send('STLS');
      const consent = await dialogue.line();
      if (!consent.startsWith('+OK')) throw refused([consent]);
    },
    farewell: 'QUIT',
  },
  // RFC 4217 §4
  ftp: {
    greet: (dialogue) => greeted(dialogue),
    ask: async (dialogue) => {
      dialogue.send('AUTH TLS');
      const { code, lines } = await readReply(dialogue);
      if (code !== 234) throw refused(lines);
    },
    farewell: 'QUIT',
  },
  // SSLRequest of the message formats: its length, and 1234 and 5679 in the place of a version.
  postgresql: {
    ask: async (dialogue) => {
      dialogue.sendBytes(Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f));
      const answer = (await dialogue.bytes(1)).toString('latin1');
      if (answer === 'N') throw refused(['no encryption here']);
      if (answer !== 'S') throw new Failure('bad_answer', `neither S nor N to an SSLRequest: ${answer}`);
    },
  },
} as const satisfies Record<string, Manner>;

export type StartTlsProtocol = keyof typeof manners;
export const startTlsProtocols = Object.keys(manners) as StartTlsProtocol[];

/** Fails with `bad_answer` when the server does not greet as one of this protocol does. */
export const greet = (protocol: StartTlsProtocol, dialogue: Dialogue): Promise<void> =>
  (manners[protocol] as Manner).greet?.(dialogue) ?? Promise.resolve();

/** After the greeting. Fails with `tls_proto` when encryption is not offered or refused. */
export const askForTls = (protocol: StartTlsProtocol, dialogue: Dialogue): Promise<void> =>
  manners[protocol].ask(dialogue);

export const farewellOf = (protocol: StartTlsProtocol): string | undefined =>
  (manners[protocol] as Manner).farewell;

const greeted = async (dialogue: Dialogue): Promise<void> => {
  const { code, lines } = await readReply(dialogue);
  if (code !== 220) throw new Failure('bad_answer', `no greeting: ${lines.join(' | ')}`);
};

const refused = (lines: readonly string[]): Failure =>
  new Failure('tls_proto', `encryption is refused: ${lines.join(' | ')}`);
