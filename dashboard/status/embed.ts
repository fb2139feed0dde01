// The state in a few lines, for a frame on the site of somebody else: no script, and one way out, to the page.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import { feedWords } from '../../config/locales/feeds.ts';
import { sentences } from './headline.ts';
import { shape, sprite } from './shapes.ts';
import { wordsOf } from './shell.ts';
import type { StatusPage } from './shell.ts';
import { troubleOf, worstOf } from './trouble.ts';

/** More of them are on the page. */
const namesMax = 6;

export const embeddedPage = ({ status, language, links }: StatusPage) => {
  const words = wordsOf(language);
  const { messages } = words;
  const { organisation, services, generatedAt } = status;
  const [headline] = sentences(status, words);
  const troubled = services.filter((service) => troubleOf(service) !== undefined).slice(0, namesMax);
  return html`<!doctype html>
    <html lang=${language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="robots" content="noindex" />
        <title>${messages.title(headline, organisation.name)}</title>
        <meta name="color-scheme" content="light dark" />
        <link rel="stylesheet" href=${links.style} />
      </head>
      <body class="embed">
        ${sprite}
        <main>
          ${status.demonstration ? html`<p>${messages.demonstration}</p>` : nothing}
          <h1>${shape(worstOf(status))} ${headline}</h1>
          ${
            troubled.length < 2
              ? nothing
              : html`<ul>
                  ${troubled.map((service) => {
                    const trouble = troubleOf(service) ?? 'unknown';
                    const said = messages.outages.title(service.name[language], messages.state[trouble]);
                    return html`<li>${shape(trouble)} ${said}</li>`;
                  })}
                </ul>`
          }
          <p class="aside">
            ${organisation.name} · ${messages.time.lasting(generatedAt, organisation.timezone)} ·
            <a href="/${language}" target="_top">${feedWords[language].all}</a>
          </p>
        </main>
      </body>
    </html>`;
};
