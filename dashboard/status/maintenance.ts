// Work that is announced, and work that goes on.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { PublishedMaintenance } from '../../server/app/published-maintenance.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';
import { storyWords } from '../../config/locales/stories.ts';
import { maintenancePath } from '../stories/paths.ts';
import type { Words } from './headline.ts';

export const announcements = (status: PublishedStatus, words: Words) =>
  status.maintenance.length === 0
    ? nothing
    : html`<section class="announced">
        <h2>${words.messages.maintenance.heading}</h2>
        ${status.maintenance.map((one) => announcement(one, status, words))}
        <p class="more">
          <a href="/${words.language}${maintenancePath}">${storyWords[words.language].pages.allWork}</a>
        </p>
      </section>`;

const announcement = (
  { title, text, services, from, until }: PublishedMaintenance,
  { organisation: { timezone }, ...status }: PublishedStatus,
  { language, messages }: Words,
) => {
  const names = status.services.filter(({ id }) => services.includes(id)).map(({ name }) => name[language]);
  return html`<article>
    <h3>${title[language]}</h3>
    <p>${messages.time.between(from, until, timezone)}</p>
    ${text ? html`<p>${text[language]}</p>` : nothing}
    <p class="aside">${messages.maintenance.touched(names)}</p>
  </article>`;
};
