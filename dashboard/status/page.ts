// The front page. It is made on the server, complete without JavaScript; `main.ts` keeps it fresh while it is open.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { PublishedStatus } from '../../server/app/publish.ts';
import { beTold } from './be-told.ts';
import { sentences } from './headline.ts';
import type { Words } from './headline.ts';
import { openIncidents, resolvedIncidents } from './incidents.ts';
import { announcements } from './maintenance.ts';
import { endedOutages, openOutages } from './outages.ts';
import { selfCheckSection } from './self-check.ts';
import { serviceList } from './services.ts';
import { shape } from './shapes.ts';
import { age, shell, wordsOf } from './shell.ts';
import type { StatusPage } from './shell.ts';
import { worstOf } from './trouble.ts';

/** Of work that begins later, or has begun, one reads below what is wrong now: the first sentences say that it goes on. */
const soonMs = 36 * 3_600_000;

export const statusPage = (asked: StatusPage) => {
  const { status } = asked;
  const words = wordsOf(asked.language);
  const { measuring } = words.messages;
  const now = status.generatedAt;
  const isSoon = status.maintenance.some(({ from }) => from > now && from < now + soonMs);
  return shell(asked, {
    sentences: sentences(status, words),
    path: '',
    content: html`<div data-part="lead" aria-live="polite">${lead(status, words)}</div>
      ${age(status, words)}
      <div data-part="incidents">${openIncidents(status, words)}</div>
      <div data-part="open">${openOutages(status, words)}</div>
      <div data-part="announced">${isSoon ? announcements(status, words) : nothing}</div>
      <div data-part="services">${serviceList(status, words)}</div>
      <div data-part="later">${isSoon ? nothing : announcements(status, words)}</div>
      ${selfCheckSection(status, asked.language)}
      <div data-part="recent">${endedOutages(status, words)}</div>
      <div data-part="resolved">${resolvedIncidents(status, words)}</div>
      ${beTold(status, words)}
      <section class="measuring">
        <h2>${measuring.heading}</h2>
        ${measuring.text.map((text) => html`<p>${text}</p>`)}
      </section>`,
  });
};

const lead = (status: PublishedStatus, words: Words) => {
  const [headline, ...others] = sentences(status, words);
  return html`<h1>${shape(worstOf(status))} ${headline}</h1>
    ${others.length > 0 ? html`<p class="lede">${others.map((said) => html`<span>${said}</span> `)}</p>` : nothing} `;
};
