// An agent of SNMPv2c that tells what a test wants, and that knows just enough of BER for it.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** An integer, a text, or a counter of 64 bits. */
export type Value = number | string | bigint;
export type Objects = Readonly<Record<string, Value>>;

export interface SnmpTeller extends AsyncDisposable {
  readonly port: number;
  /** How many questions have come. */
  readonly asked: () => number;
  readonly tell: (objects: Objects) => void;
}

/** Answers GET and GETBULK from `objects`; `say` may spoil what is said, or say nothing. */
export const serveSnmp = async (
  objects: Objects,
  say: (reply: Buffer) => Buffer | undefined = (reply) => reply,
): Promise<SnmpTeller> => {
  let told = objects;
  let asked = 0;
  const socket = createSocket('udp4').on('message', (request, { port }) => {
    asked += 1;
    const reply = say(replyTo(request, told));
    // The largest that there is.
    if (reply !== undefined) socket.send(reply.subarray(0, 65_507), port, '127.0.0.1');
  });
  await once(socket.bind(0, '127.0.0.1'), 'listening');
  return {
    port: socket.address().port,
    asked: () => asked,
    tell: (next) => {
      told = next;
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
};

const sequence = 0x30;
const integer = 0x02;
const octets = 0x04;
const objectId = 0x06;
const counter64 = 0x46;
const noSuchInstance = 0x81;
const endOfMib = 0x82;
const bulkRequest = 0xa5;
const response = 0xa2;

const replyTo = (request: Buffer, objects: Objects): Buffer => {
  const [message = Buffer.alloc(0)] = partsOf(request).map(({ body }) => body);
  const [version, community, pdu] = partsOf(message);
  // SNMPv3, of which nothing is known here: it hears itself.
  if (version?.body[0] !== 1 || community === undefined || pdu === undefined) return request;
  const [id, , repetitions, list] = partsOf(pdu.body);
  const oids = partsOf(list?.body ?? Buffer.alloc(0)).map(({ body }) =>
    oidOf(partsOf(body)[0]?.body ?? Buffer.alloc(0)),
  );
  const found =
    pdu.tag === bulkRequest ? following(objects, oids[0] ?? '', repetitions?.body.readInt8() ?? 1) : oids;
  const bindings = found.map((oid) => {
    const value = objects[oid];
    const missing = pdu.tag === bulkRequest ? endOfMib : noSuchInstance;
    return part(
      sequence,
      part(objectId, bytesOfOid(oid)),
      value === undefined ? part(missing) : encoded(value),
    );
  });
  const zero = part(integer, Buffer.of(0));
  return part(
    sequence,
    part(integer, Buffer.of(1)),
    part(octets, community.body),
    part(response, part(integer, id?.body ?? Buffer.of(0)), zero, zero, part(sequence, ...bindings)),
  );
};

interface Part {
  readonly tag: number;
  readonly body: Buffer;
}

const partsOf = (bytes: Buffer): Part[] => {
  const parts: Part[] = [];
  for (let at = 0; at + 1 < bytes.length;) {
    const short = bytes[at + 1] ?? 0;
    const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
    const length = lengthBytes === 0 ? short : bytes.readUIntBE(at + 2, lengthBytes);
    const begin = at + 2 + lengthBytes;
    parts.push({ tag: bytes[at] ?? 0, body: bytes.subarray(begin, begin + length) });
    at = begin + length;
  }
  return parts;
};

const part = (tag: number, ...bodies: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(bodies);
  const length = body.length < 0x80 ? [body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
};

const encoded = (value: Value): Buffer => {
  if (typeof value === 'string') return part(octets, Buffer.from(value));
  const bytes = Buffer.alloc(9);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value)), 1);
  return part(
    typeof value === 'bigint' ? counter64 : value > 2 ** 31 - 1 ? 0x41 : integer,
    bytes.subarray(typeof value === 'bigint' ? 1 : 4),
  );
};

const oidOf = (bytes: Buffer): string => {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of bytes) {
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  return [Math.floor(first / 40), first % 40, ...rest].join('.');
};

const bytesOfOid = (oid: string): Buffer => {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number);
  const digits = (number: number): number[] =>
    number < 128
      ? [number]
      : [...digits(Math.floor(number / 128)).map((digit) => digit | 0x80), number % 128];
  return Buffer.from([first * 40 + second, ...rest.flatMap(digits)]);
};

const following = (objects: Objects, oid: string, count: number): string[] => {
  const known = Object.keys(objects).sort(compareOids);
  const next = known.filter((known) => compareOids(known, oid) > 0).slice(0, count);
  return next.length > 0 ? next : [oid];
};

const compareOids = (one: string, other: string): number => {
  const [a, b] = [one.split('.').map(Number), other.split('.').map(Number)];
  const at = a.findIndex((number, index) => number !== b[index]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
};
