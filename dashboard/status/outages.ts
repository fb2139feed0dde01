// Interruptions: those that go on, and those of the last days.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { PublishedOutage, PublishedStatus } from '../../server/app/publish.ts';
import { storyWords } from '../../config/locales/stories.ts';
import { historyPath } from '../stories/paths.ts';
import type { Words } from './headline.ts';
import { explanationOf, troubleOf, troubles } from './trouble.ts';

export const openOutages = (status: PublishedStatus, words: Words) => {
  const open = toldByNobody(status);
  if (open.length === 0) return nothing;
  return html`<section class="open">
    <h2>${words.messages.outages.open}</h2>
    ${worstFirst(open).map((outage) => openOutage(outage, status, words))}
  </section>`;
};

/** Outages that go on, but for those of which people tell. */
export const toldByNobody = ({ outages, incidents }: PublishedStatus): readonly PublishedOutage[] => {
  const told = new Set(incidents.flatMap(({ phase, services }) => (phase === 'resolved' ? [] : services)));
  return outages.filter(({ endedAt, service }) => endedAt === undefined && !told.has(service));
};

const worstFirst = (outages: readonly PublishedOutage[]): readonly PublishedOutage[] =>
  troubles.flatMap((trouble) => outages.filter((outage) => troubleOf(outage) === trouble));

const openOutage = (outage: PublishedOutage, status: PublishedStatus, words: Words) => {
  const { outages, consequence, time } = words.messages;
  const { organisation, services } = status;
  const isSeen = services.some(({ id, state }) => id === outage.service && state !== 'unknown');
  const began = time.full(outage.startedAt, organisation.timezone);
  return html`<article class=${isSeen ? outage.state : 'unknown'}>
    <h3>${titleOf(outage, status, words)}</h3>
    <p>
      ${isSeen ? explanationOf(outage, status, words) : outages.unseen}
      ${isSeen && outage.slowPart ? consequence[outage.slowPart] : nothing}
    </p>
    <p class="began">
      ${outages.began(began, time.duration(outage.seenMs))} ${unseenOf(outage, status, words)}
    </p>
  </article>`;
};

export const endedOutages = (status: PublishedStatus, words: Words) => {
  const { outages } = words.messages;
  const ended = status.outages.filter(({ endedAt }) => endedAt !== undefined);
  const none = ended.length === status.outages.length ? outages.none : outages.noOther;
  return html`<section class="recent">
    <h2>${outages.recent}</h2>
    ${
      ended.length === 0
        ? html`<p>${none}</p>`
        : html`<table>
            <thead>
              <tr>
                <th scope="col">${outages.when}</th>
                <th scope="col">${outages.what}</th>
                <th scope="col">${outages.length}</th>
              </tr>
            </thead>
            <tbody>
              ${ended.map((outage) => endedOutage(outage, status, words))}
            </tbody>
          </table>`
    }
    <p class="more">
      <a href="/${words.language}${historyPath}">${storyWords[words.language].pages.allHistory}</a>
    </p>
  </section>`;
};

const endedOutage = (outage: PublishedOutage, status: PublishedStatus, words: Words) => {
  const { time } = words.messages;
  return html`<tr>
    <td>${time.short(outage.startedAt, status.generatedAt, status.organisation.timezone)}</td>
    <td>
      <strong>${titleOf(outage, status, words)}</strong>
      <span>${explanationOf(outage, status, words)} ${unseenOf(outage, status, words)}</span>
    </td>
    <td>${time.duration(outage.seenMs)}</td>
  </tr>`;
};

const titleOf = (
  outage: PublishedOutage,
  { services }: PublishedStatus,
  { language, messages }: Words,
): string => {
  const name = services.find(({ id }) => id === outage.service)?.name[language] ?? outage.service;
  return messages.outages.title(name, messages.state[troubleOf(outage) ?? 'unknown']);
};

/** The length that is told is of what we saw; there may be more. */
export const unseenOf = (
  { startedAt, endedAt, seenMs, maintenanceMs = 0 }: PublishedOutage,
  { generatedAt }: PublishedStatus,
  { messages }: Words,
) => {
  const unseenMs = (endedAt ?? generatedAt) - startedAt - seenMs - maintenanceMs;
  return unseenMs > 0 ? messages.outages.unseenFor(messages.time.duration(unseenMs)) : nothing;
};
