// RADIUS as a server on the loopback speaks it, with a codec of its own, so that ours is not its own judge.
import { createHash, createHmac } from 'node:crypto';

export const radiusSecret = 'a secret of the lab';

export interface Asked {
  readonly code: number;
  readonly id: number;
  readonly authenticator: Buffer;
  /** By their numbers. */
  readonly attributes: ReadonlyMap<number, Buffer>;
  /** Whether its Message-Authenticator is right. */
  readonly isSigned: boolean;
  /** In clear text. */
  readonly password: string | undefined;
}

const hmac = (bytes: Buffer): Buffer => createHmac('md5', radiusSecret).update(bytes).digest();
const md5 = (...parts: readonly (Buffer | string)[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('md5')).digest();

export const readRequest = (message: Buffer): Asked => {
  const authenticator = message.subarray(4, 20);
  const attributes = new Map<number, Buffer>();
  const unsigned = Buffer.from(message);
  for (let place = 20; place < message.readUInt16BE(2);) {
    const length = message.readUInt8(place + 1);
    attributes.set(message.readUInt8(place), message.subarray(place + 2, place + length));
    if (message[place] === 80) unsigned.fill(0, place + 2, place + length);
    place += length;
  }
  const hidden = attributes.get(2);
  return {
    code: message.readUInt8(0),
    id: message.readUInt8(1),
    authenticator,
    attributes,
    isSigned: attributes.get(80)?.equals(hmac(unsigned)) ?? false,
    password: hidden && reveal(hidden, authenticator),
  };
};

const reveal = (hidden: Buffer, authenticator: Buffer): string => {
  const blocks = Array.from({ length: hidden.length / 16 }, (_, block) => {
    const before = block === 0 ? authenticator : hidden.subarray(16 * block - 16, 16 * block);
    const mask = md5(radiusSecret, before);
    return Buffer.from(
      hidden.subarray(16 * block, 16 * block + 16).map((byte, index) => byte ^ mask[index]!),
    );
  });
  return Buffer.concat(blocks).toString().replace(/\0+$/, '');
};

/** Whole attributes; `signature` stands for a Message-Authenticator that is right. */
export const signature = Buffer.concat([Buffer.of(80, 18), Buffer.alloc(16)]);

export const answer = (
  { id, authenticator }: Asked,
  code: number,
  attributes: Buffer = signature,
): Buffer => {
  const head = Buffer.from([code, id, 0, 0]);
  head.writeUInt16BE(20 + attributes.length, 2);
  const packet = Buffer.concat([head, authenticator, attributes]);
  const place = packet.indexOf(signature, 20);
  if (place !== -1) hmac(packet).copy(packet, place + 2);
  md5(packet, radiusSecret).copy(packet, 4);
  return packet;
};
