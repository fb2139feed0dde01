// The building blocks of options: what an operator writes, and what the program gets.
import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { Secret, fetchSecret } from './secret.ts';

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const unitsBytes: Readonly<Record<string, number>> = { B: 1, kB: 1_000, MB: 1_000_000, GB: 1_000_000_000 };

const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|min|m|h|d)$/;
const percentPattern = /^(\d{1,3}(?:\.\d+)?)%$/;
const sizePattern = /^(\d+)(B|kB|MB|GB)$/;

/** How an operator would name what such a pattern holds. */
export const kindsByPattern: ReadonlyMap<string, string> = new Map([
  [durationPattern.source, 'duration'],
  [percentPattern.source, 'percentage'],
  [sizePattern.source, 'size'],
]);

/** A length of time as `50ms`, `20s`, `5m`, `1h` or `30d`; gives whole milliseconds. */
export const duration = ({ minMs = 1, maxMs = 400 * 86_400_000 }: { minMs?: number; maxMs?: number } = {}) =>
  z
    .string({ error: 'a duration such as 50ms, 20s, 5m, 1h or 30d' })
    .regex(durationPattern, { error: 'a duration such as 50ms, 20s, 5m, 1h or 30d', abort: true })
    .transform((text) => Math.round(parseQuantity(text, durationPattern, unitsMs)))
    .refine((ms) => ms >= minMs && ms <= maxMs, {
      error: `a duration from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`,
    })
    .describe('A length of time such as 50ms, 20s, 5m, 1h or 30d.');

/** A number of bytes as `512B`, `64kB` or `1MB` (decimal units); gives bytes. */
export const size = ({ maxBytes }: { maxBytes: number }) =>
  z
    .string({ error: 'a size such as 64kB or 1MB' })
    .regex(sizePattern, { error: 'a size such as 64kB or 1MB', abort: true })
    .transform((text) => parseQuantity(text, sizePattern, unitsBytes))
    .refine((bytes) => bytes >= 1 && bytes <= maxBytes, {
      error: `a size of at most ${maxBytes} bytes`,
    });

/** A share as `20%`; gives a ratio. */
export const percent = () =>
  z
    .string({ error: 'a percentage such as 20%' })
    .regex(percentPattern, { error: 'a percentage such as 20%', abort: true })
    .transform((text) => Number(text.slice(0, -1)) / 100)
    .refine((ratio) => ratio > 0 && ratio <= 1, { error: 'a percentage above 0% and up to 100%' });

const parseQuantity = (text: string, pattern: RegExp, units: Readonly<Record<string, number>>): number => {
  const [, amount = '', unit = ''] = pattern.exec(text) ?? [];
  return Number(amount) * (units[unit] ?? Number.NaN);
};

/** As an operator would write it. */
export const formatDuration = (ms: number): string => {
  const [unit, factor] = Object.entries(unitsMs)
    .filter(([name, factor]) => name !== 'min' && ms % factor === 0)
    .reduce((best, entry) => (entry[1] > best[1] ? entry : best), ['ms', 1]);
  return `${ms / factor}${unit}`;
};

const nameCharsMax = 253;

/** Names of the DNS are ASCII (RFC 5890): for one with accents, the name to write instead. */
const elseInAscii =
  (pattern: RegExp, expected: string) =>
  ({ input }: { readonly input?: unknown }): string => {
    if (typeof input !== 'string' || input.length > nameCharsMax) return expected;
    // It ends a name where an address would end it, and says nothing of the rest.
    const ascii = /[/?#\\%]/.test(input) ? '' : domainToASCII(input);
    return /[^ -~]/.test(input) && pattern.test(ascii) ? `the same in ASCII: ${ascii}` : expected;
  };

const hostPattern =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$/i;

/** No name ends in a number (RFC 1123 §2.1): one that does is an address with a slip in it. */
const slippedAddress = /(?:^|\.)\d+\.?$/;

/** A host name (RFC 1123, with the underscores DNS allows) or an address; never a URL. */
export const host = () =>
  z
    .string({ error: 'a host name or an address' })
    .max(nameCharsMax, { error: `a host name of at most ${nameCharsMax} characters` })
    .refine((text) => hostPattern.test(text) || isIP(text) === 6, {
      error: elseInAscii(hostPattern, 'a host name or an address, without scheme or port'),
      abort: true,
    })
    .refine((text) => isIP(text) > 0 || !slippedAddress.test(text), {
      error: 'a host name, or an address such as 192.0.2.1 or 2001:db8::1',
    });

const timezones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);
const timezoneExpected = 'a time zone such as Europe/Paris';

/** An IANA name. */
export const timezone = () =>
  z.string({ error: timezoneExpected }).refine((name) => timezones.has(name), { error: timezoneExpected });

/** What must be in a file: `certificates in PEM`. */
export interface Content {
  readonly expected: string;
  readonly bytesMax: number;
  readonly isRight: (text: string) => boolean;
  /** Given, the number of the line that is not. */
  readonly wrongLine?: (text: string) => number | undefined;
}

const contents = new WeakMap<z.ZodType, Content>();

/** Makes a field of text, complete with its description, the path of a file; of several lines, it is what would be in one. */
export const localFile = <Field extends z.ZodType<string | undefined>>(
  field: Field,
  content: Content,
): Field => {
  contents.set(field, content);
  return field;
};

/** What must be in the file of a field that was made a path. */
export const contentOf = (field: z.ZodType): Content | undefined => contents.get(field);

const domainPattern = /^(?:\.|(?:[a-z0-9_*/-]{1,63}\.)*[a-z0-9_*/-]{1,63}\.?)$/i;

/** A name of the DNS, which need be no host: a zone, an alias, a wildcard. */
export const domain = () =>
  z
    .string({ error: 'a domain name' })
    .max(nameCharsMax, { error: `a domain name of at most ${nameCharsMax} characters` })
    .regex(domainPattern, { error: elseInAscii(domainPattern, 'a domain name') });

export const port = () =>
  z
    .int({ error: 'a port from 1 to 65535' })
    .min(1, { error: 'a port from 1 to 65535' })
    .max(65_535, { error: 'a port from 1 to 65535' });

/** A slug that names a thing for ever: it is a label in Prometheus and a part of addresses. */
export const id = () =>
  z
    .string({ error: 'an id of lower-case letters, digits and hyphens' })
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, {
      error: 'an id of lower-case letters, digits and hyphens (at most 64)',
    });

const secretExpected = 'a secret as { env: NAME } or { file: PATH }';

/** How a secret is written, as a JSON Schema says it. */
const places = ['env', 'file'].map((place) => ({
  type: 'object' as const,
  properties: { [place]: { type: 'string' as const } },
  required: [place],
  additionalProperties: false,
}));

/** A secret is never written into the file: `{ env: NAME }` or `{ file: PATH }` says where it is. Gives a `Secret`. */
export const secret = () =>
  z
    .unknown()
    .meta({
      description: 'Where the secret is: an environment variable or a file, never the value itself.',
      oneOf: places,
    })
    .transform((written, context): Secret => {
      const secret = written instanceof Secret ? written : fetchSecret(written);
      if (secret instanceof Secret) return secret;
      context.addIssue({
        code: 'custom',
        message: secret?.expected ?? secretExpected,
        // What was written may be the secret itself: it is not repeated.
        params: { found: secret?.found ?? kindOf(written) },
      });
      return z.NEVER;
    });

const kindOf = (written: unknown): string => {
  if (written === undefined || written === null) return 'nothing';
  return typeof written === 'object' ? 'something else' : 'the secret itself';
};

const receiverExpected =
  'an address that begins with https:// (http:// only into this machine or a private network), as text or as a secret';

/**
 * An address to which something is sent. Whoever knows it can often do the same, so that it is a `Secret` however it is
 * written, and what is wrong with it is told without it.
 */
export const receiver = () =>
  z
    .unknown()
    .meta({ anyOf: [{ type: 'string' }, { oneOf: places }] })
    .transform((written, context): Secret => {
      const secret = secretIn(written);
      if (secret instanceof Secret && isReceiver(secret.expose())) return secret;
      const { found = 'another one', expected = receiverExpected } =
        secret instanceof Secret ? {} : { ...secret };
      const params = { found: written === undefined || written === null ? 'nothing' : found };
      context.addIssue({ code: 'custom', message: expected, params });
      return z.NEVER;
    });

const secretIn = (written: unknown) => {
  if (typeof written === 'string') return new Secret(written);
  return written instanceof Secret ? written : fetchSecret(written);
};

const receiverCharsMax = 2_000;

const isReceiver = (text: string): boolean => {
  const url = text.length <= receiverCharsMax ? URL.parse(text) : null;
  if (url === null || url.port === '0' || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isNear(url.hostname));
};

const isNear = (hostname: string): boolean => {
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  return family === 0 ? address === 'localhost' : near.check(address, family === 4 ? 'ipv4' : 'ipv6');
};

// RFC 1918, RFC 4193, and this machine.
const near = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  near.addSubnet(network, prefix, 'ipv4');
near.addAddress('::1', 'ipv6');
near.addSubnet('fc00::', 7, 'ipv6');
