// The page of a month: what happened day by day, and what each service kept.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import { incidentWords } from '../../config/locales/incidents.ts';
import { storyWords } from '../../config/locales/stories.ts';
import { momentOf } from '../../config/locales/time.ts';
import type { MonthOfService, PublishedDay, PublishedMonth } from '../../server/app/published-month.ts';
import type { PublishedMaintenance } from '../../server/app/published-maintenance.ts';
import type { PublishedOutage, PublishedStatus } from '../../server/app/publish.ts';
import type { Words } from '../status/headline.ts';
import { namesOf, titleOf } from '../status/incidents.ts';
import { shape } from '../status/shapes.ts';
import { shell, wordsOf } from '../status/shell.ts';
import type { StatusPage } from '../status/shell.ts';
import { explanationOf, troubleOf } from '../status/trouble.ts';
import { incidentPath, monthPath } from './paths.ts';

export const monthPage = (asked: StatusPage, month: PublishedMonth) => {
  const { status, language } = asked;
  const words = wordsOf(language);
  const { name, lead, soFar, madeAt, shortened } = storyWords[language].month;
  const { timezone } = status.organisation;
  const title = capital(name(month.from, timezone));
  const said = [
    lead(month.outages.length, month.hasMoreOutages, month.incidents.length),
    ...(month.isOver ? [] : [soFar]),
  ];
  return shell(asked, {
    sentences: [title, ...said],
    path: monthPath(month.month),
    content: html`<h1>${title}</h1>
      <p class="lede">${said.join(' ')}</p>
      ${otherMonths(month, status, words)}
      <section class="story">
        <h2>${storyWords[language].month.dayByDay}</h2>
        ${month.hasMoreOutages ? html`<p>${shortened(month.outages.length)}</p>` : nothing}
        <ol class="chronicle" reversed>
          ${daysOf(month).map((days) => dayRow(days, month, status, words))}
        </ol>
      </section>
      ${kept(month, status, words)} ${otherMonths(month, status, words)}
      ${
        month.isOver
          ? nothing
          : html`<p class="aside">${madeAt(words.messages.time.lasting(month.until, timezone))}</p>`
      }`,
  });
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const otherMonths = (
  { from, until, before, after }: PublishedMonth,
  { organisation: { timezone } }: PublishedStatus,
  { language }: Words,
) => {
  const { months, name } = storyWords[language].month;
  if (before === undefined && after === undefined) return nothing;
  const link = (month: string, at: number, rel: 'prev' | 'next') =>
    html`<a href="/${language}${monthPath(month)}" rel=${rel}
      >${rel === 'prev' ? '← ' : nothing}${name(at, timezone)}${rel === 'next' ? ' →' : nothing}</a
    >`;
  return html`<nav class="months" aria-label=${months}>
    ${before === undefined ? nothing : link(before, from - 1, 'prev')}
    ${after === undefined ? nothing : link(after, until, 'next')}
  </nav>`;
};

interface Told {
  readonly at: number;
  /** Absent: it is told on the day of its beginning alone. */
  readonly until?: number;
  readonly kind: 'incident' | 'outage' | 'maintenance';
  readonly index: number;
}

/** A day on which something happened, or several without that, newest first. */
interface Days {
  readonly from: number;
  readonly until: number;
  readonly unseenMs: number;
  readonly told: readonly Told[];
}

/** Less is no news: a restart takes as long. */
const unseenMsMin = 60_000;

const daysOf = (month: PublishedMonth): readonly Days[] => {
  const told: readonly Told[] = [
    ...month.incidents.map(({ startedAt }, index) => ({ kind: 'incident' as const, at: startedAt, index })),
    ...month.outages.map(({ startedAt, endedAt = month.until }, index) => ({
      kind: 'outage' as const,
      at: startedAt,
      until: endedAt,
      index,
    })),
    ...month.maintenance.map(({ from, until }, index) => ({
      kind: 'maintenance' as const,
      at: from,
      until,
      index,
    })),
  ].toSorted((a, b) => Number(a.kind !== 'incident') - Number(b.kind !== 'incident') || b.at - a.at);
  const first = month.days.at(-1);
  const days: Days[] = [];
  for (const day of month.days) {
    const mine = told.filter(
      ({ at, until = at }) => at < day.until && (at >= day.from || until > day.from || day === first),
    );
    const last = days.at(-1);
    if (last !== undefined && isQuiet(day, mine) && isQuiet(last, last.told))
      days.splice(-1, 1, { ...last, from: day.from });
    else days.push({ ...day, told: mine });
  }
  return days;
};

const isQuiet = ({ unseenMs }: PublishedDay, told: readonly Told[]): boolean =>
  told.length === 0 && unseenMs < unseenMsMin;

const dayRow = (
  { from, until, unseenMs, told }: Days,
  month: PublishedMonth,
  status: PublishedStatus,
  words: Words,
) => {
  const { days, quiet, unseen } = storyWords[words.language].month;
  const { timezone } = status.organisation;
  const label = days(from, until - 1, timezone);
  const isSeen = unseenMs < unseenMsMin;
  return html`<li class=${told.length > 0 ? 'eventful' : 'quiet'} id=${momentOf(from, from, timezone).date}>
    <h3>${label}</h3>
    <div>
      ${told.map((one) => item(one, from, month, status, words))}
      ${isSeen ? nothing : html`<p>${shape('unknown')} ${unseen(words.messages.time.duration(unseenMs))}</p>`}
      ${isSeen && told.length === 0 ? html`<p>${quiet}</p>` : nothing}
    </div>
  </li>`;
};

/** `from`: the beginning of the day on which it is told. */
const item = (
  { kind, index }: Told,
  from: number,
  month: PublishedMonth,
  status: PublishedStatus,
  words: Words,
) => {
  switch (kind) {
    case 'incident':
      return incidentItem(month, index, status, words);
    case 'outage':
      return outageItem(month.outages[index], from, status, words);
    case 'maintenance':
      return maintenanceItem(month.maintenance[index], from, status, words);
  }
};

const incidentItem = (
  { incidents }: PublishedMonth,
  index: number,
  status: PublishedStatus,
  words: Words,
) => {
  const incident = incidents[index];
  if (incident === undefined) return nothing;
  const { language } = words;
  const names = namesOf(incident, status, words);
  return html`<p class="told-of">
    <a href="/${language}${incidentPath(incident.id)}">${titleOf(incident, names, language)}</a>
    <span>${incidentWords[language].phase[incident.phase]}</span>
  </p>`;
};

const outageItem = (
  outage: PublishedOutage | undefined,
  day: number,
  status: PublishedStatus,
  words: Words,
) => {
  if (outage === undefined) return nothing;
  const { language, messages } = words;
  const name = status.services.find(({ id }) => id === outage.service)?.name[language] ?? outage.service;
  const trouble = troubleOf(outage) ?? 'unknown';
  return html`<div class="happened" data-of=${outage.service}>
    ${shape(trouble)}
    <p>${messages.outages.title(name, messages.state[trouble])}</p>
    <p class="aside">
      ${capital(lasted(outage.startedAt, outage.endedAt, outage.seenMs, { ...words, day, status }))}.
      ${explanationOf(outage, status, words)}
    </p>
  </div>`;
};

const maintenanceItem = (
  window: PublishedMaintenance | undefined,
  day: number,
  status: PublishedStatus,
  words: Words,
) => {
  if (window === undefined) return nothing;
  const { title, services, from, until } = window;
  const { language, messages } = words;
  const names = status.services.filter(({ id }) => services.includes(id)).map(({ name }) => name[language]);
  return html`<div class="happened">
    ${shape('maintenance')}
    <p>${title[language]}</p>
    <p class="aside">
      ${capital(lasted(from, until, until - from, { ...words, day, status }))}.
      ${messages.maintenance.touched(names)}
    </p>
  </div>`;
};

const lasted = (
  from: number,
  until: number | undefined,
  lengthMs: number,
  {
    language,
    messages: { time },
    day,
    status,
  }: Words & { readonly day: number; readonly status: PublishedStatus },
): string => {
  const { timezone } = status.organisation;
  // On a day that it did not begin on, its date is said too.
  const began = from < day ? time.full(from, timezone) : time.since(from, from, timezone);
  const ended = until === undefined ? undefined : time.since(until, from, timezone);
  return storyWords[language].month.lasted(began, ended, time.duration(lengthMs));
};

const kept = (month: PublishedMonth, status: PublishedStatus, words: Words) => {
  const { kept: heading, service, missed, share, note } = storyWords[words.language].month;
  return html`<section class="story">
    <h2>${heading}</h2>
    <table class="kept">
      <thead>
        <tr>
          ${[service, missed, share].map((text) => html`<th scope="col">${text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${month.services.map((one) => serviceRow(one, status, words))}
      </tbody>
    </table>
    <p class="aside">${note}</p>
  </section>`;
};

const serviceRow = (one: MonthOfService, { services }: PublishedStatus, { language, messages }: Words) => {
  const { was, percent, nothingMissed } = storyWords[language].month;
  const service = services.find(({ id }) => id === one.service);
  if (service === undefined) return nothing;
  const missed = (['down', 'degraded', 'maintenance', 'unknown'] as const)
    .filter((kind) => one[`${kind}Ms`] >= (kind === 'unknown' ? unseenMsMin : 1_000))
    .map((kind) => was[kind](messages.time.duration(one[`${kind}Ms`])));
  return html`<tr>
    <th scope="row">${service.name[language]}</th>
    <td>${missed.length === 0 ? nothingMissed : missed.join(', ')}</td>
    <td>${one.availability === undefined ? messages.days.notSeen : percent(one.availability)}</td>
  </tr>`;
};
