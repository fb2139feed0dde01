// How to hear of it without coming back: what a reader can subscribe to, and what another site can show.
import { html } from '@lit-labs/ssr';
import { feedWords } from '../../config/locales/feeds.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';
import type { Words } from './headline.ts';
import { subscribeSection } from './subscribe-form.ts';

const feedType = 'application/atom+xml';

/** For the head of a page: readers of feeds look there. */
export const alternates = (status: PublishedStatus, { language }: Words) =>
  html`<link
    rel="alternate"
    type=${feedType}
    href="/${language}/feed.atom"
    title=${feedWords[language].title(status.organisation.name)}
  />`;

export const beTold = (status: PublishedStatus, { language }: Words) => {
  const { heading, text, feed, works, embed, oneService } = feedWords[language].beTold;
  return html`<section class="be-told">
    <h2>${heading}</h2>
    <p>${text}</p>
    <ul>
      <li><a href="/${language}/feed.atom" type=${feedType}>${feed}</a></li>
      <li><a href="/${language}/maintenance.ics" type="text/calendar">${works}</a></li>
      <li><a href="/${language}/embed">${embed}</a></li>
    </ul>
    <details id="one-service">
      <summary>${oneService}</summary>
      <ul>
        ${status.services.map(
          ({ id, name }) =>
            html`<li>
              <a href="/${language}/services/${id}/feed.atom" type=${feedType}>${name[language]}</a>
            </li>`,
        )}
      </ul>
    </details>
    ${subscribeSection(status, language)}
  </section>`;
};
