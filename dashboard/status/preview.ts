// What a search engine or a network shows of a link to a page (https://ogp.me).
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { PublishedStatus } from '../../server/app/publish.ts';
import { sentences } from './headline.ts';
import type { Words } from './headline.ts';
import type { Page } from './shell.ts';

const locale = { fr: 'fr_FR', en: 'en_GB' } as const;

/** Addresses in it have to be whole: without a known one there are none. The picture is that of the front page, and says its sentence. */
export const preview = (
  status: PublishedStatus,
  words: Words,
  { sentences: said, path }: Pick<Page, 'sentences' | 'path'>,
) => {
  const { name, page, languages } = status.organisation;
  const { language, messages } = words;
  const description = said.join(' ');
  return html`<meta name="description" content=${description} />
    <meta property="og:type" content="website" />
    <meta property="og:site_name" content=${name} />
    <meta property="og:title" content=${messages.title(said[0], name)} />
    <meta property="og:description" content=${description} />
    ${
      page === undefined
        ? nothing
        : html`<meta property="og:url" content=${new URL(`/${language}${path}`, page).href} />
            <meta property="og:image" content=${new URL(`/${language}/picture.svg`, page).href} />
            <meta property="og:image:alt" content=${sentences(status, words)[0]} />
            ${languages.map(
              (other) =>
                html`<link
                  rel="alternate"
                  hreflang=${other}
                  href=${new URL(`/${other}${path}`, page).href}
                />`,
            )}`
    }
    <meta property="og:locale" content=${locale[language]} />`;
};
