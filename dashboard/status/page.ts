// The public page. It is made on the server, complete without JavaScript; `main.ts` keeps it fresh while it is open.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { Language } from '../../config/config.ts';
import { locales } from '../../config/locales/index.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';
import type { AssetLinks } from '../../server/http/assets.ts';
import { alternates, beTold } from './be-told.ts';
import { sentences } from './headline.ts';
import type { Words } from './headline.ts';
import { openIncidents, resolvedIncidents } from './incidents.ts';
import { announcements } from './maintenance.ts';
import { endedOutages, openOutages } from './outages.ts';
import { preview } from './preview.ts';
import { serviceList } from './services.ts';
import { shape, sprite } from './shapes.ts';
import { worstOf } from './trouble.ts';

export interface StatusPage {
  readonly status: PublishedStatus;
  readonly language: Language;
  readonly links: AssetLinks;
}

/** Parts with `data-part` are replaced one by one when a newer page says something else. */
export const statusPage = ({ status, language, links }: StatusPage) => {
  const words: Words = { language, messages: locales[language] };
  const { messages } = words;
  const [headline] = sentences(status, words);
  return html`<!doctype html>
    <html lang=${language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${messages.title(headline, status.organisation.name)}</title>
        <meta name="color-scheme" content="light dark" />
        <link rel="stylesheet" href=${links.style} />
        <link rel="icon" href=${links.icon} type="image/svg+xml" />
        ${status.organisation.languages.map(
          (other) => html`<link rel="alternate" hreflang=${other} href="/${other}" />`,
        )}
        ${alternates(status, words)} ${preview(status, words)}
        <script type="module" src=${links.script}></script>
      </head>
      <body>
        ${sprite} ${pageHeader(status, words)}
        <main>
          ${status.demonstration ? html`<p class="notice">${messages.demonstration}</p>` : nothing}
          <div data-part="lead" aria-live="polite">${lead(status, words)}</div>
          ${age(status, words)}
          <div data-part="incidents">${openIncidents(status, words)}</div>
          <div data-part="open">${openOutages(status, words)}</div>
          <div data-part="announced">${announcements(status, words)}</div>
          <div data-part="services">${serviceList(status, words)}</div>
          <div data-part="recent">${endedOutages(status, words)}</div>
          <div data-part="resolved">${resolvedIncidents(status, words)}</div>
          ${beTold(status, words)}
          <section class="measuring">
            <h2>${messages.measuring.heading}</h2>
            ${messages.measuring.text.map((text) => html`<p>${text}</p>`)}
          </section>
        </main>
        ${pageFooter(status, words)}
      </body>
    </html>`;
};

const pageHeader = ({ organisation }: PublishedStatus, { language, messages }: Words) =>
  html`<header>
    <p><strong>${organisation.name}</strong> · ${messages.tagline}</p>
    <nav aria-label=${messages.languages}>
      ${organisation.languages
        .filter((other) => other !== language)
        .map((other) => html`<a href="/${other}" lang=${other} hreflang=${other}>${locales[other].name}</a>`)}
    </nav>
  </header>`;

const lead = (status: PublishedStatus, words: Words) => {
  const [headline, ...others] = sentences(status, words);
  return html`<h1>${shape(worstOf(status))} ${headline}</h1>
    ${others.length > 0 ? html`<p class="lede">${others.map((said) => html`<span>${said}</span> `)}</p>` : nothing} `;
};

/** Without JavaScript it says when, with the year, for it may be an old copy; with JavaScript, how long ago. */
const age = ({ generatedAt, organisation }: PublishedStatus, { messages }: Words) =>
  html`<page-age at=${generatedAt}>
    <p>${messages.measuredAt(messages.time.lasting(generatedAt, organisation.timezone))}</p>
  </page-age>`;

const pageFooter = ({ organisation: { name, url } }: PublishedStatus, { messages }: Words) =>
  html`<footer>
    <p>${messages.privacy}</p>
    <ul>
      <li><a href="/api/v1">${messages.api}</a></li>
      ${url?.startsWith('https://') ? html`<li><a href=${url}>${messages.site(name)}</a></li>` : nothing}
    </ul>
  </footer>`;
