// One question and its reply, over UDP or TCP. Each exchange has a port and an id of its own (RFC 5452).
import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Probe } from './contract.ts';
import { exchangeDatagrams } from './datagram.ts';
import type { DatagramRequest } from './datagram.ts';
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
  const where = `${server.host} port ${server.port}`;
  let strays = 0;
  for (let tries = 1; tries <= triesMax; tries += 1) {
    const id = randomInt(idsMax);
    const exchange = await exchangeDatagrams(server, requestOf(question, id), probe);
    if (exchange.reply !== undefined) {
      probe.timing.lap('reply');
      return { reply: exchange.reply, tries };
    }
    if (probe.signal.aborted) throw abortError(probe.signal, 'timeout_reply', `no reply from ${where}`);
    strays += exchange.strays;
  }
  throw strays > 0
    ? new Failure('protocol', `${where} sent ${strays} datagrams that are no reply to our question`)
    : new Failure('timeout_reply', `${where} did not reply to ${triesMax} questions of ${waitMs} ms each`);
};

const requestOf = (question: Question, id: number): DatagramRequest<Reply> => ({
  write: () => encodeQuestion(question, id),
  waitsMs: [waitMs],
  read: (message) => readReply(message, question, id),
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

/** Over TCP what does not fit into a datagram. Fails as both do. */
export const askWhole = async (server: Server, question: Question, probe: Probe): Promise<Reply> => {
  const { reply } = await askOverUdp(server, question, probe);
  return reply.truncated ? askOverTcp(server, question, probe) : reply;
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
