// Messages of SSH before anything is encrypted: their packets (RFC 4253 §6) and the fields in them (RFC 4251 §5).
import { randomBytes } from 'node:crypto';
import type { Dialogue } from './dialogue.ts';
import { Failure } from './outcome.ts';

/** RFC 4253 §6.1: what everybody must be able to read; nobody needs more before the encryption. */
export const packetBytesMax = 35_000;

/** RFC 4253 §12, RFC 5656 §7.1 */
export const message = {
  disconnect: 1,
  ignore: 2,
  unimplemented: 3,
  debug: 4,
  kexinit: 20,
  kexEcdhInit: 30,
  kexEcdhReply: 31,
} as const;

/** The fields of a message, one after the other. Each fails with `protocol` when the message is too short for it. */
export class Fields {
  #rest: Buffer;

  constructor(bytes: Buffer) {
    this.#rest = bytes;
  }

  take(count: number): Buffer {
    if (count > this.#rest.length) throw new Failure('protocol', 'a message ends before its last field');
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }

  number(): number {
    return this.take(4).readUInt32BE(0);
  }

  string(): Buffer {
    return this.take(this.number());
  }

  text(): string {
    return this.string().toString();
  }

  names(): readonly string[] {
    return this.text().split(',');
  }
}

export const string = (content: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** A positive number: without zeros before it, but for one where it would look negative. */
export const mpint = (bigEndian: Buffer): Buffer => {
  const first = bigEndian.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Buffer.alloc(0) : bigEndian.subarray(first);
  return string((digits[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), digits]) : digits);
};

const blockBytes = 8;
const paddingBytesMin = 4;

export const packet = (payload: Uint8Array): Buffer => {
  const missing = blockBytes - ((5 + payload.length) % blockBytes);
  const padding = missing < paddingBytesMin ? missing + blockBytes : missing;
  const head = Buffer.alloc(5);
  head.writeUInt32BE(1 + payload.length + padding);
  head.writeUInt8(padding, 4);
  return Buffer.concat([head, payload, randomBytes(padding)]);
};

/** Chatter that a server may send between two messages that matter. */
const asidesMax = 10;
const asides: readonly number[] = [message.ignore, message.unimplemented, message.debug];

/** The next message that is no aside, whole. Fails with `protocol` when it is not `wanted`; with `too_many_connections` or `protocol` when the server takes its leave. */
export const receive = async (dialogue: Dialogue, wanted: number): Promise<Buffer> => {
  for (let heard = 0; heard <= asidesMax; heard += 1) {
    const payload = await readPacket(dialogue);
    const [kind = 0] = payload;
    if (kind === wanted) return payload;
    if (kind === message.disconnect) throw leave(new Fields(payload.subarray(1)));
    if (!asides.includes(kind))
      throw new Failure('protocol', `message ${kind} of SSH where ${wanted} was due`);
  }
  throw new Failure('protocol', `more than ${asidesMax} messages of SSH that say nothing`);
};

const readPacket = async (dialogue: Dialogue): Promise<Buffer> => {
  const length = (await dialogue.bytes(4)).readUInt32BE(0);
  if (length > packetBytesMax) throw new Failure('protocol', `a packet of SSH of ${length} bytes`);
  const body = new Fields(await dialogue.bytes(length));
  const padding = body.take(1).readUInt8(0);
  if (padding > length - 2) throw new Failure('protocol', 'a packet of SSH with nothing in it');
  return body.take(length - 1 - padding);
};

/** SSH_DISCONNECT_TOO_MANY_CONNECTIONS of RFC 4253 §11.1. */
const tooManyConnections = 12;

const leave = (fields: Fields): Failure => {
  const reason = fields.number();
  return new Failure(
    reason === tooManyConnections ? 'too_many_connections' : 'protocol',
    `the server takes its leave (reason ${reason}): ${fields.text()}`,
  );
};
