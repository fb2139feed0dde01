// The key of a host as SSH writes it: its fingerprint, and whether it made a signature (RFC 4253 §6.6, RFC 5656 §3.1,
// RFC 8332, RFC 8709).
import { createHash, createPublicKey, verify } from 'node:crypto';
import type { SigningOptions, webcrypto } from 'node:crypto';
import { Fields } from './ssh-wire.ts';

interface Algorithm {
  readonly digest: string | null;
  /** What stands between the name of the key's type and its end, as a JSON Web Key. */
  readonly key: (fields: Fields) => webcrypto.JsonWebKey;
  /** The signature as OpenSSL takes it. */
  readonly signature?: (blob: Buffer) => Buffer;
  readonly options?: SigningOptions;
}

const base64 = (bytes: Buffer): string => bytes.toString('base64url');

const rsa = (digest: string): Algorithm => ({
  digest,
  key: (fields) => {
    const [e, n] = [fields.string(), fields.string()];
    return { kty: 'RSA', e: base64(e), n: base64(n) };
  },
});

const ecdsa = (crv: string, digest: string, bytes: number): Algorithm => ({
  digest,
  key: (fields) => {
    fields.string();
    // 4, then both coordinates.
    const point = fields.string();
    return { kty: 'EC', crv, x: base64(point.subarray(1, 1 + bytes)), y: base64(point.subarray(1 + bytes)) };
  },
  signature: (blob) => {
    const fields = new Fields(blob);
    return Buffer.concat([fixed(fields.string(), bytes), fixed(fields.string(), bytes)]);
  },
  options: { dsaEncoding: 'ieee-p1363' },
});

/** A number on so many bytes, whatever zeros it came with. */
const fixed = (number: Buffer, bytes: number): Buffer =>
  Buffer.concat([Buffer.alloc(bytes), number]).subarray(-bytes);

/** In the order in which we would see them. */
const algorithms: Readonly<Record<string, Algorithm>> = {
  'ssh-ed25519': {
    digest: null,
    key: (fields) => ({ kty: 'OKP', crv: 'Ed25519', x: base64(fields.string()) }),
  },
  'ecdsa-sha2-nistp256': ecdsa('P-256', 'sha256', 32),
  'ecdsa-sha2-nistp384': ecdsa('P-384', 'sha384', 48),
  'ecdsa-sha2-nistp521': ecdsa('P-521', 'sha512', 66),
  'rsa-sha2-512': rsa('sha512'),
  'rsa-sha2-256': rsa('sha256'),
};

export const hostKeyAlgorithms = Object.keys(algorithms);

/** As OpenSSH shows it: `SHA256:…`. */
export const fingerprintOf = (hostKey: Buffer): string =>
  `SHA256:${createHash('sha256').update(hostKey).digest('base64').replace(/=+$/, '')}`;

/** Whether who has this host key has signed `data`, by the algorithm that was agreed on. Fails with `protocol` when a field is cut. */
export const isSigned = (data: Buffer, signature: Buffer, hostKey: Buffer, name: string): boolean => {
  const algorithm = algorithms[name];
  const fields = new Fields(signature);
  if (algorithm === undefined || fields.text() !== name) return false;
  const { digest, options, signature: convert = (same) => same } = algorithm;
  const made = convert(fields.string());
  const keyFields = new Fields(hostKey);
  keyFields.string();
  const key = algorithm.key(keyFields);
  try {
    return verify(digest, data, { key: createPublicKey({ key, format: 'jwk' }), ...options }, made);
  } catch {
    // A key that OpenSSL cannot read has signed nothing.
    return false;
  }
};
