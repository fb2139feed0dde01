// What « Est-ce mon site ? » has to say, in whatever language.
type Whose = 'yours' | 'ours' | 'unknown';

interface Saying {
  readonly what: string | ((site: string) => string);
  /** What to do about it; where that depends on it, by whoever has to. */
  readonly todo?: string | Readonly<Partial<Record<Whose, string>>>;
}

// What can be found, step by step: the judgement takes its names from here, so that none is without words.
export type NameFinding = 'named' | 'named-elsewhere' | 'lapsed' | 'bogus' | 'unanswered';
export type AddressFinding =
  | 'addressed'
  | 'unaddressed'
  | 'astray'
  | 'astray-four'
  | 'astray-six'
  | 'astray-some'
  | 'www-missing'
  | 'www-astray'
  | 'bare-missing'
  | 'bare-astray';
export type CertificateFinding =
  | 'certified'
  | 'expiring'
  | 'expired'
  | 'not-yet'
  | 'other-name'
  | 'untrusted'
  | 'broken'
  | 'missing';
export type PageFinding =
  | 'answers'
  | 'leads-away'
  | 'loops'
  | 'fails'
  | 'fails-here'
  | 'forbidden'
  | 'not-found'
  | 'refuses'
  | 'silent';
export type MailFinding =
  | 'mail-here'
  | 'mail-elsewhere'
  | 'mail-both'
  | 'mail-nowhere'
  | 'no-spf'
  | 'spf-twice';

type Heading = readonly [headline: string, text: string];

export interface SelfCheckWords {
  readonly heading: string;
  readonly lead: string;
  readonly label: string;
  readonly example: string;
  readonly submit: string;
  readonly privacy: string;
  /** `known`: ours, and there is an outage that everybody can read of. */
  readonly verdict: Readonly<Record<'works' | 'for-some' | 'yours' | 'ours' | 'known' | 'unclear', Heading>>;
  readonly refusal: Readonly<Record<'unknown' | 'unreadable' | 'blind' | 'busy', Heading>>;
  readonly outages: string;
  readonly seen: string;
  readonly step: Readonly<Record<'name' | 'addresses' | 'certificate' | 'page' | 'mail', string>>;
  readonly whose: Readonly<Record<Whose, string>>;
  readonly some: string;
  readonly finding: Readonly<
    Record<NameFinding | AddressFinding | CertificateFinding | PageFinding | MailFinding, Saying>
  >;
  /** What to do about addresses, by who serves the name. */
  readonly addresses: Readonly<Record<'ours' | 'others' | 'unknown', string>>;
  readonly lookedAt: (when: string) => string;
}
