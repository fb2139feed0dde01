// From what was seen of a site to what its owner is told: what is wrong, and whose it is to mend.
import type { Cause } from '../../../checks/lib/outcome.ts';
import type {
  AddressFinding,
  CertificateFinding,
  MailFinding,
  NameFinding,
  PageFinding,
} from '../../../config/self-check-findings.ts';
import type { HostFacts, Lead, MailFacts, NameFacts, SiteFacts, Visit, VisitEnd } from './facts.ts';

/** In the order in which a browser takes them; each follows from those before it. */
export type Finding = {
  /** Whoever can mend it; `nobody`: there is nothing to mend. */
  readonly whose: 'nobody' | 'yours' | 'ours' | 'unknown';
  /** `some`: it works for a part of the visitors. `soon`: for now it works for all of them. */
  readonly hurts: 'nobody' | 'soon' | 'some' | 'all';
} & (
  | { readonly step: 'name'; readonly kind: NameFinding }
  | { readonly step: 'addresses'; readonly kind: AddressFinding; readonly servers: NameFacts['servers'] }
  | { readonly step: 'certificate'; readonly kind: CertificateFinding }
  | { readonly step: 'page'; readonly kind: PageFinding }
  | { readonly step: 'mail'; readonly kind: MailFinding }
);

export type Verdict = 'works' | 'for-some' | 'yours' | 'ours' | 'unclear';

export interface Judgement {
  readonly verdict: Verdict;
  /** At most one a step; of a step that could not be taken, none. */
  readonly findings: readonly Finding[];
}

export const judgeSite = (facts: SiteFacts): Judgement => {
  const findings = [
    nameFinding(facts.name),
    addressFinding(facts),
    certificateFinding(facts.visits),
    pageFinding(facts.visits),
    facts.name.standing === 'found' ? mailFinding(facts.mail) : undefined,
  ].filter((finding) => finding !== undefined);
  return { verdict: verdictOf(findings), findings };
};

// What comes later follows from what came first.
const verdictOf = (findings: readonly Finding[]): Verdict => {
  const broken = findings.find(({ hurts }) => hurts === 'all');
  if (broken?.whose === 'yours' || broken?.whose === 'ours') return broken.whose;
  if (broken !== undefined || !findings.some(({ step }) => step === 'page')) return 'unclear';
  return findings.some(({ hurts }) => hurts === 'some') ? 'for-some' : 'works';
};

const fine = { whose: 'nobody', hurts: 'nobody' } as const;

const nameFinding = ({ standing, servers }: NameFacts): Finding => {
  const whose = servers === 'ours' ? 'ours' : servers === 'others' ? 'yours' : 'unknown';
  switch (standing) {
    case 'found':
      return { step: 'name', kind: servers === 'others' ? 'named-elsewhere' : 'named', ...fine };
    case 'nowhere':
      return { step: 'name', kind: 'lapsed', whose: 'yours', hurts: 'all' };
    case 'bogus':
    case 'unanswered':
      return { step: 'name', kind: standing, whose, hurts: 'all' };
  }
};

const addressFinding = ({ name: { standing, servers }, hosts }: SiteFacts): Finding | undefined => {
  if (standing !== 'found') return undefined;
  const fault = addressFault(hosts);
  if (fault === undefined) return undefined;
  const about = { step: 'addresses', kind: fault, servers } as const;
  if (fault === 'addressed') return { ...about, ...fine };
  const hurts = fault === 'unaddressed' || fault === 'astray' ? 'all' : 'some';
  return { ...about, whose: 'yours', hurts };
};

/** Nothing, where an answer is missing and what came is right: that says nothing about the rest. */
const addressFault = (hosts: readonly HostFacts[]): AddressFinding | undefined => {
  const led = hosts.map(({ host, four, six }) => ({ host, lead: together(four, six) }));
  const right = led.filter(({ lead }) => lead === 'ours' || lead === 'both');
  if (led.some(({ lead }) => lead === 'unanswered')) return undefined;
  if (right.length === 0) return led.some(({ lead }) => lead === 'elsewhere') ? 'astray' : 'unaddressed';
  const wrong = led.find(({ lead }) => lead === 'none' || lead === 'elsewhere');
  if (wrong !== undefined) return `${wrong.host}-${wrong.lead === 'none' ? 'missing' : 'astray'}`;
  if (hosts.some(({ four, six }) => four === 'both' || six === 'both')) return 'astray-some';
  if (hosts.some(({ six }) => six === 'elsewhere')) return 'astray-six';
  return hosts.some(({ four }) => four === 'elsewhere') ? 'astray-four' : 'addressed';
};

const together = (four: Lead, six: Lead): Lead => {
  const leads = [four, six];
  if (leads.includes('unanswered')) return 'unanswered';
  if (leads.includes('both') || (leads.includes('ours') && leads.includes('elsewhere'))) return 'both';
  return leads.find((lead) => lead !== 'none') ?? 'none';
};

const certificateKinds: Readonly<Partial<Record<Cause, CertificateFinding>>> = {
  tls_expired: 'expired',
  tls_not_yet_valid: 'not-yet',
  tls_name: 'other-name',
  tls_self_signed: 'untrusted',
  tls_chain: 'untrusted',
  tls_proto: 'broken',
  timeout_tls: 'broken',
};

const certificateOf = (end: VisitEnd): CertificateFinding | undefined =>
  end.kind === 'failed' ? certificateKinds[end.cause] : undefined;

/** Nobody listens there, where somebody listens for those who come without `https:`. */
const isMissing = ({ isSecure, end, host, family }: Visit, visits: readonly Visit[]): boolean =>
  isSecure &&
  isUnheard(end) &&
  visits.some(
    (other) =>
      !other.isSecure && other.host === host && other.family === family && other.end.kind !== 'failed',
  );

const isUnheard = (end: VisitEnd): boolean => end.kind === 'failed' && certificateOf(end) === undefined;

const certificateFinding = (visits: readonly Visit[]): Finding | undefined => {
  const secure = visits.filter(({ isSecure }) => isSecure);
  const faults = secure.flatMap(
    (visit) => certificateOf(visit.end) ?? (isMissing(visit, visits) ? ('missing' as const) : []),
  );
  const [kind] = faults;
  const reached = secure.filter(({ end }) => !isUnheard(end));
  if (kind !== undefined) {
    const isMild = kind === 'missing' || faults.length < secure.length;
    return { step: 'certificate', kind, whose: 'ours', hurts: isMild ? 'some' : 'all' };
  }
  if (reached.length === 0) return undefined;
  return reached.some(({ end }) => end.kind === 'answered' && end.expires)
    ? { step: 'certificate', kind: 'expiring', whose: 'ours', hurts: 'soon' }
    : { step: 'certificate', kind: 'certified', ...fine };
};

// Worst first: what nobody gets, then what most ask about.
const pageKinds = [
  'silent',
  'fails-here',
  'fails',
  'loops',
  'forbidden',
  'not-found',
  'refuses',
  'leads-away',
  'answers',
] as const satisfies readonly PageFinding[];

/** Of the ways on which a page came in sight at all: what its certificate hides is told of the certificate. */
const pageFinding = (visits: readonly Visit[]): Finding | undefined => {
  const kinds = visits
    .filter((visit) => certificateOf(visit.end) === undefined && !isMissing(visit, visits))
    .map(({ end }) => pageKind(end));
  const kind = pageKinds.find((one) => kinds.includes(one));
  if (kind === undefined) return undefined;
  if (kind === 'answers' || kind === 'leads-away') return { step: 'page', kind, ...fine };
  const whose = kind === 'silent' || kind === 'fails-here' ? 'ours' : 'yours';
  const isForSome = kinds.includes('answers') || kinds.includes('leads-away');
  return { step: 'page', kind, whose, hurts: isForSome ? 'some' : 'all' };
};

/** What a server in front of the site says when the site behind it does not answer. */
const statusesOfOurs: ReadonlySet<number> = new Set([502, 503, 504]);

const pageKind = (end: VisitEnd): PageFinding => {
  if (end.kind === 'failed') return 'silent';
  if (end.kind !== 'answered') return end.kind;
  const { status } = end;
  if (statusesOfOurs.has(status)) return 'fails-here';
  if (status >= 500) return 'fails';
  // 401: somebody has put a password before it, which is as it should be.
  if (status < 400 || status === 401) return 'answers';
  if (status === 403) return 'forbidden';
  return status === 404 || status === 410 ? 'not-found' : 'refuses';
};

const mailFinding = (mail: MailFacts | undefined): Finding | undefined => {
  switch (mail?.goes) {
    case undefined:
      return undefined;
    case 'nowhere':
      return { step: 'mail', kind: 'mail-nowhere', ...fine };
    case 'elsewhere':
      return { step: 'mail', kind: 'mail-elsewhere', ...fine };
    case 'both':
      return { step: 'mail', kind: 'mail-both', whose: 'yours', hurts: 'soon' };
    case 'ours':
      if (mail?.spf === 1) return { step: 'mail', kind: 'mail-here', ...fine };
      return { step: 'mail', kind: mail?.spf === 0 ? 'no-spf' : 'spf-twice', whose: 'yours', hurts: 'soon' };
  }
};
