// Packets of RADIUS (RFC 2865 §3), signed both ways by what client and server both know (RFC 2869 §5.14).
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** RFC 2865 §3, RFC 2866 §3, RFC 5997 §3: the numbers of the packets that concern us. */
export const codes = {
  'Access-Request': 1,
  'Access-Accept': 2,
  'Access-Reject': 3,
  'Accounting-Response': 5,
  'Access-Challenge': 11,
  'Status-Server': 12,
} as const;

const attributes = { userName: 1, userPassword: 2, nasIdentifier: 32, messageAuthenticator: 80 } as const;

/** RFC 2865 §5.2 */
export const passwordBytesMax = 128;
const packetBytesMax = 4_096;
const headerBytes = 20;
const digestBytes = 16;

export interface Request {
  readonly packet: Buffer;
  readonly id: number;
  readonly authenticator: Buffer;
}

export interface User {
  readonly name: string;
  readonly password: string;
}

/** `id` is a byte and `authenticator` 16 that nobody can guess. With a user, an Access-Request; without, a Status-Server. */
export const encodeRequest = (
  id: number,
  authenticator: Buffer,
  secret: string,
  user: User | undefined,
): Request => {
  const body = Buffer.concat([
    attribute(attributes.nasIdentifier, Buffer.from('vigie')),
    ...(user === undefined
      ? []
      : [
          attribute(attributes.userName, Buffer.from(user.name)),
          attribute(attributes.userPassword, hide(Buffer.from(user.password), authenticator, secret)),
        ]),
    attribute(attributes.messageAuthenticator, Buffer.alloc(digestBytes)),
  ]);
  const header = Buffer.alloc(4);
  header.writeUInt8(codes[user === undefined ? 'Status-Server' : 'Access-Request']);
  header.writeUInt8(id, 1);
  header.writeUInt16BE(headerBytes + body.length, 2);
  const packet = Buffer.concat([header, authenticator, body]);
  createHmac('md5', secret)
    .update(packet)
    .digest()
    .copy(packet, packet.length - digestBytes);
  return { packet, id, authenticator };
};

const attribute = (type: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.of(type, 2 + value.length), value]);

/** RFC 2865 §5.2: in blocks, each under a digest of the secret and of the block before it. */
const hide = (password: Buffer, authenticator: Buffer, secret: string): Buffer => {
  const blocks = Math.max(1, Math.ceil(password.length / digestBytes));
  const hidden = Buffer.alloc(blocks * digestBytes);
  password.copy(hidden);
  for (let start = 0, before = authenticator; start < hidden.length; start += digestBytes) {
    const mask = md5(Buffer.from(secret), before);
    for (let index = 0; index < digestBytes; index += 1)
      hidden.writeUInt8((hidden[start + index] ?? 0) ^ (mask[index] ?? 0), start + index);
    before = hidden.subarray(start, start + digestBytes);
  }
  return hidden;
};

export interface Reply {
  readonly code: number;
  /** Whether it carries a Message-Authenticator, without which it can be forged (CVE-2024-3596). */
  readonly isSigned: boolean;
}

/** The reply in a datagram; nothing when it is none to this request, or not from somebody who knows the secret. */
export const readReply = (datagram: Buffer, request: Request, secret: string): Reply | undefined => {
  const length = datagram.length < headerBytes ? 0 : datagram.readUInt16BE(2);
  if (length < headerBytes || length > Math.min(datagram.length, packetBytesMax)) return undefined;
  const packet = datagram.subarray(0, length);
  if (packet[1] !== request.id) return undefined;
  const asSigned = Buffer.from(packet);
  request.authenticator.copy(asSigned, 4);
  if (!timingSafeEqual(md5(asSigned, Buffer.from(secret)), packet.subarray(4, headerBytes))) return undefined;
  const places = findAll(packet, attributes.messageAuthenticator);
  const [place] = places ?? [];
  const code = packet.readUInt8(0);
  if (places === undefined || places.length > 1) return undefined;
  if (place === undefined) return { code, isSigned: false };
  const signature = packet.subarray(place, place + digestBytes);
  if (signature.length !== digestBytes) return undefined;
  asSigned.fill(0, place, place + digestBytes);
  const expected = createHmac('md5', secret).update(asSigned).digest();
  return timingSafeEqual(signature, expected) ? { code, isSigned: true } : undefined;
};

/** Where the values of the attributes of this type begin; nothing when the attributes are not well formed. */
const findAll = (packet: Buffer, wanted: number): readonly number[] | undefined => {
  const found: number[] = [];
  for (let place = headerBytes; place < packet.length;) {
    const [type, length = 0] = packet.subarray(place);
    if (length < 2 || place + length > packet.length) return undefined;
    if (type === wanted) found.push(place + 2);
    place += length;
  }
  return found;
};

const md5 = (...parts: readonly Buffer[]): Buffer => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const nameOf = (code: number): string =>
  Object.entries(codes).find(([, number]) => number === code)?.[0] ?? `code ${code}`;
