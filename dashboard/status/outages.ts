// Interruptions: those that go on, and those of the last days.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { PublishedOutage, PublishedStatus } from '../../server/app/publish.ts';
import type { Words } from './headline.ts';

export const openOutages = (status: PublishedStatus, words: Words) => {
  const { messages } = words;
  const open = status.outages.filter(({ endedAt }) => endedAt === undefined);
  const { timezone } = status.organisation;
  if (open.length === 0) return nothing;
  return html`<section class="open">
    <h2>${messages.outages.open}</h2>
    ${open.map(
      (outage) =>
        html`<article class=${outage.state}>
          <h3>${titleOf(outage, status, words)}</h3>
          <p>${messages.cause[outage.cause]}</p>
          <p class="began">${messages.outages.began(messages.time.full(outage.startedAt, timezone))}</p>
        </article>`,
    )}
  </section>`;
};

export const recentOutages = (status: PublishedStatus, words: Words) => {
  const { outages } = words.messages;
  return html`<section class="recent">
    <h2>${outages.recent}</h2>
    ${
      status.outages.length === 0
        ? html`<p>${outages.none}</p>`
        : html`<table>
            <thead>
              <tr>
                <th scope="col">${outages.when}</th>
                <th scope="col">${outages.what}</th>
                <th scope="col">${outages.length}</th>
              </tr>
            </thead>
            <tbody>
              ${status.outages.map((outage) => outageRow(outage, status, words))}
            </tbody>
          </table>`
    }
  </section>`;
};

const outageRow = (outage: PublishedOutage, status: PublishedStatus, words: Words) => {
  const { time, cause, outages } = words.messages;
  const { startedAt, endedAt } = outage;
  return html`<tr>
    <td>${time.short(startedAt, status.generatedAt, status.organisation.timezone)}</td>
    <td>
      <strong>${titleOf(outage, status, words)}</strong>
      <span>${cause[outage.cause]}</span>
    </td>
    <td>${endedAt === undefined ? outages.goesOn : time.duration(endedAt - startedAt)}</td>
  </tr>`;
};

const titleOf = (
  { service, state, cause }: PublishedOutage,
  { services }: PublishedStatus,
  { language, messages }: Words,
): string => {
  const name = services.find(({ id }) => id === service)?.name[language] ?? service;
  const kind = state === 'degraded' && cause === 'slow' ? 'slow' : state;
  return messages.outages[kind](name);
};
