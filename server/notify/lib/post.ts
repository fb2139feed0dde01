// One HTTP request to a receiver, and what its answer means for the message.
import { exchange } from '../../../checks/lib/exchange.ts';
import type { Answer } from '../../../checks/lib/exchange.ts';
import { hostOf, neutralHeaders } from '../../../checks/lib/request.ts';
import { tlsFields } from '../../../checks/lib/tls.ts';
import { Secret } from '../../../config/secret.ts';
import { Postponement, Refusal } from '../contract.ts';
import type { Errand } from '../contract.ts';
import { reach } from './reach.ts';

export interface Posting {
  readonly url: URL;
  /** `POST`, unless it is written. */
  readonly method?: 'GET' | 'POST' | 'PUT';
  /** In lower case. */
  readonly headers?: Readonly<Record<string, string | Secret>>;
  readonly body?: string;
  /** Authorities to trust besides the public ones. */
  readonly ca?: string | undefined;
}

/** The option for a receiver whose certificate no public authority has signed. */
export const { ca } = tlsFields;

/** Headers and body of a request in JSON. */
export const json = (value: unknown, headers: Posting['headers'] = {}) => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

/** RFC 6750. */
export const bearer = (token: Secret | undefined): Readonly<Record<string, Secret>> =>
  token === undefined ? {} : { authorization: new Secret(`Bearer ${token.expose()}`) };

/** A path below the address of a server, whether or not that ends with a slash. */
export const below = (server: Secret, path: string): URL =>
  new URL(path, server.expose().replace(/\/?$/, '/'));

export const hostIn = (address: Secret): string => hostOf(new URL(address.expose()));

/** What is read of an answer; what comes after that is not worth waiting for. */
const bodyBytesMax = 16_384;
const excerptCharsMax = 500;
/** A receiver that wants to be left alone for longer is asked again all the same. */
const afterMsMax = 3_600_000;

/**
 * Answers what the receiver said, when it has taken the message. Follows no redirect, for a message is not for whoever
 * happens to be elsewhere. Postponed with 408, 425, 429 and 5xx, refused with every other status that is no success.
 */
export const post = async (posting: Posting, errand: Errand): Promise<string> => {
  const { url, method = 'POST', headers = {}, body, ca } = posting;
  const host = hostOf(url);
  const answer = await reach(host, errand, (probe) =>
    exchange(
      {
        url,
        method,
        headers: [...neutralHeaders, ...Object.entries(headers).flat()],
        body,
        tls: { host, ca, 'min-version': 'TLSv1.2' },
        publicOnly: false,
      },
      { bodyBytesMax, keepsBody: true },
      probe,
    ),
  );
  const { status } = answer;
  if (status >= 200 && status < 300) return said(answer);
  if (later.has(status) || status >= 500)
    throw new Postponement(said(answer), waitMs(answer, errand.clock.now()));
  throw new Refusal(status < 400 ? `${said(answer)}: redirects are not followed` : said(answer));
};

const later: ReadonlySet<number> = new Set([408, 425, 429]);

/** A page made for browsers says nothing that its status has not said. */
const said = ({ status, headers, body }: Answer): string => {
  const excerpt = /\bhtml\b/i.test(String(headers['content-type'])) ? '' : body.toString().trim();
  return excerpt === '' ? `answered ${status}` : `answered ${status}: ${excerpt.slice(0, excerptCharsMax)}`;
};

/** By `Retry-After` (RFC 9110 §10.2.3), or as Matrix says it. */
const waitMs = ({ headers, body }: Answer, now: number): number | undefined => {
  const header = String(headers['retry-after'] ?? '');
  const [, matrixMs] = /"retry_after_ms"\s*:\s*(\d{1,12})/.exec(body.toString()) ?? [];
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - now;
  const wanted = Number.isNaN(ms) ? Number(matrixMs) : ms;
  return Number.isNaN(wanted) ? undefined : Math.min(Math.max(wanted, 0), afterMsMax);
};
