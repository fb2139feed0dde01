// A certificate authority: Node reads certificates but does not make them, and not every machine has openssl.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** PEM text, both. */
export interface Issued {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  /** For those who shall trust it, as PEM text. */
  readonly cert: string;
  /** A certificate of a server with this name, valid between two instants (epoch milliseconds). */
  readonly issue: (name: string, from: number, until: number) => Issued;
}

/** An authority that is valid as long as all that it issues. */
export const createAuthority = (name: string, from: number, until: number): Authority => {
  const { publicKey, privateKey } = newKeys();
  const certify = (subject: string, key: KeyObject, from: number, until: number, extension: Buffer): string =>
    pem(signed(privateKey, { issuer: name, subject, key, from, until, extension }));
  return {
    cert: certify(name, publicKey, from, until, isAuthority),
    issue: (serverName, from, until) => {
      const { publicKey, privateKey } = newKeys();
      const cert = certify(serverName, publicKey, from, until, isFor(serverName));
      return { key: privateKey.export({ type: 'sec1', format: 'pem' }), cert };
    },
  };
};

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

interface Content {
  readonly issuer: string;
  readonly subject: string;
  readonly key: KeyObject;
  readonly from: number;
  readonly until: number;
  readonly extension: Buffer;
}

// RFC 5280 §4.1, version 3.
const signed = (signer: KeyObject, { issuer, subject, key, from, until, extension }: Content): Buffer => {
  const content = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    named(issuer),
    sequence(time(from), time(until)),
    named(subject),
    key.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(extension)),
  );
  return sequence(content, ecdsaWithSha256, bitString(sign('sha256', content, signer)));
};

// DER (ITU-T X.690): a tag, a length, a content.
const element = (tag: number, ...contents: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
};

const lengthOf = (bytes: number): readonly number[] => {
  if (bytes < 0x80) return [bytes];
  return bytes < 0x100 ? [0x81, bytes] : [0x82, bytes >> 8, bytes & 0xff];
};

const sequence = (...contents: readonly Buffer[]): Buffer => element(0x30, ...contents);
const explicit = (number: number, content: Buffer): Buffer => element(0xa0 + number, content);
const integer = (bytes: Buffer): Buffer => element(0x02, bytes);
const octetString = (content: Buffer): Buffer => element(0x04, content);
const bitString = (content: Buffer): Buffer => element(0x03, Buffer.from([0]), content);
const identifier = (hex: string): Buffer => element(0x06, Buffer.from(hex, 'hex'));
/** UTCTime, which RFC 5280 §4.1.2.5 wants until 2049. */
const time = (at: number): Buffer =>
  element(0x17, Buffer.from(`${new Date(at).toISOString().replaceAll(/\D/g, '').slice(2, 14)}Z`));
const yes = element(0x01, Buffer.from([0xff]));

const ecdsaWithSha256 = sequence(identifier('2a8648ce3d040302'));
const commonName = identifier('550403');
const named = (name: string): Buffer =>
  sequence(element(0x31, sequence(commonName, element(0x0c, Buffer.from(name)))));
const subjectAltName = identifier('551d11');
const isFor = (name: string): Buffer =>
  sequence(subjectAltName, octetString(sequence(element(0x82, Buffer.from(name)))));
const basicConstraints = identifier('551d13');
const isAuthority = sequence(basicConstraints, yes, octetString(sequence(yes)));

const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
