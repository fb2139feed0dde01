// The answers in the place of what cannot be had: in words for whoever reads, in short for whatever does not.
import type { Context } from 'hono';
import { pickLanguage } from '../../config/locales/index.ts';
import type { Apology } from '../../dashboard/stories/apology.ts';
import { json, missing, text } from './policy.ts';
import type { Answer } from './policy.ts';
import type { Pages } from './render.ts';

const retry = { 'Retry-After': '5' } as const;

export const busy = (c: Context): Answer =>
  c.req.path.startsWith('/api/')
    ? { ...json(503, { error: { code: 'busy', message: 'Ask again in a few seconds.' } }), headers: retry }
    : text(503, '503', retry);

/** `unready`: it is being made since the start, and will be there soon. */
export const apologise = (c: Context, apology: Apology, { apologies, languages }: Pages): Answer => {
  const short = apology === 'unready' ? busy(c) : missing(c);
  if (c.req.path.startsWith('/api/') || !c.req.header('Accept')?.includes('text/html')) return short;
  const inPath = languages.find((language) => c.req.path.startsWith(`/${language}/`));
  const language = inPath ?? pickLanguage(c.req.header('Accept-Language') ?? '', languages);
  const page = apologies.get(`${apology} ${language}`);
  if (page === undefined) return short;
  return {
    status: short.status,
    body: page.bodies.identity ?? null,
    headers: { ...short.headers, 'Content-Type': page.type, 'Content-Language': language },
  };
};
