// A server that speaks line by line, as a test tells it: what it greets with, and what it says to each line.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Issued } from './certificates.ts';
import { serveTcp } from './loopback.ts';
import type { Loopback } from './loopback.ts';

export interface LineScript {
  readonly greeting: string;
  /** What is said to a line, for each connection anew; nothing to say keeps silent, `undefined` hangs up. */
  readonly talk: () => (line: string) => string | undefined;
  /** Goes on encrypted once it has said this. */
  readonly consent?: string;
  readonly certificate?: Issued;
  /** Encrypted from the first byte. */
  readonly implicit?: boolean;
  /** What becomes of the answer with this number; the greeting is number 0. */
  readonly say?: (words: Buffer, number: number, socket: Socket) => Buffer;
}

export interface LineServer extends Loopback {
  /** Every line that was heard, of all connections. */
  readonly heard: readonly string[];
}

export const serveLines = async (script: LineScript): Promise<LineServer> => {
  const heard: string[] = [];
  const server = await serveTcp((socket) => serve(socket, script, heard));
  return { ...server, heard };
};

/** Waits for what a server says first. */
export const untilGreeted = async (port: number): Promise<void> => {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'data', { signal: AbortSignal.timeout(10_000) });
  } finally {
    socket.destroy();
  }
};

/** Answers by how a line begins, in any case; other lines get `otherwise`. */
export const answering =
  (answers: Readonly<Record<string, string | undefined>>, otherwise: string) =>
  (): ((line: string) => string | undefined) =>
  (line) => {
    const begin = Object.keys(answers).find((begin) => line.toUpperCase().startsWith(begin));
    return begin === undefined ? otherwise : answers[begin];
  };

const serve = (plain: Socket, script: LineScript, heard: string[]): void => {
  const { greeting, talk, consent, certificate, implicit = false, say = (words) => words } = script;
  const answer = talk();
  let socket = plain;
  let number = 0;
  let rest = '';
  const speak = (words: string) => {
    if (words !== '') socket.write(say(Buffer.from(words, 'latin1'), number, socket));
    number += 1;
  };
  const encrypt = () => {
    if (certificate === undefined) throw new Error('no certificate to encrypt with');
    socket.off('data', hear);
    socket = new TLSSocket(socket, { isServer: true, key: certificate.key, cert: certificate.chain });
    socket.on('error', () => plain.destroy()).on('data', hear);
    socket.on('end', () => socket.end());
  };
  const hear = (bytes: Buffer) => {
    const lines = (rest + bytes.toString('latin1')).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      heard.push(line);
      const words = answer(line);
      if (words === undefined) return void socket.end();
      speak(words);
      if (consent !== undefined && words.includes(consent)) encrypt();
    }
  };
  if (implicit) encrypt();
  else socket.on('data', hear);
  speak(greeting);
};
