// One question and its reply, over UDP or TCP. Each exchange has a port and an id of its own (RFC 5452).
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import type { Probe } from './contract.ts';
import { abortError, dial, networkError } from './dial.ts';
import { encodeQuestion, readReply } from './dns-message.ts';
import type { Question, Reply } from './dns-message.ts';
import { Failure } from './outcome.ts';

export interface Server {
  /** Over UDP, a literal address. */
  readonly host: string;
  readonly port: number;
}

const idsMax = 65_536;
/** Datagrams on our connected socket that are no reply to our question; more are an attack or a broken server. */
const straysMax = 100;
const triesMax = 2;
const waitMs = 2_000;

/**
 * Asks a second time when there is no reply within two seconds; the lap `reply` is that of the try that got it.
 * Fails with `timeout_reply`, `protocol`, `refused`, `unreachable`.
 */
export const askOverUdp = async (
  server: Server,
  question: Question,
  probe: Probe,
): Promise<{ reply: Reply; tries: number }> => {
  let strays = 0;
  for (let tries = 1; tries <= triesMax; tries += 1) {
    probe.timing.skip();
    const reply = await exchangeDatagrams(server, question, probe);
    if (typeof reply === 'object') {
      probe.timing.lap('reply');
      return { reply, tries };
    }
    strays += reply;
  }
  const where = `${server.host} port ${server.port}`;
  throw strays > 0
    ? new Failure('protocol', `${where} sent ${strays} datagrams that are no reply to our question`)
    : new Failure('timeout_reply', `${where} did not reply to ${triesMax} questions of ${waitMs} ms each`);
};

/** The reply, or how many datagrams came instead of one. */
const exchangeDatagrams = (
  { host, port }: Server,
  question: Question,
  { family, signal }: Probe,
): Promise<Reply | number> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const where = `${host} port ${port}`;
    const id = randomInt(idsMax);
    const socket = createSocket({ type: `udp${family}` });
    let strays = 0;
    let open = true;
    const settle = (conclude: () => void) => {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.close();
      conclude();
    };
    const succeed = (result: Reply | number) => settle(() => resolve(result));
    const fail = (error: Error) => settle(() => reject(error));
    const failWith = (error: NodeJS.ErrnoException | null | undefined) => {
      if (error) fail(networkError(error, where));
    };
    const onAbort = () => fail(abortError(signal, 'timeout_reply', `no reply from ${where}`));
    const timer = setTimeout(() => succeed(strays), waitMs);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', failWith);
    socket.on('message', (message) => {
      try {
        const reply = readReply(message, question, id);
        strays += 1;
        if (reply !== undefined) succeed(reply);
        else if (strays > straysMax) fail(new Failure('protocol', `${where} floods us with datagrams`));
      } catch (error) {
        fail(error as Error);
      }
    });
    // Connected, so that the kernel hands us nothing that comes from elsewhere, and tells us when the port is closed.
    socket.connect(port, host, (error?: NodeJS.ErrnoException) => {
      if (error) failWith(error);
      else if (open) socket.send(encodeQuestion(question, id), failWith);
    });
  });

/** Laps `resolve`, `connect` and `reply`. Fails as `dial` does, and with `reset`, `timeout_reply`, `protocol`. */
export const askOverTcp = async (server: Server, question: Question, probe: Probe): Promise<Reply> => {
  const socket = await dial(server, probe);
  try {
    const id = randomInt(idsMax);
    const query = encodeQuestion(question, id);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
    const reply = readReply(await readMessage(socket, server, probe.signal), question, id);
    probe.timing.lap('reply');
    if (reply === undefined)
      throw new Failure('protocol', `${server.host} port ${server.port} replied to another question`);
    return reply;
  } finally {
    socket.destroy();
  }
};

/** One message with its length before it (RFC 1035 §4.2.2), so at most 64 kB. */
const readMessage = (socket: Socket, { host, port }: Server, signal: AbortSignal): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const where = `${host} port ${port}`;
    const chunks: Buffer[] = [];
    let bytes = 0;
    let wanted = Infinity;
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (wanted === Infinity && bytes >= 2) wanted = 2 + Buffer.concat(chunks).readUInt16BE(0);
      if (bytes >= wanted) resolve(Buffer.concat(chunks).subarray(2, wanted));
    });
    socket.once('error', (error) => reject(networkError(error, where)));
    socket.once('close', () => {
      if (signal.aborted) reject(abortError(signal, 'timeout_reply', `no reply from ${where}`));
      else reject(new Failure('reset', `${where} ended the connection before its reply`));
    });
  });
