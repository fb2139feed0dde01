// Keys of zones and what they signed: key tags and digests (RFC 4034), and the four ways of signing that are in use
// (RFC 5702, RFC 6605, RFC 8080). Nothing here throws, whatever a key or a signature is.
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { KeyObject, webcrypto } from 'node:crypto';
import type { DnskeyData, DsData } from 'dns-packet';

export interface ZoneKey {
  readonly keyTag: number;
  readonly data: DnskeyData;
  readonly rdata: Buffer;
}

type Jwk = webcrypto.JsonWebKey;

interface Algorithm {
  readonly name: string;
  /** Nothing for EdDSA, which has its own. */
  readonly hash: string | undefined;
  readonly jwk: (key: Buffer) => Jwk | undefined;
}

const base64 = (bytes: Buffer): string => bytes.toString('base64url');

const curve = (crv: string, bytes: number) => (key: Buffer) =>
  key.length === 2 * bytes
    ? { kty: 'EC', crv, x: base64(key.subarray(0, bytes)), y: base64(key.subarray(bytes)) }
    : undefined;

/** Longer ones only keep us busy. */
const modulusBytesMax = 512;
const exponentBytesMax = 8;

/** RFC 3110 §2: the length of the exponent, the exponent, the modulus. */
const rsa = (key: Buffer): Jwk | undefined => {
  const [length = 0] = key;
  const modulus = key.subarray(1 + length);
  if (length === 0 || length > exponentBytesMax || modulus.length === 0 || modulus.length > modulusBytesMax)
    return undefined;
  return { kty: 'RSA', e: base64(key.subarray(1, 1 + length)), n: base64(modulus) };
};

/** By their numbers (RFC 8624). Those that are missing are out of use, or nobody's yet. */
const algorithms: ReadonlyMap<number, Algorithm> = new Map<number, Algorithm>([
  [8, { name: 'RSASHA256', hash: 'sha256', jwk: rsa }],
  [10, { name: 'RSASHA512', hash: 'sha512', jwk: rsa }],
  [13, { name: 'ECDSAP256SHA256', hash: 'sha256', jwk: curve('P-256', 32) }],
  [14, { name: 'ECDSAP384SHA384', hash: 'sha384', jwk: curve('P-384', 48) }],
  [15, { name: 'ED25519', hash: undefined, jwk: (key) => ({ kty: 'OKP', crv: 'Ed25519', x: base64(key) }) }],
]);
const digests: ReadonlyMap<number, string> = new Map([
  [1, 'sha1'],
  [2, 'sha256'],
  [4, 'sha384'],
]);

export const algorithmName = (number: number): string =>
  algorithms.get(number)?.name ?? `algorithm ${number}`;

/** A delegation in words that we do not know is as good as none (RFC 4035 §5.2). */
export const isKnown = ({ algorithm, digestType }: DsData): boolean =>
  algorithms.has(algorithm) && digests.has(digestType);

const zoneFlag = 0x0100;
const revokedFlag = 0x0080;

/** May sign records of a zone, and is not withdrawn (RFC 5011). */
export const isZoneKey = ({ flags }: DnskeyData): boolean =>
  (flags & zoneFlag) !== 0 && (flags & revokedFlag) === 0;

/** RFC 4034, appendix B. */
export const keyTagOf = (rdata: Buffer): number => {
  const sum = rdata.reduce((total, byte, index) => total + (index % 2 === 0 ? byte * 256 : byte), 0);
  return (sum + Math.floor(sum / 65_536)) & 0xffff;
};

/** Whether the zone above means this key; `owner` is the name of the zone as in a message, in small letters. */
export const isMeant = ({ keyTag, data, rdata }: ZoneKey, ds: DsData, owner: Buffer): boolean => {
  const digest = digests.get(ds.digestType);
  if (digest === undefined || ds.keyTag !== keyTag || ds.algorithm !== data.algorithm) return false;
  return createHash(digest).update(owner).update(rdata).digest().equals(ds.digest);
};

/** Whether the key made this signature of the message. */
export const holds = ({ data }: ZoneKey, message: Buffer, signature: Buffer): boolean => {
  const algorithm = algorithms.get(data.algorithm);
  const key = algorithm && publicKey(algorithm, data.key);
  if (algorithm === undefined || key === undefined) return false;
  try {
    return verify(algorithm.hash, message, { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    return false;
  }
};

const publicKey = ({ jwk }: Algorithm, bytes: Buffer): KeyObject | undefined => {
  const key = jwk(bytes);
  try {
    return key && createPublicKey({ key, format: 'jwk' });
  } catch {
    return undefined;
  }
};
