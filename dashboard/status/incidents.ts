// What people tell of what goes on, and of what was resolved.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { Language, Words as InBoth } from '../../config/config.ts';
import { incidentWords } from '../../config/locales/incidents.ts';
import type { PublishedIncident, PublishedUpdate } from '../../server/app/published-incidents.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';
import { prose } from '../prose.ts';
import { incidentPath } from '../stories/paths.ts';
import type { Words } from './headline.ts';

export const openIncidents = (status: PublishedStatus, words: Words) => {
  const open = status.incidents.filter(({ phase }) => phase !== 'resolved');
  return open.length === 0
    ? nothing
    : html`<section class="incidents">${open.map((incident) => article(incident, status, words))}</section>`;
};

export const resolvedIncidents = (status: PublishedStatus, words: Words) => {
  const resolved = status.incidents.filter(({ phase }) => phase === 'resolved');
  return resolved.length === 0
    ? nothing
    : html`<section class="incidents resolved">
        <h2>${incidentWords[words.language].resolved}</h2>
        ${resolved.map((incident) => article(incident, status, words))}
      </section>`;
};

/** What is newest of it; the rest has a page of its own. */
const article = (incident: PublishedIncident, status: PublishedStatus, words: Words) => {
  const { language } = words;
  const names = namesOf(incident, status, words);
  const [newest] = incident.updates;
  const heading = html`<a href="/${language}${incidentPath(incident.id)}"
    >${titleOf(incident, names, language)}</a
  >`;
  return html`<article class=${incident.phase}>
    ${incident.phase === 'resolved' ? html`<h3>${heading}</h3>` : html`<h2>${heading}</h2>`}
    ${newest ? update(newest, status, words) : nothing} ${promise(incident, status, words)}
    ${incident.title && names !== '' ? html`<p class="aside">${incidentWords[language].affects(names)}</p>` : nothing}
  </article>`;
};

const update = (one: PublishedUpdate, status: PublishedStatus, { language, messages }: Words) => {
  const { phase, neutral, edited } = incidentWords[language];
  const when = messages.time.short(one.at, status.generatedAt, status.organisation.timezone);
  return html`<div class="update">
    ${one.neutral === undefined ? said(one.text ?? {}, language) : html`<p>${neutral[one.neutral]}</p>`}
    <p class="aside">
      ${phase[one.phase]} · ${when} ${one.editedAt === undefined ? nothing : html`· ${edited}`}
    </p>
  </div>`;
};

/** A promise that was not kept is told as such: silence would be a second one. */
export const promise = (
  { nextUpdateBy }: PublishedIncident,
  { generatedAt, organisation }: PublishedStatus,
  { language, messages }: Words,
) => {
  if (nextUpdateBy === undefined) return nothing;
  const { next, overdue } = incidentWords[language];
  const when = messages.time.since(nextUpdateBy, generatedAt, organisation.timezone);
  return html`<p class="promise">${nextUpdateBy < generatedAt ? overdue(when) : next(when)}</p>`;
};

/** In the language of the page, or in the other one, which is then said to be so. */
export const said = (text: Partial<InBoth>, language: Language) => {
  const own = text[language];
  if (own !== undefined) return html`<div class="said">${prose(own)}</div>`;
  const other = language === 'fr' ? 'en' : 'fr';
  return html`<div class="said" lang=${other}>${prose(text[other] ?? '')}</div>`;
};

export const titleOf = ({ title }: PublishedIncident, names: string, language: Language): string =>
  title === undefined ? names : (title[language] ?? title.fr ?? title.en ?? names);

export const namesOf = (
  { services }: PublishedIncident,
  status: PublishedStatus,
  { language }: Words,
): string =>
  incidentWords[language].names(
    status.services.filter(({ id }) => services.includes(id)).map(({ name }) => name[language]),
  );
