// OPTIONS of SIP and the replies to it (RFC 3261 §7, §8.1 and §11).
import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Target {
  readonly host: string;
  /** Left out when it is what everybody takes. */
  readonly port?: number;
}

export interface Request {
  readonly target: Target;
  readonly transport: 'UDP' | 'TCP';
  /** By these three a reply is known (RFC 3261 §17.1.3). */
  readonly branch: string;
  readonly callId: string;
  readonly number: number;
  readonly tag: string;
}

const idBytes = 12;
const numberMax = 2 ** 31;

export const makeRequest = (target: Target, transport: 'UDP' | 'TCP'): Request => {
  const id = () => randomBytes(idBytes).toString('hex');
  return {
    target,
    transport,
    // RFC 3261 §8.1.1.7: begins like this for those who may rely on its being unique.
    branch: `z9hG4bK${id()}`,
    callId: id(),
    number: randomBytes(4).readUInt32BE(0) % numberMax,
    tag: id(),
  };
};

/** Asks for the reply to be sent to where the request came from (RFC 3581), whatever is between us. */
export const encodeRequest = (
  { target, transport, branch, callId, number, tag }: Request,
  from: AddressInfo,
): Buffer => {
  const uri = `sip:${hostPort(target)}`;
  const here = hostPort({ host: from.address, port: from.port });
  const lines = [
    `OPTIONS ${uri} SIP/2.0`,
    `Via: SIP/2.0/${transport} ${here};rport;branch=${branch}`,
    'Max-Forwards: 70',
    `From: <sip:vigie@vigie.invalid>;tag=${tag}`,
    `To: <${uri}>`,
    `Call-ID: ${callId}`,
    `CSeq: ${number} OPTIONS`,
    `Contact: <sip:vigie@${here}>`,
    'Accept: application/sdp',
    'User-Agent: Vigie',
    'Content-Length: 0',
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
};

const hostPort = ({ host, port }: Target): string =>
  `${isIPv6(host) ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;

export interface Reply {
  readonly status: number;
  readonly reason: string;
  /** The first of each name, in lower case and in full. */
  readonly headers: ReadonlyMap<string, string>;
}

/** RFC 3261 §7.3.3: the short names of those that we look at. */
const fullNames: Readonly<Record<string, string>> = { v: 'via', i: 'call-id', l: 'content-length' };

/** The head of a reply, or nothing when it is none. */
export const readReply = ([first = '', ...lines]: readonly string[]): Reply | undefined => {
  const [, status, reason = ''] = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/.exec(first) ?? [];
  if (status === undefined) return undefined;
  const headers = new Map<string, string>();
  let name = '';
  for (const line of lines) {
    // RFC 3261 §7.3.1: a line that begins with a space goes on with the one before it.
    if (/^[ \t]/.test(line)) {
      headers.set(name, `${headers.get(name) ?? ''} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    const written = line.slice(0, colon).trim().toLowerCase();
    name = fullNames[written] ?? written;
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return { status: Number(status), reason, headers };
};

/** The lines of a head in a datagram: up to the empty one. */
export const headOf = (message: Buffer): readonly string[] => {
  const text = message.toString();
  const end = text.indexOf('\r\n\r\n');
  return (end === -1 ? text : text.slice(0, end)).split('\r\n');
};

export const isReplyTo = ({ headers }: Reply, { branch, callId, number }: Request): boolean =>
  /;\s*branch=([^;,\s]*)/i.exec(headers.get('via') ?? '')?.[1] === branch &&
  headers.get('call-id') === callId &&
  headers.get('cseq')?.replace(/\s+/g, ' ') === `${number} OPTIONS`;
