// What every public page has around what it says: head, header with the other languages, footer.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { Language } from '../../config/config.ts';
import { locales } from '../../config/locales/index.ts';
import { selfCheckWords } from '../../config/locales/self-check.ts';
import { subscriptionWords } from '../../config/locales/subscription-pages.ts';
import { storyWords } from '../../config/locales/stories.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';
import type { AssetLinks } from '../../server/http/assets.ts';
import { alternates } from './be-told.ts';
import type { Words } from './headline.ts';
import { preview } from './preview.ts';
import { historyPath, maintenancePath, reportPath, sitePath } from '../stories/paths.ts';
import { sprite } from './shapes.ts';

/** What a public page is made of. */
export interface StatusPage {
  readonly status: PublishedStatus;
  readonly language: Language;
  readonly links: AssetLinks;
}

export interface Page {
  /** Whole sentences: what the page says in short. The first is its title. */
  readonly sentences: readonly [string, ...string[]];
  /** Its address after that of the front page in the same language: empty, or with a slash in front. */
  readonly path: string;
  /** What this page alone needs of the browser. */
  readonly head?: ReturnType<typeof html>;
  /** What is in `main`. Parts with `data-part` are replaced one by one when a newer page says something else. */
  readonly content: ReturnType<typeof html>;
}

export const wordsOf = (language: Language): Words => ({ language, messages: locales[language] });

export const shell = ({ status, language, links }: StatusPage, page: Page) => {
  const words = wordsOf(language);
  const { messages } = words;
  const { name } = status.organisation;
  return html`<!doctype html>
    <html lang=${language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${messages.title(page.sentences[0], name)}</title>
        <meta name="color-scheme" content="light dark" />
        <link rel="stylesheet" href=${links.style} />
        <link rel="icon" href=${links.icon} type="image/svg+xml" />
        ${alternates(status, words)} ${preview(status, words, page)}
        <script type="module" src=${links.script}></script>
        ${page.head ?? nothing}
      </head>
      <body>
        ${sprite} ${pageHeader(status, words, page)}
        <main>
          ${status.demonstration ? html`<p class="notice">${messages.demonstration}</p>` : nothing}
          ${page.content}
        </main>
        ${pageFooter(status, words)}
      </body>
    </html>`;
};

const pageHeader = (
  { organisation }: PublishedStatus,
  { language, messages }: Words,
  { path }: Pick<Page, 'path'>,
) => {
  const name = html`<strong>${organisation.name}</strong>`;
  return html`<header>
    <p>${path === '' ? name : html`<a href="/${language}">${name}</a>`} · ${messages.tagline}</p>
    ${pageLinks(organisation, language, path)}
    <nav aria-label=${messages.languages}>
      ${organisation.languages
        .filter((other) => other !== language)
        .map(
          (other) =>
            html`<a href="/${other}${path}" lang=${other} hreflang=${other}>${locales[other].name}</a>`,
        )}
    </nav>
  </header>`;
};

const pageLinks = ({ contact }: PublishedStatus['organisation'], language: Language, path: string) => {
  const { pages } = storyWords[language];
  const links = [
    [historyPath, pages.history],
    [maintenancePath, pages.maintenance],
    ...(contact === undefined ? [] : [[reportPath, pages.report] as const]),
  ] as const;
  // The space after each is what parts them where there is no style.
  return html`<nav aria-label=${pages.label}>
    ${links.map(
      ([to, text]) =>
        html`<a href="/${language}${to}" aria-current=${to === path ? 'page' : nothing}>${text}</a> `,
    )}
  </nav>`;
};

/** Without JavaScript it says when, with the year, for it may be an old copy; with JavaScript, how long ago. */
export const age = ({ generatedAt, organisation }: PublishedStatus, { messages }: Words) =>
  html`<page-age at=${generatedAt}>
    <p>${messages.measuredAt(messages.time.lasting(generatedAt, organisation.timezone))}</p>
  </page-age>`;

const pageFooter = (
  { organisation: { name, url }, selfCheck, subscriptions }: PublishedStatus,
  { language, messages }: Words,
) =>
  html`<footer>
    <p>${subscriptions ? subscriptionWords[language].footer : messages.privacy}</p>
    <ul>
      ${
        selfCheck === undefined
          ? nothing
          : html`<li><a href="/${language}${sitePath}">${selfCheckWords[language].heading}</a></li>`
      }
      <li><a href="/api/v1">${messages.api}</a></li>
      ${url?.startsWith('https://') ? html`<li><a href=${url}>${messages.site(name)}</a></li>` : nothing}
    </ul>
  </footer>`;
