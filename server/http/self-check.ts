// « Est-ce mon site ? »: a form is sent, and a page answers. What is asked is in no address, and no word of it is kept here.
import { domainToUnicode } from 'node:url';
import { renderThunked } from '@lit-labs/ssr';
import { collectResultSync } from '@lit-labs/ssr/lib/render-result.js';
import type { Context } from 'hono';
import type { Language } from '../../config/config.ts';
import { selfCheckAnswer } from '../../dashboard/status/self-check.ts';
import type { Clock } from '../app/ports.ts';
import type { SelfAnswer } from '../app/self-check.ts';
import { isFromElsewhere } from './acting.ts';
import type { AssetLinks } from './assets.ts';
import { bodyOf } from './body.ts';
import { Crowd, addressOf } from './crowd.ts';
import { text } from './policy.ts';
import type { Answer } from './policy.ts';
import type { Pages } from './render.ts';

export interface SelfCheckDeps {
  readonly ask: (written: string) => Promise<SelfAnswer>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

const bodyBytesMax = 2_000;
/** One after the other, and then one every ten seconds. */
const pace = { everyMs: 10_000, burst: 6 };

export const createSelfCheck = (
  { ask, clock }: SelfCheckDeps,
  pages: () => Pages,
  links: AssetLinks,
): ((c: Context) => Promise<Answer>) => {
  const crowd = new Crowd(pace);
  return async (c) => {
    const language = c.req.param('language') as Language;
    const { selfCheck, organisation } = pages().status;
    if (selfCheck === undefined || !organisation.languages.includes(language)) return text(404, '404');
    if (isFromElsewhere(c)) return text(403, '403');
    const written = await writtenIn(c);
    if (written === undefined) return text(413, '413', { Connection: 'close' });
    const isTooSoon = !crowd.allows(addressOf(c), clock.monotonicMs());
    const answer: SelfAnswer = isTooSoon ? { kind: 'busy' } : await ask(written);
    const site = 'domain' in answer ? domainToUnicode(answer.domain) : undefined;
    const page = selfCheckAnswer({ status: pages().status, language, links, answer, site });
    return {
      status: isTooSoon ? 429 : answer.kind === 'busy' ? 503 : 200,
      body: collectResultSync(renderThunked(page)),
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Language': language,
        ...(answer.kind === 'busy' && { 'Retry-After': '60' }),
      },
    };
  };
};

const writtenIn = async (c: Context): Promise<string | undefined> => {
  const body = await bodyOf(c, bodyBytesMax);
  return body === undefined ? undefined : (new URLSearchParams(body).get('domain') ?? '');
};
