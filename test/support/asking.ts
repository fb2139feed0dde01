// A member who asks whether it is his own site, and reads the page that answers, as text.
import type { Hono } from 'hono';
import type { Config } from '../../config/config.ts';
import { SelfCheck } from '../../server/app/self-check.ts';
import type { Examiner, Site } from '../../server/app/self-check.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';
import type { Assets } from '../../server/http/assets.ts';
import { render } from '../../server/http/render.ts';
import { PassingTime } from './passing-time.ts';
import { eventful } from '../unit/http/network.ts';
import { serve } from '../unit/http/serve.ts';

type Asked = Pick<Site, 'prefixes' | 'nameServers' | 'mailServers' | 'resolvers'>;

const past = eventful().publish();
const allWell = past.services.map(({ id, name, days }) => ({
  id,
  name,
  days,
  state: 'up' as const,
  since: 0,
}));

interface Around {
  /** Those whose trouble explains that of a site. */
  readonly services?: PublishedStatus['services'];
  readonly assets?: Assets;
}

/** The public app. */
export const serveSelfCheck = (
  domains: readonly string[],
  { resolvers, ...allowed }: Asked,
  examiner: Examiner,
  { services = allWell, assets }: Around = {},
): { readonly app: Hono; readonly time: PassingTime } => {
  const time = new PassingTime(past.generatedAt);
  const config: Pick<Config, 'selfCheck' | 'resolvers'> = {
    resolvers,
    selfCheck: { ...allowed, domains: `${domains.join('\n')}\n` },
  };
  const selfCheck = new SelfCheck({
    config: () => config,
    files: { readText: () => '' },
    examiner,
    clock: time.clock,
    timers: time.timers,
    log: { warn: () => {} },
  });
  const status = (): PublishedStatus => ({
    ...past,
    services,
    selfCheck: { services: services.map(({ id }) => id) },
  });
  const ask = (written: string) => selfCheck.ask(written);
  const built = assets && { assets, pages: () => render(status(), assets.links) };
  return { app: serve(status, { selfCheck: { ask, clock: time.clock }, ...built }), time };
};

export const ask = async (app: Hono, written: string, language = 'fr'): Promise<Response> =>
  app.request(`/${language}/site`, { method: 'POST', body: new URLSearchParams({ domain: written }) });

/** What is read on a page, in the words between its tags and with plain spaces. */
export const readingOf = (page: string): string =>
  page
    .slice(page.indexOf('<main>'))
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/[\s\u00a0\u202f]+/g, ' ')
    .trim();
