// The key exchange of SSH up to the server's proof that the host key is its own (RFC 4253 §7 and §8, RFC 8731).
import { createHash, createPublicKey, diffieHellman, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Dialogue } from './dialogue.ts';
import { Failure } from './outcome.ts';
import { hostKeyAlgorithms, isSigned } from './ssh-key.ts';
import { Fields, message, mpint, packet, receive, string } from './ssh-wire.ts';

export interface Identifications {
  readonly ours: string;
  readonly theirs: string;
}

/** What the server offers (RFC 4253 §7.1). */
export interface Offer {
  readonly payload: Buffer;
  readonly keyExchanges: readonly string[];
  readonly hostKeys: readonly string[];
  /** Ciphers, codes, compressions and languages, as they stand in the message. */
  readonly rest: Buffer;
}

const cookieBytes = 16;
const restLists = 8;

export const readOffer = async (dialogue: Dialogue): Promise<Offer> => {
  const payload = await receive(dialogue, message.kexinit);
  const fields = new Fields(payload.subarray(1));
  fields.take(cookieBytes);
  const [keyExchanges, hostKeys] = [fields.names(), fields.names()];
  const rest = Array.from({ length: restLists }, () => string(fields.string()));
  return { payload, keyExchanges, hostKeys, rest: Buffer.concat(rest) };
};

const ourKeyExchanges = ['curve25519-sha256', 'curve25519-sha256@libssh.org'];

export interface Agreement {
  readonly keyExchange: string;
  readonly hostKey: string;
}

/** Nothing when the server wants to exchange keys, or to show one, in ways that we do not know. */
export const agree = ({ keyExchanges, hostKeys }: Offer): Agreement | undefined => {
  const keyExchange = ourKeyExchanges.find((name) => keyExchanges.includes(name));
  const hostKey = hostKeyAlgorithms.find((name) => hostKeys.includes(name));
  return keyExchange === undefined || hostKey === undefined ? undefined : { keyExchange, hostKey };
};

/**
 * The server's host key. Fails with `protocol` when the server does not prove that it has it, or speaks otherwise than it
 * should. Nothing is ever encrypted: we leave before.
 */
export const exchangeKeys = async (
  dialogue: Dialogue,
  offer: Offer,
  { keyExchange, hostKey: algorithm }: Agreement,
  { ours, theirs }: Identifications,
): Promise<Buffer> => {
  // The rest is as the server wants it, since none of it will be used; no guessed packet follows, and zero is reserved.
  const lists = [string(keyExchange), string(algorithm), offer.rest];
  const init = Buffer.concat([
    Buffer.of(message.kexinit),
    randomBytes(cookieBytes),
    ...lists,
    Buffer.alloc(5),
  ]);
  dialogue.sendBytes(packet(init));
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const ourKey = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  dialogue.sendBytes(packet(Buffer.concat([Buffer.of(message.kexEcdhInit), string(ourKey)])));
  const reply = new Fields((await receive(dialogue, message.kexEcdhReply)).subarray(1));
  const [hostKey, theirKey, signature] = [reply.string(), reply.string(), reply.string()];
  const said = [ours, theirs, init, offer.payload, hostKey, ourKey, theirKey].map(string);
  const hashed = Buffer.concat([...said, mpint(sharedSecret(privateKey, theirKey))]);
  if (!isSigned(createHash('sha256').update(hashed).digest(), signature, hostKey, algorithm))
    throw new Failure('protocol', 'the server does not prove that the host key is its own');
  return hostKey;
};

const sharedSecret = (privateKey: KeyObject, theirKey: Buffer): Buffer => {
  try {
    const key = { kty: 'OKP', crv: 'X25519', x: theirKey.toString('base64url') };
    return diffieHellman({ privateKey, publicKey: createPublicKey({ key, format: 'jwk' }) });
  } catch {
    // RFC 8731 §3: no point of the curve, or one of those from which everybody knows the secret.
    throw new Failure('protocol', 'the key with which the server answers is none');
  }
};

/** SSH_DISCONNECT_BY_APPLICATION (RFC 4253 §11.1): so that the server does not log a lost connection. */
export const farewell = (): Buffer => {
  const reason = Buffer.from([message.disconnect, 0, 0, 0, 11]);
  return packet(Buffer.concat([reason, string('seen, thank you'), string('')]));
};
