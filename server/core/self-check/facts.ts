// What was seen of a site that is hosted here: words of ours only, nothing that somebody else has written.
import type { Cause } from '../../../checks/lib/outcome.ts';

/** `example.org`, and `www.example.org`. */
export const hosts = ['bare', 'www'] as const;
export type Host = (typeof hosts)[number];

export interface SiteFacts {
  readonly name: NameFacts;
  /** The name with `www` only where one is expected, or there. */
  readonly hosts: readonly HostFacts[];
  /** Empty where no address is ours: nobody else is visited. */
  readonly visits: readonly Visit[];
  /** Nothing, where nobody could be asked. */
  readonly mail?: MailFacts;
}

export interface NameFacts {
  readonly standing: 'found' | 'nowhere' | 'unanswered' | 'bogus';
  /** Whose name servers answer for it. */
  readonly servers: 'ours' | 'others' | 'unknown';
}

/** Where the addresses of one family lead. */
export type Lead = 'ours' | 'elsewhere' | 'both' | 'none' | 'unanswered';

export interface HostFacts {
  readonly host: Host;
  readonly four: Lead;
  readonly six: Lead;
}

/** One way in: a host, over one family, as `http:` or `https:`. */
export interface Visit {
  readonly host: Host;
  readonly family: 4 | 6;
  readonly isSecure: boolean;
  readonly end: VisitEnd;
}

export type VisitEnd =
  | { readonly kind: 'answered'; readonly status: number; readonly expires: boolean }
  /** The site sends its readers to another one, which is not visited. */
  | { readonly kind: 'leads-away' }
  | { readonly kind: 'loops' }
  | { readonly kind: 'failed'; readonly cause: Cause };

export interface MailFacts {
  readonly goes: 'ours' | 'elsewhere' | 'both' | 'nowhere';
  /** How many records say who may send mail in its name (RFC 7208 §4.5: one). */
  readonly spf: number;
}
