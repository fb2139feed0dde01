// The outages of a service, with their causes in the words of members.
import { html } from '@lit-labs/ssr';
import type { PublishedOutage } from '../../server/app/publish.ts';
import { serviceWords } from '../../config/locales/service.ts';
import type { Words } from '../status/headline.ts';
import { unseenOf } from '../status/outages.ts';
import { shape } from '../status/shapes.ts';
import { explanationOf, troubleOf } from '../status/trouble.ts';
import type { ServicePage } from './page.ts';

/** Older ones are in the history. */
const shownMax = 30;

/** From here on a date needs its year. */
const longAgoMs = 300 * 86_400_000;

export const happened = (page: ServicePage, words: Words) => {
  const { happened, nothing: none } = serviceWords[words.language];
  const { when, what, length } = words.messages.outages;
  const outages = outagesOf(page).slice(0, shownMax);
  return html`<section class="recent">
    <h2>${happened}</h2>
    ${
      outages.length === 0
        ? html`<p>${none}</p>`
        : html`<table>
            <thead>
              <tr>
                ${[when, what, length].map((text) => html`<th scope="col">${text}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${outages.map((outage) => row(outage, page, words))}
            </tbody>
          </table>`
    }
  </section>`;
};

/** Newest first: those of the last days as they are known now, before them those that were known an hour ago. */
const outagesOf = ({ status, service, history }: ServicePage): readonly PublishedOutage[] => {
  const recent = status.outages.filter((outage) => outage.service === service.id);
  const known = new Set(recent.map(({ startedAt }) => startedAt));
  const older = (history?.outages ?? []).filter(
    ({ startedAt, endedAt }) => endedAt !== undefined && !known.has(startedAt),
  );
  return [...recent, ...older].toSorted((a, b) => b.startedAt - a.startedAt);
};

const row = (outage: PublishedOutage, { status }: ServicePage, words: Words) => {
  const { time, state } = words.messages;
  const { generatedAt, organisation } = status;
  const trouble = troubleOf(outage) ?? 'unknown';
  const isLongAgo = generatedAt - outage.startedAt > longAgoMs;
  const began = isLongAgo
    ? time.lasting(outage.startedAt, organisation.timezone)
    : time.short(outage.startedAt, generatedAt, organisation.timezone);
  const { going } = serviceWords[words.language];
  return html`<tr>
    <td>${began}</td>
    <td>
      <strong>${shape(trouble)} ${state[trouble]}</strong>
      <span>${explanationOf(outage, status, words)} ${unseenOf(outage, status, words)}</span>
    </td>
    <td>${outage.endedAt === undefined ? going : time.duration(outage.seenMs)}</td>
  </tr>`;
};
