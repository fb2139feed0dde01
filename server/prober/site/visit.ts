// A visit to a hosted site, as a browser comes: to an address of ours, on the ports of the web, as far as it is the same site.
import type { Family, Probe } from '../../../checks/lib/contract.ts';
import { exchange } from '../../../checks/lib/exchange.ts';
import type { HttpRequest } from '../../../checks/lib/exchange.ts';
import { Failure, Unfit } from '../../../checks/lib/outcome.ts';
import { redirectOf } from '../../../checks/lib/redirect.ts';
import { neutralHeaders } from '../../../checks/lib/request.ts';
import type { VisitEnd } from '../../core/self-check/facts.ts';
import type { Pinned } from './addresses.ts';

export interface Way {
  readonly url: URL;
  readonly family: Family;
  readonly pinned: Pinned;
  readonly web: Web;
}

/** As it is, or as a laboratory has it. */
export interface Web {
  /** By scheme, as an address says it: empty for 80 and 443. */
  readonly ports: Readonly<Record<'http:' | 'https:', string>>;
  /** In all, whatever a site does. */
  readonly timeoutMs: number;
  /** Authorities to trust besides the public ones, as PEM text. */
  readonly ca?: string;
}

export const worldWideWeb: Web = { ports: { 'http:': '', 'https:': '' }, timeoutMs: 10_000 };

const redirectsMax = 5;
/** That it answers is all we want to know. */
const reading = { bodyBytesMax: 1_000, keepsBody: false } as const;

/** Nothing, when we could not go: that says nothing about the site. */
export const visit = async (way: Way, probe: Probe): Promise<VisitEnd | undefined> => {
  let { url } = way;
  let expires = false;
  try {
    for (let redirects = 0; redirects <= redirectsMax; redirects += 1) {
      const answer = await exchange(requestTo(url, way), reading, probe);
      expires ||= answer.tls.warning?.cause === 'tls_expiring';
      const location = redirectOf(answer, url);
      if (location === undefined) return { kind: 'answered', status: answer.status, expires };
      if (location === null || !isWithin(location, way)) return { kind: 'leads-away' };
      url = location;
    }
    return { kind: 'loops' };
  } catch (error) {
    if (error instanceof Failure) return { kind: 'failed', cause: error.cause };
    if (error instanceof Unfit) return undefined;
    throw error;
  }
};

/** Of the same site, over the same family. */
const isWithin = ({ protocol, port, hostname }: URL, { family, pinned, web }: Way): boolean =>
  (protocol === 'http:' || protocol === 'https:') &&
  port === web.ports[protocol] &&
  (pinned.get(hostname)?.[family].length ?? 0) > 0;

const requestTo = (url: URL, { web }: Way): HttpRequest => ({
  url,
  method: 'GET',
  headers: neutralHeaders,
  body: undefined,
  tls: {
    host: url.hostname,
    'min-version': 'TLSv1.2',
    ca: web.ca,
    servername: undefined,
    expires: undefined,
  },
  publicOnly: false,
});
