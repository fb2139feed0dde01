// Who may call a route. A route that does not say so keeps the program from starting: forgetting is no way to be public.
import type { Context, Handler, Hono } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import { securityHeaders } from './headers.ts';

/** By policy, how long an answer may be kept. */
const cacheControl = {
  /**
   * For everybody; made of what is published, and of nothing else. To a cache a crowd is one request a second. What it then shows,
   * while it fetches what is newer, is older by no more than a snapshot is anyway (RFC 5861 §3); after that it waits.
   */
  snapshot: 'public, max-age=1, stale-while-revalidate=15',
  /** For everybody; a file whose name changes with its content. */
  asset: 'public, max-age=31536000, immutable',
  /** For whoever asks it, and nobody else: it answers what was sent, or is true only now. */
  visitor: 'no-store',
  /** For whoever knows the address. */
  token: 'no-store',
  /** On the private listener only. */
  operator: 'no-store',
  /** The same, and for whoever shows a token: see `acting.ts`. */
  acting: 'no-store',
} as const;

export type Policy = keyof typeof cacheControl;

/** What a route answers; the headers that all answers carry are added. */
export interface Answer {
  readonly status: StatusCode;
  readonly body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null;
  readonly headers?: Readonly<Record<string, string>>;
}

const policies = new WeakMap<object, Policy>();

/** The handler of a route, under a policy. Those that act are made by `acting.ts`. */
export const allow = (policy: Policy, answer: (c: Context) => Answer | Promise<Answer>): Handler => {
  const handler: Handler = (c) => {
    const answered = answer(c);
    return answered instanceof Promise
      ? answered.then((given) => respond(given, policy))
      : respond(answered, policy);
  };
  policies.set(handler, policy);
  return handler;
};

/** Throws when a route of the app has no policy, or one that this listener does not serve. */
export const seal = (app: Hono, served: readonly Policy[]): Hono => {
  for (const { method, path, handler } of app.routes) {
    const policy = policies.get(handler);
    if (policy === undefined || !served.includes(policy))
      throw new Error(`${method} ${path} is a route without a policy that this listener serves`);
  }
  return app;
};

/** Headers as a plain object, which goes to the socket as it is: twice as fast. */
export const respond = (answer: Answer, policy: Policy): Response =>
  new Response(answer.body, { status: answer.status, headers: headersOf(answer, policy) });

/** All that an answer carries. Only what was found is kept. */
export const headersOf = (
  { status, headers }: Omit<Answer, 'body'>,
  policy: Policy,
): Readonly<Record<string, string>> => ({
  ...securityHeaders,
  'Cache-Control': status === 200 || status === 304 ? cacheControl[policy] : 'no-store',
  ...headers,
});

export const text = (
  status: StatusCode,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  body: `${body}\n`,
  headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
});

export const json = (status: StatusCode, value: unknown): Answer => ({
  status,
  body: JSON.stringify(value),
  headers: { 'Content-Type': 'application/json' },
});

export const missing = (c: Context): Answer =>
  c.req.path.startsWith('/api/')
    ? json(404, {
        error: { code: 'not-found', message: 'There is nothing here. /api/v1 says what there is.' },
      })
    : text(404, '404');

/** What load balancers ask of `/` unless they are told better: whether anybody is there. Who wants more asks `/healthz`. */
export const present = (): Answer => ({ status: 204, body: null, headers: { Allow: 'GET, HEAD, OPTIONS' } });
