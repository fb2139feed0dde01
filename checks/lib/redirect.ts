// Following redirects: every hop is dialled anew, leads to http or https only, and takes nothing of ours elsewhere.
import { z } from 'zod';
import type { Probe } from './contract.ts';
import { exchange, factsOf } from './exchange.ts';
import type { Answer, HttpRequest, Reading } from './exchange.ts';
import { Failure } from './outcome.ts';
import { isPublic } from './public-address.ts';
import { hostOf, httpUrl, neutralHeaders } from './request.ts';

const redirectsMax = 3;

export const redirectPolicy = () =>
  z.union(
    [
      z.enum(['follow', 'refuse']),
      z.strictObject({
        to: httpUrl().describe('Address to which the redirect must lead; it is not followed.'),
      }),
    ],
    {
      error: 'follow, refuse, or { to: ADDRESS }',
    },
  );
export type RedirectPolicy = z.output<ReturnType<typeof redirectPolicy>>;

export interface Arrival {
  readonly answer: Answer;
  readonly redirects: number;
  /** About the certificate of any hop. */
  readonly warning: Failure | undefined;
}

/** The answer to judge. Fails as `exchange` does, and with `bad_answer` when a redirect is not as it should be. */
export const arrive = async (
  first: HttpRequest,
  policy: RedirectPolicy,
  reading: Reading,
  probe: Probe,
): Promise<Arrival> => {
  let request = first;
  let warning: Failure | undefined;
  for (let redirects = 0; ; redirects++) {
    const answer = await exchange(request, reading, probe);
    warning ??= answer.tls.warning;
    const location = redirectOf(answer, request.url);
    const problem = problemOf(location, policy, redirects);
    if (problem !== undefined)
      throw new Failure('bad_answer', problem, { facts: { ...factsOf(answer), redirects } });
    if (!location || policy !== 'follow') return { answer, redirects, warning };
    request = redirected(request, answer, location);
  }
};

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Where an answer sends us, `null` if nowhere that can be read; undefined: it is no redirect. */
export const redirectOf = ({ status, headers: { location } }: Answer, base: URL): URL | null | undefined => {
  if (!redirectStatuses.has(status) || location === undefined) return undefined;
  return typeof location === 'string' ? URL.parse(location, base) : null;
};

const problemOf = (
  location: URL | null | undefined,
  policy: RedirectPolicy,
  redirects: number,
): string | undefined => {
  if (location === undefined) return typeof policy === 'object' ? 'does not redirect' : undefined;
  if (location === null) return 'redirects to what is no address';
  if (policy !== 'follow')
    return policy !== 'refuse' && location.href === new URL(policy.to).href
      ? undefined
      : `redirects to ${shown(location)}`;
  if (!/^https?:$/.test(location.protocol)) return `redirects to ${location.protocol}, which is not HTTP`;
  if (location.port === '0') return 'redirects to port 0, where nobody can listen';
  return redirects < redirectsMax
    ? undefined
    : `more than ${redirectsMax} redirects, the last to ${shown(location)}`;
};

/** Without the query and the user, which may be secret. */
const shown = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`;

/** The request that a redirect asks for. Exported for its test: what a public host may lead to cannot be had on a loopback. */
export const redirected = (request: HttpRequest, { status, address }: Answer, location: URL): HttpRequest => {
  const publicOnly = request.publicOnly || isPublic(address);
  const method = request.method === 'HEAD' ? 'HEAD' : 'GET';
  if (location.origin !== request.url.origin) {
    const { ca, expires, 'min-version': minVersion } = request.tls;
    const tls = { host: hostOf(location), ca, expires, 'min-version': minVersion };
    return { url: location, method, headers: neutralHeaders, body: undefined, tls, publicOnly };
  }
  // RFC 9110 §15.4.8: these two alone keep what was sent.
  return status === 307 || status === 308
    ? { ...request, url: location, publicOnly }
    : { ...request, url: location, publicOnly, method, body: undefined };
};
