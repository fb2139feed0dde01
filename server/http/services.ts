// Of each service: its page, and how fast it answers.
import type { Context, Hono } from 'hono';
import type { Language } from '../../config/config.ts';
import { pickLanguage } from '../../config/locales/index.ts';
import { timesWindows } from '../app/published-times.ts';
import type { TimesWindow } from '../app/published-times.ts';
import { apologise, busy } from './apologise.ts';
import { allow } from './policy.ts';
import type { Answer } from './policy.ts';
import type { Pages } from './render.ts';
import { answerWith } from './rendered.ts';
import type { ServicePages, Wanted } from './service-pages.ts';

interface ServicesDeps {
  readonly pages: () => Pages;
  readonly services: ServicePages;
}

/** In a group of their own: Hono would look for the first or the last of them as for a part of more. */
const windows = `(?:${timesWindows.join('|')})`;

export const serveServices = (app: Hono, { pages, services }: ServicesDeps): void => {
  const made = async (c: Context, as: Wanted['as'], vary: readonly string[] = []): Promise<Answer> => {
    const service = c.req.param('id') ?? '';
    // Whoever makes up names keeps nobody waiting.
    if (!pages().status.services.some(({ id }) => id === service)) return apologise(c, 'missing', pages());
    const window = (c.req.param('window') ?? '24h') as TimesWindow;
    const answer = await services.of({ service, window, as });
    if (answer === undefined) return busy(c);
    return answer === 'missing' ? apologise(c, 'missing', pages()) : answerWith(c, answer, vary);
  };
  app.get(
    '/services/:id',
    allow('snapshot', (c) => {
      const language = pickLanguage(c.req.header('Accept-Language') ?? '', pages().languages);
      return made(c, language, ['Accept-Language']);
    }),
  );
  app.get(
    `/:language{(?:fr|en)}/services/:id/:window{${windows}}?`,
    allow('snapshot', (c) => {
      const language = c.req.param('language') as Language;
      return pages().languages.includes(language) ? made(c, language) : apologise(c, 'missing', pages());
    }),
  );
  for (const [ending, as] of [
    ['', 'json'],
    ['/csv', 'csv'],
  ] as const)
    app.get(
      `/api/v1/services/:id/times/:window{${windows}}${ending}`,
      allow('snapshot', (c) => made(c, as)),
    );
};
