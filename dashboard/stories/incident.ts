// The page of an incident: what is so, what is promised, and what people said of it. Newest first, for whoever comes on a
// phone wants to know what is new, and has read the rest already.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import { incidentWords } from '../../config/locales/incidents.ts';
import { storyWords } from '../../config/locales/stories.ts';
import type { PublishedIncident, PublishedUpdate } from '../../server/app/published-incidents.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';
import type { Words } from '../status/headline.ts';
import { namesOf, promise, said, titleOf } from '../status/incidents.ts';
import { shape } from '../status/shapes.ts';
import { age, shell, wordsOf } from '../status/shell.ts';
import type { StatusPage } from '../status/shell.ts';
import { troubleOf } from '../status/trouble.ts';
import { monthOfPath } from './paths.ts';

export const incidentPage = (asked: StatusPage, incident: PublishedIncident) => {
  const { status, language } = asked;
  const words = wordsOf(language);
  const title = titleOf(incident, namesOf(incident, status, words), language);
  const lead = leadOf(incident, status, words);
  const isOpen = incident.phase !== 'resolved';
  const { postMortem } = incident;
  return shell(asked, {
    sentences: [title, lead],
    path: `/incidents/${incident.id}`,
    content: html`<div data-part="lead" aria-live="polite">
        <h1>${shape(isOpen ? 'slow' : 'up')} ${title}</h1>
        <p class="lede">${lead}</p>
        ${promise(incident, status, words)}
      </div>
      ${isOpen ? age(status, words) : nothing}
      <div data-part="story" class="story">
        ${
          postMortem === undefined
            ? nothing
            : html`<section class="post-mortem">
                <h2>${incidentWords[language].postMortem}</h2>
                ${said(postMortem, language)}
              </section>`
        }
        <section>
          <h2>${storyWords[language].incident.updates}</h2>
          <ol class=${isOpen ? 'timeline going' : 'timeline'} reversed>
            ${incident.updates.map((update) => updateItem(update, status, words))}
          </ol>
        </section>
        ${affected(incident, status, words)} ${onward(incident, status, words)}
      </div>`,
  });
};

const leadOf = (
  { phase, startedAt, resolvedAt }: PublishedIncident,
  { organisation: { timezone } }: PublishedStatus,
  { language, messages: { time } }: Words,
): string => {
  const { now, resolved } = storyWords[language].incident;
  return phase === 'resolved'
    ? resolved(
        time.lasting(resolvedAt ?? startedAt, timezone),
        time.duration((resolvedAt ?? startedAt) - startedAt),
      )
    : now[phase](time.lasting(startedAt, timezone));
};

const updateItem = (
  { at, phase, text, neutral, editedAt }: PublishedUpdate,
  { organisation: { timezone } }: PublishedStatus,
  { language, messages: { time } }: Words,
) => {
  const words = incidentWords[language];
  return html`<li>
    <p>
      <strong>${words.phase[phase]}</strong>
      <time datetime=${new Date(at).toISOString()}>${time.full(at, timezone)}</time>
    </p>
    ${neutral === undefined ? said(text ?? {}, language) : html`<p>${words.neutral[neutral]}</p>`}
    ${
      editedAt === undefined
        ? nothing
        : html`<p class="aside">${storyWords[language].incident.editedAt(time.full(editedAt, timezone))}</p>`
    }
  </li>`;
};

const affected = (
  { services, phase }: PublishedIncident,
  status: PublishedStatus,
  { language, messages }: Words,
) => {
  const { affected: heading, whole } = storyWords[language].incident;
  const touched = status.services.filter(({ id }) => services.includes(id));
  return html`<section>
    <h2>${heading}</h2>
    ${
      touched.length === 0
        ? html`<p>${whole}</p>`
        : html`<ul>
            ${touched.map((service) => {
              const state = troubleOf(service) ?? 'up';
              const link = html`<a href="/${language}/services/${service.id}">${service.name[language]}</a>`;
              return phase === 'resolved'
                ? html`<li>${link}</li>`
                : html`<li>${shape(state)} ${link}, ${messages.state[state]}</li>`;
            })}
          </ul>`
    }
  </section>`;
};

const onward = (
  { startedAt }: PublishedIncident,
  { organisation: { timezone } }: PublishedStatus,
  { language }: Words,
) => {
  const { incident, month } = storyWords[language];
  return html`<ul class="onward">
    <li>
      <a href="/${language}${monthOfPath(startedAt, timezone)}"
        >${incident.inMonth(month.name(startedAt, timezone))}</a
      >
    </li>
    <li><a href="/${language}/feed.atom" type="application/atom+xml">${incident.feed}</a></li>
  </ul>`;
};
