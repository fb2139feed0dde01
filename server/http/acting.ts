// Routes that change something. They want a token in a header, which no browser sends of itself, and JSON of a known shape and
// size; a page of another site gets nowhere near them.
import type { Context, Handler } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import { StoreError } from '../app/ports.ts';
import type { Clock } from '../app/ports.ts';
import { bodyOf } from './body.ts';
import { Bucket } from './bucket.ts';
import { allow, json } from './policy.ts';
import type { Answer } from './policy.ts';

export interface ActingDeps {
  /** The name of whoever holds this token. */
  readonly holderOf: (token: string) => string | undefined;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

export interface Act<Body> {
  readonly author: string;
  readonly body: Body;
  readonly c: Context;
}

/** The handler of a route that acts; what it is sent is of this shape. */
export type Acting = <Schema extends z.ZodType>(
  schema: Schema,
  answer: (act: Act<z.output<Schema>>) => Promise<Answer>,
) => Handler;

const bodyBytesMax = 65_536;
const tokenCharsMax = 200;
const problemsMax = 20;
/** Of one holder, and of all who hold no token together: so many at once, and one more every so many milliseconds. */
const burst = 30;
const everyMs = 1_000;

export const createActing = ({ holderOf, clock }: ActingDeps): Acting => {
  // As many as there are holders, and one for everybody else.
  const buckets = new Map<string | undefined, Bucket>();
  const isTooSoon = (author: string | undefined): boolean => {
    const bucket = buckets.get(author) ?? new Bucket({ everyMs, burst });
    buckets.set(author, bucket);
    return !bucket.take(clock.monotonicMs());
  };
  return (schema, answer) =>
    allow('acting', async (c) => {
      const author = holderOf(tokenOf(c));
      if (isTooSoon(author)) return problem(429, 'too-often', 'Too often: try again in a minute.');
      if (isFromElsewhere(c))
        return problem(403, 'cross-site', 'Only pages of this very address may ask for this.');
      if (author === undefined)
        return problem(401, 'no-token', 'A token that holds is wanted: `vigie token NAME` makes one.', {
          'WWW-Authenticate': 'Bearer',
        });
      if (!/^application\/json *(;|$)/i.test(c.req.header('Content-Type') ?? ''))
        return problem(415, 'not-json', 'The body must be JSON, and its Content-Type must say so.');
      const text = await bodyOf(c, bodyBytesMax);
      if (text === undefined)
        return problem(413, 'too-large', `The body must have at most ${bodyBytesMax} bytes.`, {
          Connection: 'close',
        });
      const parsed = schema.safeParse(jsonOf(text));
      if (!parsed.success) return misshapen(parsed.error);
      return answer({ author, body: parsed.data, c }).catch(sayTrouble);
    });
};

export const problem = (
  status: StatusCode,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => {
  const answer = json(status, { error: { code, message } });
  return { ...answer, headers: { ...answer.headers, ...headers } };
};

const misshapen = ({ issues }: z.ZodError): Answer =>
  json(422, {
    error: {
      code: 'misshapen',
      message: 'The body is not of the shape that is wanted.',
      problems: issues
        .slice(0, problemsMax)
        .map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
    },
  });

const sayTrouble = (error: unknown): Answer => {
  if (!(error instanceof StoreError) || error.code === 'store.refused') throw error;
  return problem(503, error.code, 'It could not be written. Try again.', { 'Retry-After': '5' });
};

const tokenOf = (c: Context): string =>
  /^Bearer ([\w~+/.=-]+)$/.exec((c.req.header('Authorization') ?? '').slice(0, tokenCharsMax))?.[1] ?? '';

/** Browsers say where a request comes from; what is no browser does not. */
export const isFromElsewhere = (c: Context): boolean =>
  !['same-origin', 'none', undefined].includes(c.req.header('Sec-Fetch-Site'));

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
