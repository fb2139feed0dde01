// Whom we trust: the certificate authorities that come with Node, and those that the configuration adds.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Content } from '../../config/fields.ts';
import { Unfit } from './outcome.ts';

export const tlsVersions = ['TLSv1.2', 'TLSv1.3'] as const;
export type TlsVersion = (typeof tlsVersions)[number];

export class Trust {
  readonly #authorities: readonly string[];
  readonly #contexts = new Map<TlsVersion, SecureContext>();
  #bySubject: Map<string, X509Certificate[]> | undefined;

  constructor(authorities: readonly string[]) {
    this.#authorities = authorities;
  }

  /** Made once: a context of its own would cost every handshake the reading of all authorities. */
  context(minVersion: TlsVersion): SecureContext {
    const known = this.#contexts.get(minVersion);
    if (known !== undefined) return known;
    const context = createSecureContext({ ca: [...this.#authorities], minVersion });
    this.#contexts.set(minVersion, context);
    return context;
  }

  holds(certificate: X509Certificate): boolean {
    return this.#named(certificate.subject).some(({ raw }) => raw.equals(certificate.raw));
  }

  /** The trusted certificates that may have signed this one: an authority may have several with the same key. */
  issuersOf(certificate: X509Certificate): readonly X509Certificate[] {
    return this.#named(certificate.issuer).filter((candidate) => certificate.checkIssued(candidate));
  }

  #named(subject: string): readonly X509Certificate[] {
    this.#bySubject ??= Map.groupBy(
      this.#authorities.map((pem) => new X509Certificate(pem)),
      (authority) => authority.subject,
    );
    return this.#bySubject.get(subject) ?? [];
  }
}

export const publicTrust = new Trust(getCACertificates('default'));

const caBytesMax = 1_000_000;
const trustsMax = 64;
const trusts = new Map<string, Trust>();
const pemPattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** What a `ca` must be, or the file that it names. */
export const certificatesInPem: Content = {
  expected: 'certificates in PEM',
  bytesMax: caBytesMax,
  isRight: (text) => {
    const certificates = text.match(pemPattern) ?? [];
    return certificates.length > 0 && certificates.every(isReadable);
  },
};

/**
 * The public authorities, and besides them those in `ca`: PEM text, or the path of a PEM file, which is read at every
 * probe so that a renewed one counts at once. Throws `Unfit` when it cannot be used.
 */
export const trustIn = async (ca: string | undefined): Promise<Trust> => {
  if (ca === undefined) return publicTrust;
  const pem = ca.includes('-----BEGIN') ? ca : await readPem(ca);
  const known = trusts.get(pem);
  if (known !== undefined) return known;
  const trust = new Trust([...getCACertificates('default'), ...certificatesIn(pem)]);
  if (trusts.size >= trustsMax) trusts.clear();
  trusts.set(pem, trust);
  return trust;
};

const readPem = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    throw new Unfit(
      'self_misconfigured',
      `cannot read the ca ${path} (${(error as NodeJS.ErrnoException).code})`,
    );
  }
};

const certificatesIn = (pem: string): readonly string[] => {
  if (pem.length > caBytesMax || !certificatesInPem.isRight(pem))
    throw new Unfit('self_misconfigured', 'the ca holds no certificate that can be read');
  return pem.match(pemPattern) ?? [];
};

const isReadable = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
};
