// OPTIONS of SIP over UDP, where it is sent again, or over TCP.
import type { AddressInfo } from 'node:net';
import type { Probe } from './contract.ts';
import { exchangeDatagrams } from './datagram.ts';
import type { DatagramServer } from './datagram.ts';
import { Dialogue, hangUp } from './dialogue.ts';
import { dial } from './dial.ts';
import { Failure } from './outcome.ts';
import { encodeRequest, headOf, isReplyTo, makeRequest, readReply } from './sip-message.ts';
import type { Reply, Request, Target } from './sip-message.ts';

export interface Answered {
  readonly reply: Reply;
  readonly sendings: number;
}

/** RFC 3261 §17.1.2: T1 is half a second, each wait twice the one before it; nobody waits longer than eight seconds. */
const waitsMs = [500, 1_000, 2_000, 4_000];

/** Laps `reply`, and `final` when there was a provisional one before. Fails with `timeout_reply`, `protocol`, `refused`, `unreachable`. */
export const askOverUdp = async (server: DatagramServer, target: Target, probe: Probe): Promise<Answered> => {
  const request = makeRequest(target, 'UDP');
  const final = finalReply(request, probe);
  const { reply, sendings, strays } = await exchangeDatagrams(
    server,
    {
      write: (from) => encodeRequest(request, from),
      waitsMs,
      read: (message) => final.of(readReply(headOf(message))),
    },
    probe,
  );
  const where = `${server.host} port ${server.port}`;
  if (reply !== undefined) return { reply, sendings };
  const facts = { retransmissions: sendings - 1 };
  if (final.provisional !== undefined)
    throw new Failure('timeout_reply', `${where} said ${final.provisional}, and then no more`, { facts });
  throw strays > 0
    ? new Failure('protocol', `${where} sent ${strays} datagrams that are no reply to our request`, { facts })
    : new Failure('timeout_reply', `no reply from ${where} (tries: ${sendings})`, { facts });
};

/** Laps `resolve`, `connect`, `reply` and `final`. Fails as `dial` and a dialogue do, and with `bad_answer` when SIP is not spoken. */
export const askOverTcp = async (server: DatagramServer, target: Target, probe: Probe): Promise<Reply> => {
  const socket = await dial(server, probe);
  try {
    const request = makeRequest(target, 'TCP');
    const dialogue = new Dialogue(socket, probe, headLimits);
    dialogue.sendBytes(encodeRequest(request, socket.address() as AddressInfo));
    return await readFinal(dialogue, finalReply(request, probe));
  } finally {
    hangUp(socket);
  }
};

const headLimits = { replyBytesMax: 16_384, linesMax: 200 };
/** Provisional replies, and those to the requests of others. */
const messagesMax = 20;

const readFinal = async (dialogue: Dialogue, final: FinalReply): Promise<Reply> => {
  for (let messages = 0; messages < messagesMax; messages += 1) {
    const first = await dialogue.line();
    // RFC 3261 §7.5: empty lines before a message are nothing.
    if (first === '') continue;
    if (!first.startsWith('SIP/2.0 ')) throw new Failure('bad_answer', `no reply of SIP: ${first}`);
    const reply = readReply([first, ...(await dialogue.lines((line) => line === ''))]);
    const found = final.of(reply);
    if (found !== undefined) return found;
    await dialogue.bytes(Number(/^\d{1,6}$/.exec(reply?.headers.get('content-length') ?? '')?.[0] ?? 0));
  }
  throw new Failure('protocol', `${messagesMax} messages, and none is a reply to our request`);
};

interface FinalReply {
  /** What this is, when it is the final reply to the request. */
  readonly of: (reply: Reply | undefined) => Reply | undefined;
  readonly provisional: string | undefined;
}

const finalReply = (request: Request, { timing }: Probe): FinalReply => {
  let provisional: string | undefined;
  return {
    of: (reply) => {
      if (reply === undefined || !isReplyTo(reply, request)) return undefined;
      if (provisional === undefined) timing.lap('reply');
      else if (reply.status >= 200) timing.lap('final');
      if (reply.status >= 200) return reply;
      provisional = `${reply.status} ${reply.reason}`;
      return undefined;
    },
    get provisional() {
      return provisional;
    },
  };
};
