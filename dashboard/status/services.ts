// Every service, under its group: what it is, and in what state.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { PublishedService, PublishedStatus } from '../../server/app/publish.ts';
import { dayBars } from './days.ts';
import type { Words } from './headline.ts';
import { shape, shapes } from './shapes.ts';
import { explanationOf, troubleOf } from './trouble.ts';
import type { Trouble } from './trouble.ts';

export const serviceList = (status: PublishedStatus, words: Words) => {
  const { messages } = words;
  return html`${groupsOf(status, words).map(
      ([heading, services]) =>
        html`<section class="group">
          <div class="heading">
            <h2>${heading}</h2>
            <p>${messages.days.heading(services[0]?.days.upMs.length ?? 0)}</p>
          </div>
          <ul>
            ${services.map((service) => row(service, status, words))}
          </ul>
        </section>`,
    )}
    <ul class="legend" aria-label=${messages.legend}>
      ${shapes.map((name) => html`<li>${shape(name)} ${messages.state[name]}</li>`)}
    </ul>`;
};

/** In the order of the configuration; those without a group come last, under a heading of their own. */
const groupsOf = ({ services }: PublishedStatus, { language, messages }: Words) => {
  const grouped = Map.groupBy(services, ({ group }) => group?.[language]);
  const ungrouped = grouped.get(undefined);
  grouped.delete(undefined);
  const heading = grouped.size === 0 ? messages.services : messages.otherServices;
  return [
    ...[...grouped].map(([name, members]) => [name ?? heading, members] as const),
    ...(ungrouped === undefined ? [] : [[heading, ungrouped] as const]),
  ];
};

const row = (service: PublishedService, status: PublishedStatus, words: Words) => {
  const { language, messages } = words;
  const trouble = troubleOf(service);
  const { cause, description, places, flapping, overLoss } = service;
  const since = messages.time.since(service.since, status.generatedAt, status.organisation.timezone);
  return html`<li class="service ${trouble ?? 'up'}" id=${service.id}>
    ${shape(trouble ?? 'up')}
    <div class="what">
      <h3>${service.name[language]}</h3>
      ${description ? html`<p>${description[language]}</p>` : nothing}
    </div>
    <div class="state">
      <p class=${trouble ?? 'up'}>
        ${trouble ? stateOf(service, trouble, status, messages) : messages.state.up}
      </p>
      ${cause ? html`<p>${explanationOf({ ...service, cause }, status, words, since)}</p>` : nothing}
      ${flapping ? html`<p>${messages.flapping}</p>` : nothing}
      ${overLoss ? html`<p>${messages.overLoss}</p>` : nothing}
      ${
        places
          ? html`<p>
              ${messages.places(
                places.reachableFrom.map((name) => name[language]),
                places.unreachableFrom.map((name) => name[language]),
              )}
            </p>`
          : nothing
      }
    </div>
    ${dayBars(service.days, { language, messages })}
  </li>`;
};

const stateOf = (
  { since, until }: PublishedService,
  trouble: Trouble,
  { generatedAt, organisation: { timezone } }: PublishedStatus,
  { time, state, maintenance, since: sinceWhen }: Words['messages'],
): string =>
  until === undefined
    ? sinceWhen(state[trouble], time.since(since, generatedAt, timezone))
    : maintenance.underWay(time.until(until, generatedAt, timezone));
