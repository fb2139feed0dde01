// Is a number that somebody publishes over HTTP within its bounds, and is it fresh?
import { z } from 'zod';
import { duration } from '../config/fields.ts';
import { textOf } from './lib/body.ts';
import { defineCheck } from './lib/contract.ts';
import { exchange, factsOf, loadClient, withFacts } from './lib/exchange.ts';
import type { Answer, HttpRequest } from './lib/exchange.ts';
import { sampleIn, selector, valueOf } from './lib/exposition.ts';
import { jsonPointer, parseJson, valueAt } from './lib/json-pointer.ts';
import { oncePer } from './lib/once.ts';
import { Failure } from './lib/outcome.ts';
import type { Facts } from './lib/outcome.ts';
import { hostOf, requestFields, requestOf } from './lib/request.ts';

const bodyBytesMax = 1_000_000;

const limits = z
  .strictObject({
    above: z.number().optional().describe('A number greater than this is out of bounds.'),
    below: z.number().optional().describe('A number smaller than this is out of bounds.'),
    'older-than': duration().optional().describe('Age of the number at which it is stale.'),
  })
  .refine(({ above = Infinity, below = -Infinity }) => below <= above, {
    error: 'no more than "above", or no number is within the bounds',
    path: ['below'],
  });
type Limits = z.output<typeof limits>;

const options = z.strictObject({
  ...requestFields,
  read: z
    .union(
      [
        z.strictObject({
          json: jsonPointer().describe('Place of the number in a JSON document (RFC 6901).'),
          timestamp: jsonPointer().optional().describe('Place of its date.'),
        }),
        z.strictObject({
          prometheus: selector().describe('Metric whose sample is the number.'),
          timestamp: selector()
            .optional()
            .describe('Metric whose sample is its date; without it, the time of the sample.'),
        }),
      ],
      {
        error:
          '{ json: POINTER } or { prometheus: { metric: NAME, labels: … } }, each with a timestamp or without',
      },
    )
    .describe('Where the number is, and where its date: epoch seconds or milliseconds, or ISO 8601.'),
  warn: limits.default({}).describe('Bounds outside which it is degraded.'),
  fail: limits.default({}).describe('Bounds outside which it is down.'),
});
type Options = z.output<typeof options>;

interface Datum {
  /** Undefined: absent, or no number at all (NaN). That is not 0. */
  readonly value: number | undefined;
  /** Epoch milliseconds. */
  readonly at: number | undefined;
}

interface Plan {
  readonly request: HttpRequest;
  readonly read: (answer: Answer, page: string) => Datum;
}

const planOf = oncePer((options: Options): Plan => ({
  request: requestOf(options),
  read: 'json' in options.read ? jsonReader(options.read) : prometheusReader(options.read),
}));

export default defineCheck({
  title: 'Value',
  summary: 'Reads a number from a JSON document or from metrics of Prometheus, and compares it with bounds.',
  options,
  defaults: { everyMs: 60_000, timeoutMs: 10_000 },
  phases: ['resolve', 'connect', 'tls', 'first-byte', 'transfer'],
  slowMs: {},
  target: ({ url }) => hostOf(new URL(url)),
  load: loadClient,
  run: async (options, probe) => {
    const { request, read } = planOf(options);
    const answer = await exchange(request, { bodyBytesMax, keepsBody: true }, probe);
    return withFacts(factsOf(answer), async () => {
      if (answer.status !== 200) throw new Failure('bad_status', `answered ${answer.status}`);
      if (!answer.isWhole) throw new Failure('bad_body', `more than ${bodyBytesMax} bytes`);
      const datum = read(answer, await textOf(answer));
      const problem = problemOf(datum, options, probe.now());
      const facts = datumFacts(datum);
      if (problem?.kind === 'fail') throw new Failure(problem.cause, problem.message, { facts });
      const warning = problem ?? answer.tls.warning;
      return { facts, ...(warning && { warning }) };
    });
  },
});

const jsonReader =
  ({ json, timestamp }: Extract<Options['read'], { json: string }>) =>
  (answer: Answer, page: string): Datum => {
    const document = parseJson(answer, page);
    return {
      value: numberAt(document, json),
      at: timestamp === undefined ? undefined : dateAt(document, timestamp),
    };
  };

const prometheusReader =
  ({ prometheus, timestamp }: Extract<Options['read'], { prometheus: object }>) =>
  (_: Answer, page: string): Datum => {
    const sample = sampleIn(page, prometheus);
    const date = timestamp === undefined ? undefined : finite(sampleIn(page, timestamp)?.value);
    return {
      value: finite(sample?.value),
      at: timestamp === undefined ? sample?.at : date === undefined ? undefined : epochMs(date),
    };
  };

/** A number, or a text that is one, as in the answers of Prometheus' API. Fails with `protocol`. */
const numberAt = (document: unknown, pointer: string): number | undefined => {
  const found = valueAt(document, pointer) ?? undefined;
  if (found === undefined) return undefined;
  const value = typeof found === 'string' ? valueOf(found) : found;
  if (typeof value !== 'number') throw new Failure('protocol', `${pointer} is no number`);
  return finite(value);
};

const dateAt = (document: unknown, pointer: string): number | undefined => {
  const found = valueAt(document, pointer) ?? undefined;
  if (found === undefined) return undefined;
  const date =
    typeof found === 'number' ? epochMs(found) : typeof found === 'string' ? Date.parse(found) : Number.NaN;
  if (!Number.isFinite(date)) throw new Failure('protocol', `${pointer} is no date`);
  return date;
};

const finite = (value: number | undefined): number | undefined =>
  Number.isFinite(value) ? value : undefined;

// In seconds, 1e11 is the year 5138; in milliseconds, March 1973.
const epochMs = (date: number): number => (Math.abs(date) < 1e11 ? date * 1_000 : date);

const problemOf = (datum: Datum, { fail, warn }: Options, now: number): Failure | undefined => {
  if (datum.value === undefined) return new Failure('bad_value', 'there is no number', { kind: 'warn' });
  return breach(datum, datum.value, fail, 'fail', now) ?? breach(datum, datum.value, warn, 'warn', now);
};

const breach = (
  { at }: Datum,
  value: number,
  { above, below, 'older-than': olderThanMs }: Limits,
  kind: 'warn' | 'fail',
  now: number,
): Failure | undefined => {
  if (above !== undefined && value > above)
    return new Failure('bad_value', `${value} is above ${above}`, { kind });
  if (below !== undefined && value < below)
    return new Failure('bad_value', `${value} is below ${below}`, { kind });
  if (olderThanMs === undefined) return undefined;
  if (at === undefined) return new Failure('bad_value', 'the number has no date', { kind: 'warn' });
  return now - at > olderThanMs
    ? new Failure('stale', `the number is ${Math.round((now - at) / 1_000)} s old`, { kind })
    : undefined;
};

const datumFacts = ({ value, at }: Datum): Facts => ({
  ...(value !== undefined && { value }),
  ...(at !== undefined && { valueAt: at }),
});
