// What everybody can reach. These routes read pages that were made of what is published; the only ways in are to let a
// heartbeat be heard, to ask for one's own site, and to ask to be told by mail.
import { Hono } from 'hono';
import type { Context } from 'hono';
import { tokenCharsMax } from '../../checks/lib/contract.ts';
import type { Ping } from '../../checks/lib/contract.ts';
import { pickLanguage } from '../../config/locales/index.ts';
import type { Log } from '../app/ports.ts';
import type { Instant } from '../core/time.ts';
import { apologise } from './apologise.ts';
import type { Assets } from './assets.ts';
import type { Live } from './live.ts';
import { allow, json, missing, present, respond, seal, text } from './policy.ts';
import type { Answer } from './policy.ts';
import type { Pages } from './render.ts';
import { answerWith } from './rendered.ts';
import type { Rendered } from './rendered.ts';
import { createSelfCheck } from './self-check.ts';
import type { SelfCheckDeps } from './self-check.ts';
import type { ServicePages } from './service-pages.ts';
import { serveServices } from './services.ts';
import { serveSubscriptions } from './subscriptions.ts';
import type { SubscriptionRoutesDeps } from './subscriptions.ts';

export interface PublicDeps {
  readonly pages: () => Pages;
  /** Of a public service, made beforehand. */
  readonly history: (service: string) => Rendered | undefined;
  /** A page of what is long over, by its path; made beforehand too, which takes a while after the start. */
  readonly past: (path: string) => Rendered | 'unready' | undefined;
  readonly services: ServicePages;
  /** Tells those whose page is open of every snapshot. */
  readonly live: Pick<Live, 'listen'>;
  readonly assets: Assets;
  /** True when the token is one of ours, and the ping is kept. */
  readonly hear: (token: string, signal: Ping['signal']) => Promise<boolean>;
  /** Absent: nobody is there to look at a site. */
  readonly selfCheck?: SelfCheckDeps;
  /** Absent: nobody is there to send mails. */
  readonly subscriptions?: SubscriptionRoutesDeps;
  readonly now: () => Instant;
  readonly log: Log;
}

/** Older pages say that whoever makes them has stopped. */
const staleMs = 120_000;
/** A ping may say more than that it is one, but nobody listens, and not to more than this. */
const pingBodyBytesMax = 10_000;
const pingsUnderWayMax = 100;

export const createPublic = ({
  pages,
  history,
  past,
  services,
  live,
  assets,
  hear,
  selfCheck,
  subscriptions,
  now,
  log,
}: PublicDeps): Hono => {
  const app = new Hono();
  app.get(
    '/',
    allow('snapshot', (c) => front(c, pages())),
  );
  app.options('/', allow('snapshot', present));
  app.get(
    '/healthz',
    allow('visitor', () =>
      now() - pages().generatedAt < staleMs ? json(200, { status: 'ok' }) : json(503, { status: 'stale' }),
    ),
  );
  app.get(
    '/live',
    allow('visitor', (c) => live.listen(c)),
  );
  app.get(
    '/robots.txt',
    allow('snapshot', () => text(200, 'User-agent: *\nAllow: /')),
  );
  app.get(
    '/assets/:file',
    allow('asset', (c) => found(c, assets.files.get(c.req.param('file') ?? ''), pages())),
  );
  app.get(
    '/api/v1/services/:id/history',
    allow('snapshot', (c) => {
      const id = c.req.param('id') ?? '';
      const isKnown = pages().status.services.some((service) => service.id === id);
      return found(c, history(id) ?? (isKnown ? 'unready' : undefined), pages());
    }),
  );
  app.on(
    ['GET', 'POST'],
    ['/heartbeat/:token', '/heartbeat/:token/:signal{start|done|fail}'],
    allow('token', hearing(hear)),
  );
  serveServices(app, { pages, services });
  if (selfCheck !== undefined)
    app.post('/:language{fr|en}/site', allow('visitor', createSelfCheck(selfCheck, pages, assets.links)));
  if (subscriptions !== undefined) serveSubscriptions(app, { ...subscriptions, pages, links: assets.links });
  app.get(
    '*',
    allow('snapshot', (c) => found(c, pages().byPath.get(c.req.path) ?? pastAt(c.req.path, past), pages())),
  );
  app.notFound((c) => respond(missing(c), 'snapshot'));
  app.onError((error, c) => {
    // Never the address as it was asked for: a token may be in it.
    log.error('http.failed', { route: c.req.routePath, method: c.req.method, error });
    return respond(text(500, 'Internal error'), 'snapshot');
  });
  return seal(app, ['snapshot', 'asset', 'token', 'visitor']);
};

const front = (c: Context, { byPath, languages }: Pages): Answer => {
  const language = pickLanguage(c.req.header('Accept-Language') ?? '', languages);
  const page = byPath.get(`/${language}`);
  return page === undefined ? missing(c) : answerWith(c, page, ['Accept-Language']);
};

const pastPattern = /^\/(?:fr|en)\/(?:history|incidents)(?:\/|$)/;

const pastAt = (path: string, past: PublicDeps['past']): ReturnType<PublicDeps['past']> => {
  const page = past(path);
  return page === 'unready' && !pastPattern.test(path) ? undefined : page;
};

const found = (c: Context, page: Rendered | 'unready' | undefined, pages: Pages): Answer => {
  if (page === undefined || page === 'unready') return apologise(c, page ?? 'missing', pages);
  return answerWith(c, page);
};

/** A token that is unknown gets the answer that a page that is not there gets. */
const hearing = (hear: PublicDeps['hear']): ((c: Context) => Promise<Answer>) => {
  let underWay = 0;
  return async (c) => {
    const headers: Record<string, string> = isBodyTooLong(c) ? { Connection: 'close' } : {};
    if (underWay >= pingsUnderWayMax) return text(503, '503', { ...headers, 'Retry-After': '5' });
    const token = c.req.param('token') ?? '';
    const signal = (c.req.param('signal') ?? 'done') as Ping['signal'];
    underWay += 1;
    try {
      const isHeard = token.length <= tokenCharsMax && (await hear(token, signal));
      return isHeard ? text(200, 'ok', headers) : text(404, '404', headers);
    } finally {
      underWay -= 1;
    }
  };
};

// The body is never read. A short one is let pass, so that the connection can be used again; a long one ends it.
const isBodyTooLong = (c: Context): boolean =>
  c.req.header('Transfer-Encoding') !== undefined ||
  Number(c.req.header('Content-Length') ?? 0) > pingBodyBytesMax;
