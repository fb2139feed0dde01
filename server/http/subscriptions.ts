// Being told by mail: a form is sent, links in mails are opened, buttons are pressed. A GET changes nothing, for programs follow the
// links in mails; nobody is known here but by the token in a link, so that there is nothing that another site could abuse.
import type { Context, Hono } from 'hono';
import type { StatusCode } from 'hono/utils/http-status';
import type { Config, Language } from '../../config/config.ts';
import {
  confirmPath,
  erasurePath,
  subscribePath,
  wishPath,
} from '../../config/locales/subscription-paths.ts';
import {
  askedPage,
  confirmPage,
  confirmedPage,
  erasePage,
  erasedPage,
  gonePage,
  subscribePage,
  wishPage,
} from '../../dashboard/status/subscribe.ts';
import type { Ticked } from '../../dashboard/status/subscribe-form.ts';
import type { StatusPage } from '../../dashboard/status/shell.ts';
import { StoreError } from '../app/ports.ts';
import type { Clock } from '../app/ports.ts';
import type { PublishedStatus } from '../app/publish.ts';
import type { Subscriptions } from '../app/subscriptions/subscriptions.ts';
import type { Tokens } from '../app/subscriptions/tokens.ts';
import { addressIn } from '../core/subscriptions/address.ts';
import { topics } from '../core/subscriptions/subscriber.ts';
import type { Wish } from '../core/subscriptions/subscriber.ts';
import { isFromElsewhere } from './acting.ts';
import type { AssetLinks } from './assets.ts';
import { bodyOf } from './body.ts';
import { Bucket } from './bucket.ts';
import { Crowd, addressOf } from './crowd.ts';
import { allow, text } from './policy.ts';
import type { Answer } from './policy.ts';
import { printed } from './render.ts';
import type { Pages } from './render.ts';

export interface SubscriptionRoutesDeps {
  readonly subscriptions: Pick<Subscriptions, 'ask' | 'find' | 'confirm' | 'change' | 'erase'>;
  readonly tokens: Pick<Tokens, 'of'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly config: () => Pick<Config, 'subscriptions'>;
}

interface Parts extends SubscriptionRoutesDeps {
  readonly pages: () => Pages;
  readonly links: AssetLinks;
}

/** A name of every service, and more. */
const bodyBytesMax = 16_384;
const hourMs = 3_600_000;
/** Of one reader. How often an address is written to, the store knows. */
const pace = { everyMs: hourMs / 3, burst: 3 };

export const serveSubscriptions = (app: Hono, parts: Parts): void => {
  const { subscriptions, tokens } = parts;
  const at = (path: string) => `/:language{fr|en}${path}`;
  const token = (c: Context) => c.req.param('token') ?? '';
  app.post(at(subscribePath), allow('visitor', createAsking(parts)));
  app.get(
    at(confirmPath(':token')),
    allow('token', (c) =>
      within(c, parts, async (asked) => {
        const found = await subscriptions.find(token(c), 'confirm');
        return found ? page(asked, 200, confirmPage(asked, token(c))) : gone(asked);
      }),
    ),
  );
  app.post(
    at(confirmPath(':token')),
    allow('token', (c) =>
      within(c, parts, async (asked) => {
        const found = await subscriptions.confirm(token(c));
        return found ? page(asked, 200, confirmedPage(asked, tokens.of(found.name, 'manage'))) : gone(asked);
      }),
    ),
  );
  app.get(
    at(wishPath(':token')),
    allow('token', (c) =>
      within(c, parts, async (asked) => {
        const found = await subscriptions.find(token(c), 'manage');
        return found ? page(asked, 200, wishPage(asked, token(c), found.wish)) : gone(asked);
      }),
    ),
  );
  app.post(at(wishPath(':token')), allow('token', createChanging(parts)));
  app.get(
    at(erasurePath(':token')),
    allow('token', (c) =>
      within(c, parts, async (asked) => {
        const found = await subscriptions.find(token(c), 'manage');
        return found ? page(asked, 200, erasePage(asked, token(c))) : gone(asked);
      }),
    ),
  );
  // RFC 8058: whatever the body says, which is the same for all.
  app.post(
    at(erasurePath(':token')),
    allow('token', (c) =>
      within(c, parts, async (asked) =>
        (await subscriptions.erase(token(c))) ? page(asked, 200, erasedPage(asked)) : gone(asked),
      ),
    ),
  );
};

const createAsking = (parts: Parts): ((c: Context) => Promise<Answer>) => {
  const { subscriptions, clock, config } = parts;
  const readers = new Crowd(pace);
  let all: { readonly perHour: number; readonly bucket: Bucket } | undefined;
  const isBusy = (c: Context, nowMs: number): boolean => {
    const perHour = config().subscriptions?.askedPerHour ?? 1;
    if (all?.perHour !== perHour)
      all = { perHour, bucket: new Bucket({ everyMs: hourMs / perHour, burst: perHour }) };
    return !readers.allows(addressOf(c), nowMs) || !all.bucket.take(nowMs);
  };
  return (c) =>
    within(c, parts, async (asked) => {
      if (isFromElsewhere(c)) return text(403, '403');
      const form = await formOf(c);
      if (form === undefined) return text(413, '413', { Connection: 'close' });
      const address = addressIn(form.get('address') ?? '');
      const wish = wishIn(form, asked);
      if (address === undefined)
        return page(asked, 422, subscribePage(asked, 'unreadable', tickedIn(form, asked)));
      if (wish === undefined) return page(asked, 422, subscribePage(asked, 'nothing', tickedIn(form, asked)));
      if (isBusy(c, clock.monotonicMs()))
        return page(asked, 429, subscribePage(asked, 'busy', tickedIn(form, asked)), {
          'Retry-After': '3600',
        });
      await subscriptions.ask(address, wish);
      return page(asked, 200, askedPage(asked));
    });
};

const createChanging =
  (parts: Parts) =>
  (c: Context): Promise<Answer> =>
    within(c, parts, async (asked) => {
      const { subscriptions } = parts;
      const token = c.req.param('token') ?? '';
      const form = await formOf(c);
      if (form === undefined) return text(413, '413', { Connection: 'close' });
      const wish = wishIn(form, asked);
      if (wish === undefined) {
        const found = await subscriptions.find(token, 'manage');
        return found
          ? page(asked, 422, wishPage(asked, token, found.wish, { refusal: 'nothing' }))
          : gone(asked);
      }
      const changed = await subscriptions.change(token, wish);
      return changed ? page(asked, 200, wishPage(asked, token, wish, { isSaved: true })) : gone(asked);
    });

/**
 * Where nobody is told by mail, there is nothing but what the links in mails lead to: they hold whatever the configuration and the
 * languages of the page are today, for nobody is kept from unsubscribing. What could not be written is said, in the words of the page.
 */
const within = async (
  c: Context,
  { pages, links }: Parts,
  answer: (asked: StatusPage) => Promise<Answer>,
): Promise<Answer> => {
  const { status } = pages();
  const { languages } = status.organisation;
  const wanted = languages.find((one) => one === c.req.param('language'));
  const isByLink = c.req.param('token') !== undefined;
  const language = wanted ?? (isByLink ? languages[0] : undefined);
  if (language === undefined || (status.subscriptions === undefined && !isByLink)) return text(404, '404');
  const asked = { status, language, links };
  try {
    return await answer(asked);
  } catch (error) {
    if (!(error instanceof StoreError) || error.code === 'store.refused') throw error;
    return page(asked, 503, subscribePage(asked, 'unkept'), { 'Retry-After': '60' });
  }
};

const page = (
  { language }: StatusPage,
  status: StatusCode,
  content: ReturnType<typeof askedPage>,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  body: printed(content),
  headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Language': language, ...headers },
});

const gone = (asked: StatusPage): Answer => page(asked, 404, gonePage(asked));

const formOf = async (c: Context): Promise<URLSearchParams | undefined> => {
  const body = await bodyOf(c, bodyBytesMax);
  return body === undefined ? undefined : new URLSearchParams(body);
};

/** Nothing, when nothing is wished for. All that there are now means those to come, too. */
const wishIn = (form: URLSearchParams, asked: StatusPage): Wish | undefined => {
  const isAll = form.has('all');
  const [chosen, named] = [form.getAll('topic'), form.getAll('service')];
  const { services: known } = asked.status;
  const services = idsOf(known).filter((id) => named.includes(id));
  const wished = topics.filter((topic) => isAll || chosen.includes(topic));
  if (wished.length === 0 || (services.length === 0 && !isAll)) return undefined;
  return {
    topics: wished,
    language: languageIn(form, asked),
    ...(!isAll && services.length < known.length && { services }),
  };
};

const languageIn = (form: URLSearchParams, { status, language }: StatusPage): Language =>
  status.organisation.languages.find((one) => one === form.get('language')) ?? language;

/** What was chosen, though it was not taken: nobody is to choose twice. */
const tickedIn = (form: URLSearchParams, asked: StatusPage): Ticked => ({
  language: languageIn(form, asked),
  ...(form.has('all') ? { topics } : { topics: form.getAll('topic'), services: form.getAll('service') }),
});

const idsOf = (services: PublishedStatus['services']): readonly string[] => services.map(({ id }) => id);
