// The page of one service: how it is, how fast it answers, what happened to it. It is complete without JavaScript; `main.ts`
// takes the chart over, so that one can look around in it.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import { serviceWords } from '../../config/locales/service.ts';
import { storyWords } from '../../config/locales/stories.ts';
import type { PublishedHistory } from '../../server/app/published-history.ts';
import type { PublishedTimes, TimesWindow } from '../../server/app/published-times.ts';
import type { PublishedService, PublishedStatus } from '../../server/app/publish.ts';
import { dayBars, percentage } from '../status/days.ts';
import { sentenceOf } from '../status/headline.ts';
import type { Words } from '../status/headline.ts';
import { openIncidents } from '../status/incidents.ts';
import { announcements } from '../status/maintenance.ts';
import { detailsOf } from '../status/services.ts';
import { shape } from '../status/shapes.ts';
import { age, shell, wordsOf } from '../status/shell.ts';
import type { StatusPage } from '../status/shell.ts';
import { troubleOf } from '../status/trouble.ts';
import { letterAbout } from '../stories/report.ts';
import { chart } from './chart.ts';
import { daysTable } from './days-table.ts';
import { happened } from './happened.ts';

export interface ServicePage extends StatusPage {
  readonly service: PublishedService;
  readonly window: TimesWindow;
  /** `untimed`: its checks take no time; `unavailable`: they cannot be read now. */
  readonly times: PublishedTimes | 'untimed' | 'unavailable';
  /** Of thirteen months; nothing, until it was made. */
  readonly history: PublishedHistory | undefined;
}

export const servicePage = (page: ServicePage) => {
  const { status, service, window, links } = page;
  const words = wordsOf(page.language);
  const said = sayingsOf(page, words);
  return shell(page, {
    sentences: [sentenceOf(service, status, words), ...said],
    path: `/services/${service.id}${window === '24h' ? '' : `/${window}`}`,
    head: html`<link rel="stylesheet" href=${links.chartStyle} />
      <script type="module" src=${links.chart}></script>`,
    content: html`${trail(service, words)}
      <div data-part="lead" aria-live="polite">
        <h1>${shape(troubleOf(service) ?? 'up')} ${sentenceOf(service, status, words)}</h1>
        ${said.length > 0 ? html`<p class="lede">${said.map((one) => html`<span>${one}</span> `)}</p>` : nothing}
      </div>
      ${age(status, words)}
      <div data-part="incidents">${openIncidents(mine(page), words)}</div>
      <div data-part="announced">${announcements(mine(page), words)}</div>
      ${chart(page, words)}
      <div data-part="figures">${figures(service, words)}</div>
      <div data-part="happened">${happened(page, words)}</div>
      <div data-part="beside">${beside(page, words)}</div>
      <section class="elsewhere">${elsewhere(page, words)}</section>`,
  });
};

/** Why it is so, what one feels of it, and what keeps us from knowing. */
const sayingsOf = ({ status, service }: ServicePage, words: Words): readonly string[] => {
  const { messages } = words;
  const { blindSince, unfitSince } = status;
  return [
    ...(unfitSince === undefined ? [] : [messages.unfit]),
    ...(blindSince === undefined ? [] : [messages.blind]),
    ...detailsOf(service, status, words),
    ...(service.slowPart && service.state === 'degraded' ? [messages.consequence[service.slowPart]] : []),
  ];
};

const trail = ({ group, description }: PublishedService, { language }: Words) => {
  const { trail, way } = serviceWords[language];
  const place = group?.[language] ?? description?.[language];
  return html`<nav class="trail" aria-label=${trail}>
    <a href="/${language}">${way}</a>${place === undefined ? nothing : html` <span>/ ${place}</span>`}
  </nav>`;
};

/** What is told of this service alone. */
const mine = ({ status, service: { id } }: ServicePage): PublishedStatus => {
  const touches = ({ services }: { readonly services: readonly string[] }) => services.includes(id);
  return {
    ...status,
    incidents: status.incidents.filter(touches),
    maintenance: status.maintenance.filter(touches),
  };
};

const figures = (service: PublishedService, words: Words) => {
  const { language, messages } = words;
  const { days } = service;
  const said = serviceWords[language].figures;
  const length = (all: readonly number[]): string => {
    const ms = all.reduce((sum, one) => sum + one, 0);
    return ms === 0 ? serviceWords[language].never : messages.time.duration(ms);
  };
  const told: readonly (readonly [what: string, value: string])[] = [
    [said.available, days.availability === undefined ? '–' : percentage(days.availability, language)],
    [said.down, length(days.downMs)],
    [said.degraded, length(days.degradedMs)],
    [said.unknown, length(days.unknownMs)],
  ];
  return html`<section class="figures">
    <h2>${said.heading}</h2>
    ${dayBars(service, words)}
    <dl>
      ${told.map(
        ([what, value]) =>
          html`<div>
            <dt>${what}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${daysTable(days, words)}
  </section>`;
};

/** Which services it needs, and which need it. */
const beside = ({ status: { services }, service }: ServicePage, words: Words) => {
  const { above, below } = serviceWords[words.language];
  const needs = services.filter(({ id }) => service.dependsOn?.includes(id));
  const needed = services.filter(({ dependsOn }) => dependsOn?.includes(service.id));
  return [neighbours(above, needs, words), neighbours(below, needed, words)];
};

const neighbours = (
  heading: string,
  services: readonly PublishedService[],
  { language, messages: { state } }: Words,
) =>
  services.length === 0
    ? nothing
    : html`<section class="beside">
        <h2>${heading}</h2>
        <ul>
          ${services.map((service) => {
            const trouble = troubleOf(service) ?? 'up';
            return html`<li>
              ${shape(trouble)}
              <a href="/${language}/services/${service.id}">${service.name[language]}</a>, ${state[trouble]}
            </li>`;
          })}
        </ul>
      </section>`;

const elsewhere = ({ status, service }: ServicePage, words: Words) => {
  const { language } = words;
  const { feed, older } = serviceWords[language];
  const { id } = service;
  return html`<ul>
    <li><a href="/${language}/services/${id}/feed.atom" type="application/atom+xml">${feed}</a></li>
    <li><a href="/api/v1/services/${id}/history" type="application/json">${older}</a></li>
    ${
      status.organisation.contact === undefined
        ? nothing
        : html`<li>
            <a href=${letterAbout(status, words, service)}>${storyWords[language].pages.report}</a>
          </li>`
    }
  </ul>`;
};
