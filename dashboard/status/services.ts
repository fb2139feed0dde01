// Every service, under its group: what it is, and in what state.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { PublishedService, PublishedStatus } from '../../server/app/publish.ts';
import { dayBars } from './days.ts';
import type { Words } from './headline.ts';
import { toldByNobody } from './outages.ts';
import { shape, shapes } from './shapes.ts';
import { explanationOf, troubleOf } from './trouble.ts';
import type { Trouble } from './trouble.ts';

/** More than these are shown with a line each. */
const roomyMax = 12;

export const serviceList = (status: PublishedStatus, words: Words) => {
  const { messages } = words;
  return html`<div class=${isMany(status) ? 'many' : nothing}>
    ${groupsOf(status, words).map(
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
    </ul>
  </div>`;
};

const isMany = ({ services }: PublishedStatus): boolean => services.length > roomyMax;

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
  const { description } = service;
  return html`<li class="service ${trouble ?? 'up'}" id=${service.id}>
    ${shape(trouble ?? 'up')}
    <div class="what">
      <h3><a href="/${language}/services/${service.id}">${service.name[language]}</a></h3>
      ${description && !isMany(status) ? html`<p>${description[language]}</p>` : nothing}
    </div>
    <div class="state">
      <p class=${trouble ?? 'up'}>
        ${trouble ? stateOf(service, trouble, status, messages) : messages.state.up}
      </p>
      ${briefly(service, status, words).map((said) => html`<p>${said}</p>`)}
    </div>
    ${dayBars(service, words)}
  </li>`;
};

/** How fast it answers; else what is not said of it above, where what goes on is told. */
const briefly = (
  service: PublishedService,
  status: PublishedStatus,
  words: Words,
): readonly (string | ReturnType<typeof html>)[] => {
  const { pace, slowness, ...rest } = service;
  const { speed } = words.messages;
  const isTold =
    service.consequenceOf === undefined && toldByNobody(status).some((one) => one.service === service.id);
  const { cause: _told, ...untold } = rest;
  const took = slowness ?? (service.state === 'up' || service.state === 'degraded' ? pace : undefined);
  return [
    ...(took === undefined || (slowness && !isTold) ? [] : [speed(took.tookMs, took.usualMs)]),
    ...detailsOf(isTold ? untold : service, status, words),
  ];
};

/** Why it is so, in whole sentences. */
export const detailsOf = (
  service: PublishedService,
  status: PublishedStatus,
  words: Words,
): readonly string[] => {
  const { cause, places, flapping, overLoss } = service;
  const { language, messages } = words;
  const names = (all: readonly { readonly [key in Words['language']]: string }[]) =>
    all.map((name) => name[language]);
  return [
    ...(cause ? [explanationOf({ ...service, cause }, status, words)] : []),
    ...(flapping ? [messages.flapping] : []),
    ...(overLoss ? [messages.overLoss] : []),
    ...(places ? [messages.places(names(places.reachableFrom), names(places.unreachableFrom))] : []),
  ];
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
