// FTP as a client speaks it (RFC 959, RFC 2428, RFC 4217): from the greeting to a listing over a data connection.
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Probe } from './contract.ts';
import type { Dialogue } from './dialogue.ts';
import { abortError, dial, networkError } from './dial.ts';
import { secure } from './handshake.ts';
import type { Handshake } from './handshake.ts';
import { Failure } from './outcome.ts';
import { readReply } from './reply.ts';
import type { Reply } from './reply.ts';
import { Stopwatch } from './timing.ts';

export const ask = (dialogue: Dialogue, line: string): Promise<Reply> => {
  dialogue.send(line);
  // What follows the command may be a password.
  return hear(dialogue, `the answer to ${line.split(' ', 1)[0]}`);
};

/** The next reply; a failure says what was waited for. */
export const hear = async (dialogue: Dialogue, what: string): Promise<Reply> => {
  try {
    return await readReply(dialogue);
  } catch (error) {
    throw error instanceof Failure ? new Failure(error.cause, `${what}: ${error.message}`) : error;
  }
};

export const textOf = ({ lines }: Reply): string => lines.join(' | ');

/** Why a server that is not as ready as it should be turns us away. */
export const refusal = (reply: Reply, what: string): Failure => {
  const isFull = reply.code === 421 && /too many/i.test(textOf(reply));
  return new Failure(isFull ? 'too_many_connections' : 'bad_answer', `${what}: ${textOf(reply)}`);
};

const portMax = 65_535;

/** RFC 2428 §3: the port between three equal marks and a fourth. */
export const extendedPort = ({ code, lines }: Reply): number | undefined => {
  const [, , port] = /\(([!-~])\1\1(\d{1,5})\1\)/.exec(lines[0] ?? '') ?? [];
  return code === 229 ? validPort(Number(port)) : undefined;
};

export interface Passive {
  readonly address: string;
  readonly port: number;
}

/** RFC 959 §4.1.2: an address and a port, each byte as a number. */
export const passiveAddress = ({ code, lines }: Reply): Passive | undefined => {
  const bytes =
    /\d{1,3}(?:,\d{1,3}){5}/
      .exec(lines[0] ?? '')?.[0]
      .split(',')
      .map(Number) ?? [];
  const [high = 0, low = 0] = bytes.slice(4);
  const port = validPort(256 * high + low);
  if (code !== 227 || port === undefined || bytes.some((byte) => byte > 255)) return undefined;
  return { address: bytes.slice(0, 4).join('.'), port };
};

const validPort = (port: number): number | undefined => (port >= 1 && port <= portMax ? port : undefined);

export interface Data {
  readonly host: string;
  readonly port: number;
  /** How it is encrypted; undefined: it is not. */
  readonly encryption: Omit<Handshake, 'session'> | undefined;
}

/** No more of a listing is read. */
const listingBytesMax = 200_000;

/**
 * What the server lists, with the laps `data` and `listing`. Fails with `data_channel`, a warning, when the data
 * connection does not carry it, and with `bad_answer` when the server does not want to.
 */
export const list = async (
  dialogue: Dialogue,
  control: Socket,
  { host, port, encryption }: Data,
  probe: Probe,
): Promise<readonly string[]> => {
  // Its phases are not those of the control connection.
  const aside: Probe = { ...probe, timing: new Stopwatch(() => 0) };
  const data = await onData(() => dial({ host, port }, aside));
  try {
    probe.timing.lap('data');
    const begun = await ask(dialogue, 'LIST');
    if (unconnected.has(begun.code)) throw dataFailure(textOf(begun));
    if (begun.code !== 125 && begun.code !== 150) throw refusal(begun, 'the listing');
    const session = control instanceof TLSSocket ? control.getSession() : undefined;
    const carrier =
      encryption === undefined
        ? data
        : await onData(() => secure(data, { ...encryption, ...(session && { session }) }, aside));
    const listing = await onData(() => readAll(carrier, probe));
    if (listing.length < listingBytesMax) await ended(dialogue);
    probe.timing.lap('listing');
    return listing.toString().split(/\r?\n/).filter(Boolean);
  } finally {
    data.destroy();
  }
};

/** No data connection, one that was cut, one whose encryption failed (RFC 4217 §11). */
const unconnected: ReadonlySet<number> = new Set([425, 426, 522]);

const ended = async (dialogue: Dialogue): Promise<void> => {
  const reply = await hear(dialogue, 'the end of the listing');
  if (unconnected.has(reply.code)) throw dataFailure(textOf(reply));
  if (reply.code !== 226 && reply.code !== 250) throw refusal(reply, 'the end of the listing');
};

/** Whoever gets so far is let in: it is not the server that is down. */
const dataFailure = (evidence: string): Failure =>
  new Failure('data_channel', `the data connection: ${evidence}`, { kind: 'warn' });

const onData = async <Value>(work: () => Promise<Value>): Promise<Value> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Failure ? dataFailure(error.message) : error;
  }
};

const readAll = async (socket: Socket, { signal }: Probe): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= listingBytesMax) break;
    }
  } catch (error) {
    if (signal.aborted) throw abortError(signal, 'timeout_reply', 'no end of the listing');
    throw networkError(error as NodeJS.ErrnoException, 'the server');
  }
  return Buffer.concat(chunks);
};
