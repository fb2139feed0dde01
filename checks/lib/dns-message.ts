// A question of the DNS and the reply to it (RFC 1035, RFC 6891). Replies are hostile: reading one never throws
// anything but a Failure, and takes a few milliseconds at most.
import { SocketAddress, isIP } from 'node:net';
import packet from 'dns-packet';
import type { Answer, DecodedPacket, StringAnswer } from 'dns-packet';
import { Failure } from './outcome.ts';
import type { Cause } from './outcome.ts';

export const recordTypes = [
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'DNSKEY',
  'DS',
  'MX',
  'NS',
  'PTR',
  'SOA',
  'SRV',
  'TXT',
] as const;
export type RecordType = (typeof recordTypes)[number];

/** RFC 1035 §4.1.1, RFC 2136 §2.2, RFC 6891 §9; the index is the number. */
export const rcodes = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
] as const;

/** Why a reply with this code is none that helps. */
export const causeOf = (rcode: string): Cause =>
  rcode === 'SERVFAIL' ? 'dns_servfail' : rcode === 'NXDOMAIN' ? 'dns_nxdomain' : 'bad_answer';

/** RFC 1982 §3.2: serials go round, and are older than the half of all numbers that follows them. */
export const isOlder = (serial: number, than: number): boolean => ((serial - than) | 0) < 0;

export interface Question {
  readonly name: string;
  readonly record: RecordType;
  /** Whether the server is asked to find out what it does not know itself. */
  readonly recursion: boolean;
  /** Signatures are wanted; unless they are `unchecked`, a resolver that validates answers only what they hold for. */
  readonly signatures?: 'checked' | 'unchecked';
}

export interface Reply {
  readonly rcode: string;
  readonly authoritative: boolean;
  /** The server vouches for the signatures. */
  readonly authentic: boolean;
  /** The server offers to find out for us what it does not know. */
  readonly recursive: boolean;
  /** The server speaks EDNS (RFC 6891). */
  readonly edns: boolean;
  /** The reply did not fit: there are no answers in it, and it must be asked for over TCP. */
  readonly truncated: boolean;
  /** What the records of the question's type say, written as in a zone file, in the order of `normalize`. */
  readonly answers: readonly string[];
  /** Of the SOA record in the answers. */
  readonly serial?: number;
  /** What the reply says of other servers: those that the name is delegated to, and addresses by their names. */
  readonly delegatedTo: readonly string[];
  readonly addresses: ReadonlyMap<string, readonly string[]>;
  /** All records of the answer as they came, those of other types with them. */
  readonly received: readonly Answer[];
  readonly records: { readonly answer: number; readonly authority: number; readonly additional: number };
  readonly bytes: number;
}

/** What we say we can take in one datagram: it fits into every path without being cut in pieces. */
const datagramBytes = 1_232;
/** Names in records may point to names before them: more than this many records are work, not an answer. */
const recordsMax = 500;
const headerBytes = 12;

export const encodeQuestion = ({ name, record, recursion, signatures }: Question, id: number): Buffer =>
  packet.encode({
    type: 'query',
    id,
    flags:
      (recursion ? packet.RECURSION_DESIRED : 0) |
      (signatures === 'unchecked' ? packet.CHECKING_DISABLED : 0),
    questions: [{ name, type: record }],
    // The bit DO, of those that EDNS has room for (RFC 3225).
    additionals: [signatures === undefined ? edns : { ...edns, flags: packet.DNSSEC_OK }],
  });

const edns = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: datagramBytes,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
} satisfies Answer;

/** The reply to this question, or nothing if the message is none. Fails with `protocol` when it cannot be read. */
export const readReply = (message: Buffer, question: Question, id: number): Reply | undefined => {
  if (message.length < headerBytes || message.readUInt16BE(0) !== id) return undefined;
  const flags = message.readUInt16BE(2);
  const truncated = (flags & packet.TRUNCATED_RESPONSE) !== 0;
  const decoded = decode(truncated ? withoutRecords(message) : message);
  if (!isReplyTo(decoded, question)) return undefined;
  const { answers = [], authorities = [], additionals = [] } = decoded;
  const wanted = answersTo(question, answers);
  const serial = wanted.find((answer) => answer.type === 'SOA')?.data.serial;
  return {
    rcode: rcodeOf(flags, additionals),
    authoritative: decoded.flag_aa,
    authentic: decoded.flag_ad,
    recursive: decoded.flag_ra,
    edns: additionals.some(({ type }) => type === 'OPT'),
    truncated,
    answers: wanted.map((answer) => normalize(question.record, textOf(answer))),
    ...(serial !== undefined && { serial }),
    delegatedTo: answersTo({ ...question, record: 'NS' }, authorities).map((answer) =>
      normalize('NS', textOf(answer)),
    ),
    addresses: addressesIn(additionals),
    received: answers,
    records: { answer: answers.length, authority: authorities.length, additional: additionals.length },
    bytes: message.length,
  };
};

/** A truncated message may end inside a record: only its question can be relied on. */
const withoutRecords = (message: Buffer): Buffer => {
  const question = Buffer.from(message);
  question.fill(0, 6, headerBytes);
  return question;
};

const decode = (message: Buffer): DecodedPacket => {
  const records = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
  if (records > recordsMax) throw new Failure('protocol', `a reply of ${records} records`);
  try {
    const decoded = packet.decode(message);
    const { answers = [], authorities = [], additionals = [] } = decoded;
    if ([...answers, ...authorities, ...additionals].some(isShortened))
      throw new Error('a part of an address');
    return decoded;
  } catch (error) {
    throw new Failure('protocol', `a reply that cannot be read: ${(error as Error).message}`);
  }
};

/** The codec does not look how long an address is, and writes "undefined" for what is missing. */
const isShortened = (record: Answer): boolean =>
  (record.type === 'A' || record.type === 'AAAA') && isIP(record.data) === 0;

const isReplyTo = ({ flag_qr, flags = 0, questions = [] }: DecodedPacket, question: Question): boolean => {
  const [asked] = questions;
  // A server that could not read the question may leave it out; then it cannot say that all is well.
  if (asked === undefined) return flag_qr && (flags & 0xf) !== 0;
  return (
    flag_qr &&
    questions.length === 1 &&
    normalizeName(asked.name) === normalizeName(question.name) &&
    asked.type === question.record &&
    asked.class === 'IN'
  );
};

const rcodeOf = (flags: number, additionals: readonly Answer[]): string => {
  const extended = additionals.find((record) => record.type === 'OPT')?.extendedRcode ?? 0;
  const code = extended * 16 + (flags & 0xf);
  return rcodes[code] ?? (code === 16 ? 'BADVERS' : `RCODE${code}`);
};

type Wanted =
  | StringAnswer
  | Extract<Answer, { type: 'CAA' | 'DNSKEY' | 'DS' | 'MX' | 'SOA' | 'SRV' | 'TXT' }>;

/** The records of the question's type that belong to its name, or to what that is an alias of. */
const answersTo = ({ name, record }: Question, answers: readonly Answer[]): Wanted[] => {
  const owners = new Set([normalizeName(name)]);
  return answers.filter((answer): answer is Wanted => {
    if (!owners.has(normalizeName(answer.name))) return false;
    if (answer.type === 'CNAME') owners.add(normalizeName(answer.data));
    return answer.type === record;
  });
};

const addressesIn = (records: readonly Answer[]): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const record of records) {
    if (record.type !== 'A' && record.type !== 'AAAA') continue;
    const name = normalizeName(record.name);
    found.set(name, [...(found.get(name) ?? []), normalize(record.type, record.data)]);
  }
  return found;
};

const textOf = (answer: Wanted): string => {
  switch (answer.type) {
    case 'CAA':
      return `${answer.data.flags} ${answer.data.tag} ${answer.data.value}`;
    case 'DNSKEY':
      return `${answer.data.flags} 3 ${answer.data.algorithm} ${answer.data.key.toString('base64')}`;
    case 'DS':
      return `${answer.data.keyTag} ${answer.data.algorithm} ${answer.data.digestType} ${answer.data.digest.toString('hex')}`;
    case 'MX':
      return `${answer.data.preference} ${answer.data.exchange}`;
    case 'SRV':
      return `${answer.data.priority} ${answer.data.weight} ${answer.data.port} ${answer.data.target}`;
    case 'SOA':
      return Object.values(answer.data).join(' ');
    case 'TXT':
      return [answer.data].flat().map(String).join('');
    case 'A':
    case 'AAAA':
    case 'CNAME':
    case 'DNAME':
    case 'NS':
    case 'PTR':
      return answer.data;
  }
};

/** So that what an operator writes and what a server says are the same text when they mean the same. */
export const normalize = (record: RecordType, text: string): string => {
  if (record === 'TXT') return unquoted(text);
  if (record === 'AAAA') return normalizeIpv6(text);
  const words = text.replaceAll('"', '').trim().split(/\s+/);
  // Keys and digests may be written in pieces; letters of a key differ when they are large or small.
  if (record === 'DNSKEY') return inOnePiece(words);
  if (record === 'DS') return inOnePiece(words).toLowerCase();
  return words.map(normalizeName).join(' ');
};

const inOnePiece = (words: readonly string[]): string =>
  [...words.slice(0, 3), words.slice(3).join('')].join(' ');

const quotedStrings = /^\s*(?:"(?:[^"\\]|\\.)*"\s*)+$/s;

/** A text as it is, or as zone files and `dig` write it: in one or several strings between quotes (RFC 1035 §5.1). */
const unquoted = (text: string): string =>
  quotedStrings.test(text)
    ? [...text.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, part = '']) => unescaped(part)).join('')
    : text;

const unescaped = (text: string): string =>
  text.replaceAll(/\\(\d{3}|.)/gs, (_, escaped: string) =>
    escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped,
  );

const normalizeIpv6 = (text: string): string => {
  try {
    return new SocketAddress({ address: text, family: 'ipv6' }).address;
  } catch {
    return text;
  }
};

export const normalizeName = (name: string): string => name.toLowerCase().replace(/(?<=.)\.$/, '');
