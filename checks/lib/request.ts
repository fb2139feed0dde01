// What an operator may say about a request, and the request that follows from it.
import { z } from 'zod';
import { secret } from '../../config/fields.ts';
import { Secret } from '../../config/secret.ts';
import manifest from '../../package.json' with { type: 'json' };
import type { HttpRequest } from './exchange.ts';
import { tlsFields } from './tls.ts';

const urlCharsMax = 2_000;
const headersMax = 32;
const headerCharsMax = 4_000;

const isHttp = (text: string): boolean => {
  const { protocol = '', port } = URL.parse(text) ?? {};
  return /^https?:$/.test(protocol) && port !== '0';
};
const isAnonymous = (text: string): boolean =>
  URL.parse(text)?.username === '' && URL.parse(text)?.password === '';

/** An absolute address of http or https. It is shown to administrators, so it must not hold a password. */
export const httpUrl = () =>
  z
    .string({ error: 'an address such as https://www.example.org/' })
    .max(urlCharsMax, { error: `an address of at most ${urlCharsMax} characters` })
    .refine(isHttp, { error: 'an address such as https://www.example.org/', abort: true })
    .refine(isAnonymous, { error: 'an address without user or password: use basic' });

// What frames the message is undici's to say.
const framing = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
]);

const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, { error: 'a header name' });

/** What is written for each header. Names come out in lower case, for case does not tell them apart (RFC 9110 §5.1). */
export const byHeader = <Value extends z.ZodType>(value: Value, headersMax: number, name = headerName) =>
  z
    .record(name, value)
    .refine((headers) => Object.keys(headers).length <= headersMax, {
      error: `at most ${headersMax} headers`,
    })
    .superRefine((headers, context) => {
      for (const [first, ...more] of Map.groupBy(Object.keys(headers), (name) => name.toLowerCase()).values())
        for (const again of more) {
          const params = { found: `${again} besides ${first}` };
          context.addIssue({ code: 'custom', path: [again], message: 'each header once', params });
        }
    })
    .transform((headers) =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    );

// Many are secrets, and written as text they would be repeated.
const headerValue = z
  .string()
  .refine((text) => text.length <= headerCharsMax && /^[\t\x20-\x7e\x80-\xff]*$/.test(text), {
    error: `a header value: one line of Latin-1 text, at most ${headerCharsMax} characters`,
    params: { found: 'other text' },
  });

/** Options to spread into those of a check. */
export const requestFields = {
  url: httpUrl().describe(
    'What is asked for. We show no certificate of our own: with TLS 1.3 a server that demands one cuts the connection (`reset`).',
  ),
  headers: byHeader(
    z.union([headerValue, secret()]),
    headersMax,
    headerName.refine((name) => !framing.has(name.toLowerCase()), {
      error: 'a header that does not frame the message',
    }),
  )
    .default({})
    .describe('Headers to send; a value may be a secret.'),
  basic: z
    .strictObject({
      user: z
        .string()
        .refine((text) => /^[^:]{1,200}$/.test(text), {
          error: 'a user name without colon',
          params: { found: 'other text' },
        })
        .describe('Name of the user.'),
      password: secret(),
    })
    .optional()
    .describe('User and password (RFC 7617).'),
  bearer: secret().optional().describe('Token (RFC 6750).'),
  ...tlsFields,
};

type RequestOptions = z.output<z.ZodObject<typeof requestFields>>;

const neutral = { 'user-agent': `Vigie/${manifest.version}`, accept: '*/*' };

/** All that is told to a host we know nothing of. */
export const neutralHeaders: readonly string[] = Object.entries(neutral).flat();

export const requestOf = (
  options: RequestOptions,
  { method = 'GET', body }: { readonly method?: string; readonly body?: string | undefined } = {},
): HttpRequest => {
  const url = new URL(options.url);
  const { basic, bearer, headers } = options;
  const sent: Record<string, string | Secret> = { ...neutral, ...headers };
  if (basic !== undefined) sent['authorization'] = credentials(basic);
  if (bearer !== undefined) sent['authorization'] = new Secret(`Bearer ${bearer.expose()}`);
  return {
    url,
    method,
    headers: Object.entries(sent).flat(),
    body,
    tls: { ...options, host: hostOf(url) },
    publicOnly: false,
  };
};

const credentials = ({ user, password }: { user: string; password: Secret }): Secret =>
  new Secret(`Basic ${Buffer.from(`${user}:${password.expose()}`).toString('base64')}`);

/** The host to dial: an IPv6 address without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
