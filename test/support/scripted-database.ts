// Servers on the loopback that speak MariaDB's or PostgreSQL's protocol just well enough for a probe, up to the moment
// at which a test has them misbehave.
import type { Socket } from 'node:net';
import { serveTcp } from './loopback.ts';
import type { Loopback } from './loopback.ts';

export type Step = 'auth' | 'query' | 'read' | 'write' | 'commit';

/** One engine as a server speaks it. */
export interface Script {
  /** Answers in their order; the first to nobody's question, if the server speaks first. */
  readonly answers: readonly Buffer[];
  readonly speaksFirst: boolean;
  /** Which answer ends a step. */
  readonly at: Readonly<Record<Step, number>>;
  /** An answer that refuses, with a code and a text. */
  readonly refusal: (code: string, text: string) => (answer: number) => Buffer;
  /** The last words of a client that leaves properly. */
  readonly goodBye: Buffer;
}

export interface ScriptedDatabase extends Loopback {
  /** All that clients have sent, as latin1. */
  readonly heard: () => string;
}

/** Answers by the script, but instead of answer number `at` does `misbehave`; goes on after it if `continues`. */
export const serveScript = async (
  { answers, speaksFirst }: Script,
  at: number = answers.length,
  misbehave: (socket: Socket, answer: Buffer) => unknown = () => {},
  { continues = false }: { continues?: boolean } = {},
): Promise<ScriptedDatabase> => {
  const received: Buffer[] = [];
  const server = await serveTcp((socket) => {
    let answered = 0;
    const answerNext = () => {
      const answer = answers[answered];
      if (answered === at) misbehave(socket, answer ?? Buffer.alloc(0));
      else if (answer !== undefined && (answered < at || continues)) socket.write(answer);
      answered += 1;
    };
    if (speaksFirst) answerNext();
    socket.on('data', (bytes: Buffer) => {
      received.push(bytes);
      answerNext();
    });
  });
  return { ...server, heard: () => Buffer.concat(received).toString('latin1') };
};

const mariadbPacket = (number: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = number;
  return Buffer.concat([head, body]);
};

// Protocol 10 without TLS: version, thread 7, eight bytes of salt, flags, twelve more, the way to log in.
const mariadbGreeting = mariadbPacket(
  0,
  Buffer.concat([
    Buffer.from('\n5.5.5-10.11.19-MariaDB\0\x07\0\0\0saltsalt\0', 'latin1'),
    Buffer.from([0xfe, 0xf7, 45, 2, 0, 0xff, 0x81, 21]),
    Buffer.alloc(10),
    Buffer.from('saltsaltsalt\0mysql_native_password\0', 'latin1'),
  ]),
);
const mariadbOk = (number: number) => mariadbPacket(number, Buffer.from([0, 0, 0, 2, 0, 0, 0]));

/** Greeting, log-in, limits, SELECT 1, read, START TRANSACTION, write, COMMIT. */
export const mariadbScript: Script = {
  answers: [mariadbGreeting, mariadbOk(2), ...Array.from({ length: 6 }, () => mariadbOk(1))],
  speaksFirst: true,
  at: { auth: 1, query: 3, read: 4, write: 6, commit: 7 },
  refusal: (code, text) => (answer) => {
    const body = Buffer.from(`\xff..#HY000${text}`, 'latin1');
    body.writeUInt16LE(Number(code), 1);
    return mariadbPacket([0, 2][answer] ?? 1, body);
  },
  goodBye: mariadbPacket(0, Buffer.from([1])),
};

const postgresMessage = (kind: string, body: string): Buffer => {
  const message = Buffer.from(`${kind}....${body}`, 'latin1');
  message.writeUInt32BE(message.length - 1, 1);
  return message;
};

const readyForQuery = postgresMessage('Z', 'I');
const postgresDone = Buffer.concat([postgresMessage('C', 'SELECT 1\0'), readyForQuery]);

/** Log-in, SELECT 1, read, BEGIN, write, COMMIT. */
export const postgresScript: Script = {
  answers: [
    Buffer.concat([
      postgresMessage('R', '\0\0\0\0'),
      postgresMessage('S', 'server_version\x0015.20\0'),
      postgresMessage('K', '\0\0\0\x07\0\0\0\0'),
      readyForQuery,
    ]),
    ...Array.from({ length: 5 }, () => postgresDone),
  ],
  speaksFirst: false,
  at: { auth: 0, query: 1, read: 2, write: 4, commit: 5 },
  refusal: (code, text) => (answer) =>
    Buffer.concat([
      postgresMessage('E', `SERROR\0VERROR\0C${code}\0M${text}\0\0`),
      ...(answer === 0 ? [] : [readyForQuery]),
    ]),
  goodBye: postgresMessage('X', ''),
};

/** Asks for the password, as it is or as a digest. */
export const postgresAsks = {
  clear: postgresMessage('R', '\0\0\0\x03'),
  md5: postgresMessage('R', '\0\0\0\x05salt'),
} as const;
