// What « Est-ce mon site ? » has to say, in whatever language.
import type {
  AddressFinding,
  CertificateFinding,
  MailFinding,
  NameFinding,
  PageFinding,
} from '../self-check-findings.ts';

type Whose = 'yours' | 'ours' | 'unknown';

interface Saying {
  readonly what: string | ((site: string) => string);
  /** What to do about it; where that depends on it, by whoever has to. */
  readonly todo?: string | Readonly<Partial<Record<Whose, string>>>;
}

type Heading = readonly [headline: string, text: string];

export interface SelfCheckWords {
  readonly heading: string;
  readonly lead: string;
  readonly label: string;
  readonly example: string;
  readonly submit: string;
  readonly privacy: string;
  /** Names that can be tried in the demonstration. */
  readonly staged: string;
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
