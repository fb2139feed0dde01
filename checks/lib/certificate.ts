// Is this certificate the server's, whole, in force, and for how long still? Our own verdict, because a library that
// refuses a bad certificate does not say when it expired.
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Seen } from './contract.ts';
import { Failure } from './outcome.ts';
import type { Facts } from './outcome.ts';
import { publicTrust } from './trust.ts';
import type { Trust } from './trust.ts';

export interface Expectation {
  /** The name or address that the certificate must be for. */
  readonly servername: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly trust?: Trust;
  /** Warn when less than this is left; see `warningMs` for what holds without it. */
  readonly warnMs?: number | undefined;
}

/**
 * The facts, with the warning `tls_expiring` when the end is near; or why a visitor would be refused: `tls_expired`,
 * `tls_not_yet_valid`, `tls_name`, `tls_self_signed`, `tls_chain`. Several reasons share the evidence, the first is the cause.
 */
export const verdict = (
  socket: TLSSocket,
  { servername, now, trust = publicTrust, warnMs }: Expectation,
): Seen | Failure => {
  const leaf = socket.getPeerX509Certificate();
  if (leaf === undefined) return new Failure('tls_chain', 'the server sent no certificate');
  const chain = verifiedChain(leaf, trust);
  const facts = { ...connectionFacts(socket), ...certificateFacts(leaf, chain, now) };
  const problems = [
    ...chain.certificates.flatMap((certificate) => dateProblem(certificate, leaf, now) ?? []),
    ...(isFor(leaf, servername) ? [] : [nameProblem(leaf, servername)]),
    ...(isTrusted(socket, chain) ? [] : [trustProblem(socket, chain)]),
  ];
  const [first] = problems;
  if (first !== undefined) {
    return new Failure(first.cause, problems.map(({ message }) => message).join('; '), { facts });
  }
  const warning = chain.certificates
    .map((certificate) => expiryWarning(certificate, leaf, now, warnMs))
    .find((found) => found !== undefined);
  return { facts, ...(warning && { warning }) };
};

interface Chain {
  /** From the server's own to the trusted one, or as far as it leads. */
  readonly certificates: readonly X509Certificate[];
  readonly isComplete: boolean;
}

const certificatesMax = 10;

/**
 * The way to a trusted certificate, not the list that was sent: servers also send old cross-signed certificates whose
 * end hurts nobody. A trusted issuer comes first, as OpenSSL does it, and of several the one that lasts longest.
 */
const verifiedChain = (leaf: X509Certificate, trust: Trust): Chain => {
  const sent = certificatesSent(leaf);
  const certificates = [leaf];
  for (let last = leaf; certificates.length <= certificatesMax;) {
    if (trust.holds(last)) return { certificates, isComplete: true };
    const next =
      longestLasting(trust.issuersOf(last)) ??
      sent.find((candidate) => !certificates.includes(candidate) && last.checkIssued(candidate));
    if (next === undefined) break;
    certificates.push(next);
    last = next;
  }
  return { certificates, isComplete: false };
};

const certificatesSent = (leaf: X509Certificate): readonly X509Certificate[] => {
  const sent: X509Certificate[] = [];
  for (let next = leaf.issuerCertificate; next !== undefined; next = next.issuerCertificate) {
    if (sent.push(next) >= certificatesMax) break;
  }
  return sent;
};

const longestLasting = (certificates: readonly X509Certificate[]): X509Certificate | undefined =>
  certificates.toSorted((a, b) => endsAt(b) - endsAt(a))[0];

// RFC 5280 §4.1.2.5: both ends belong to the time in which a certificate is valid.
const endsAt = (certificate: X509Certificate): number => certificate.validToDate.getTime();
const beginsAt = (certificate: X509Certificate): number => certificate.validFromDate.getTime();

const dateProblem = (
  certificate: X509Certificate,
  leaf: X509Certificate,
  now: number,
): Failure | undefined => {
  const [begin, end] = [beginsAt(certificate), endsAt(certificate)];
  const what = labelOf(certificate, leaf);
  // Negated, so that a date that cannot be read is a problem too.
  if (!(now <= end)) return new Failure('tls_expired', `${what} expired on ${day(end)}`);
  if (!(now >= begin)) return new Failure('tls_not_yet_valid', `${what} is not valid before ${day(begin)}`);
  return undefined;
};

/** RFC 9525 §2: only the alternative names count, never the common name. */
const isFor = (leaf: X509Certificate, servername: string): boolean =>
  isIP(servername) === 0
    ? leaf.checkHost(servername.replace(/\.$/, ''), { subject: 'never', partialWildcards: false }) !==
      undefined
    : leaf.checkIP(servername) !== undefined;

const nameProblem = ({ subjectAltName = 'no name' }: X509Certificate, servername: string): Failure =>
  new Failure(
    'tls_name',
    `the certificate is for ${subjectAltName.replaceAll('DNS:', '')}, not for ${servername}`,
  );

const codesOfDates = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/**
 * OpenSSL knows whether a chain may be trusted (constraints, key usage, weak signatures), but of several problems it
 * tells the last, which is a date when there is one, and by the clock of the system. Then our own way to a trusted
 * certificate decides, and `dateProblem` about its dates.
 */
const isTrusted = (socket: TLSSocket, chain: Chain): boolean => {
  const code = codeOf(socket);
  return code === undefined || (codesOfDates.has(code) && chain.isComplete && isSigned(chain));
};

const isSigned = ({ certificates }: Chain): boolean =>
  certificates.every((certificate, index) => {
    const issuer = certificates[index + 1];
    try {
      return issuer === undefined || certificate.verify(issuer.publicKey);
    } catch {
      // A key that OpenSSL cannot read has signed nothing.
      return false;
    }
  });

const codeOf = ({ authorizationError }: TLSSocket): string | undefined =>
  // Typed as an Error, it is the code of one.
  authorizationError ? String(authorizationError) : undefined;

const trustProblem = (socket: TLSSocket, { certificates, isComplete }: Chain): Failure => {
  const last = certificates.at(-1);
  if (isComplete || last === undefined)
    return new Failure('tls_chain', `the chain is refused: ${codeOf(socket)}`);
  const isSelfSigned = last.checkIssued(last);
  if (isSelfSigned && certificates.length === 1) return new Failure('tls_self_signed', 'signed by itself');
  return isSelfSigned
    ? new Failure('tls_chain', `ends in ${nameOf(last.subject)}, which is not trusted`)
    : new Failure(
        'tls_chain',
        `the certificate of the issuer ${nameOf(last.issuer)} is neither sent nor trusted`,
      );
};

const dayMs = 86_400_000;

/**
 * 14 days, or a third of the life of a certificate that lives less than 42 days. A third of every life would warn
 * during each normal renewal of one of 90 days, and for four months of one of a year.
 */
const warningMs = (certificate: X509Certificate): number =>
  Math.min(14 * dayMs, (endsAt(certificate) - beginsAt(certificate)) / 3);

const expiryWarning = (
  certificate: X509Certificate,
  leaf: X509Certificate,
  now: number,
  warnMs = warningMs(certificate),
): Failure | undefined => {
  const leftMs = endsAt(certificate) - now;
  return leftMs < warnMs
    ? new Failure(
        'tls_expiring',
        `${labelOf(certificate, leaf)} expires in ${(leftMs / dayMs).toFixed(1)} days, on ${day(endsAt(certificate))}`,
        { kind: 'warn' },
      )
    : undefined;
};

const connectionFacts = (socket: TLSSocket): Facts => ({
  tlsVersion: socket.getProtocol() ?? 'unknown',
  tlsCipher: socket.getCipher().standardName,
});

/** An end of the chain is told only of a chain that leads somewhere. */
const certificateFacts = (
  leaf: X509Certificate,
  { certificates, isComplete }: Chain,
  now: number,
): Facts => ({
  certificateIssuer: nameOf(leaf.issuer),
  certificateFingerprint: leaf.fingerprint256,
  ...endFacts('certificate', endsAt(leaf), now),
  ...(isComplete && endFacts('chain', Math.min(...certificates.map(endsAt)), now)),
});

const endFacts = (what: 'certificate' | 'chain', end: number, now: number): Facts =>
  Number.isFinite(end)
    ? { [`${what}ExpiresAt`]: end, [`${what}DaysLeft`]: Math.trunc((end - now) / dayMs) }
    : {};

const labelOf = (certificate: X509Certificate, leaf: X509Certificate): string =>
  certificate === leaf ? 'the certificate' : `the certificate of ${nameOf(certificate.subject)}`;

/** The common name, or all there is, of what OpenSSL writes as one part a line; a name may be empty (then it is null). */
const nameOf = (distinguished: string | null): string =>
  /^CN=(.+)$/m.exec(distinguished ?? '')?.[1] ?? distinguished?.replaceAll('\n', ', ') ?? 'nobody';

const day = (epochMs: number): string =>
  Number.isFinite(epochMs) ? new Date(epochMs).toISOString().slice(0, 10) : '(unreadable)';
