// A server on the loopback that speaks SSH up to the proof of its host key, and can be made to misbehave.
import { createHash, createPublicKey, diffieHellman, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Socket } from 'node:net';
import { Fields, message, mpint, packet, string } from '../../checks/lib/ssh-wire.ts';
import { serveTcp } from './loopback.ts';
import type { Loopback } from './loopback.ts';

export type Said = 'banner' | 'offer' | 'reply';

interface Manner {
  /** Lines with their ends; the last is the identification. */
  readonly banner: string;
  readonly keyExchanges: string;
  readonly hostKeys: string;
  /** What is sent instead of these bytes; nothing: no more is said. */
  readonly say: (bytes: Buffer, what: Said, socket: Socket) => Buffer | undefined;
  /** Who signs; by default the owner of the host key. */
  readonly signer: KeyObject;
}

export interface SshServer extends Loopback {
  /** The numbers of the messages that clients have sent. */
  readonly heard: readonly number[];
}

const owner = generateKeyPairSync('ed25519');
const raw = (key: KeyObject): Buffer => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
export const hostKey = Buffer.concat([string('ssh-ed25519'), string(raw(owner.publicKey))]);

export const serveSsh = async ({
  banner = 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n',
  keyExchanges = 'sntrup761x25519-sha512@openssh.com,curve25519-sha256',
  hostKeys = 'rsa-sha2-512,ssh-ed25519',
  say = (bytes) => bytes,
  signer = owner.privateKey,
}: Partial<Manner> = {}): Promise<SshServer> => {
  const heard: number[] = [];
  const offer = Buffer.concat([
    Buffer.of(message.kexinit),
    Buffer.alloc(16, 7),
    ...[
      keyExchanges,
      hostKeys,
      'aes128-ctr',
      'aes128-ctr',
      'hmac-sha2-256',
      'hmac-sha2-256',
      'none',
      'none',
      '',
      '',
    ].map(string),
    Buffer.alloc(5),
  ]);
  const server = await serveTcp((socket) => {
    const tell = (bytes: Buffer, what: Said) => {
      const said = say(bytes, what, socket);
      if (said !== undefined && socket.writable) socket.write(said);
    };
    tell(Buffer.from(banner), 'banner');
    tell(packet(offer), 'offer');
    let received = Buffer.alloc(0);
    let identification: string | undefined;
    let init: Buffer = Buffer.alloc(0);
    const hear = (payload: Buffer) => {
      heard.push(payload[0] ?? -1);
      if (payload[0] === message.kexinit) init = payload;
      if (payload[0] !== message.kexEcdhInit) return;
      const theirs = banner.trimEnd().split('\r\n').at(-1) ?? '';
      const said = [identification ?? '', theirs, init, offer].map(string);
      tell(packet(answer(said, new Fields(payload.subarray(1)).string(), signer)), 'reply');
    };
    socket.on('data', (data: Buffer) => {
      received = Buffer.concat([received, data]);
      if (identification === undefined) {
        const end = received.indexOf('\r\n');
        if (end === -1) return;
        identification = received.toString('latin1', 0, end);
        received = received.subarray(end + 2);
      }
      while (received.length >= 5 && received.length >= 4 + received.readUInt32BE(0)) {
        const length = received.readUInt32BE(0);
        hear(received.subarray(5, 4 + length - received.readUInt8(4)));
        received = received.subarray(4 + length);
      }
    });
  });
  return { ...server, heard };
};

const answer = (said: readonly Buffer[], clientKey: Buffer, signer: KeyObject): Buffer => {
  const ours = generateKeyPairSync('x25519');
  const jwk = { kty: 'OKP', crv: 'X25519', x: clientKey.toString('base64url') };
  const secret = diffieHellman({
    privateKey: ours.privateKey,
    publicKey: createPublicKey({ key: jwk, format: 'jwk' }),
  });
  const hash = createHash('sha256');
  for (const field of [...said, ...[hostKey, clientKey, raw(ours.publicKey)].map(string), mpint(secret)])
    hash.update(field);
  const signature = Buffer.concat([string('ssh-ed25519'), string(sign(null, hash.digest(), signer))]);
  return Buffer.concat([
    Buffer.of(message.kexEcdhReply),
    ...[hostKey, raw(ours.publicKey), signature].map(string),
  ]);
};
