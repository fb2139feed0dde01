// The page of work: what goes on, what is announced, what comes again and again, and what is over.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import { tellRecurrence } from '../../config/locales/recurrence.ts';
import { storyWords } from '../../config/locales/stories.ts';
import type {
  PublishedMaintenance,
  PublishedRecurrence,
  PublishedWindow,
} from '../../server/app/published-maintenance.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';
import type { Words } from '../status/headline.ts';
import { shape } from '../status/shapes.ts';
import { age, shell, wordsOf } from '../status/shell.ts';
import type { StatusPage } from '../status/shell.ts';
import { historyPath, maintenancePath } from './paths.ts';

export const maintenancePage = (asked: StatusPage) => {
  const { status, language } = asked;
  const words = wordsOf(language);
  const { pages, maintenance: told } = storyWords[language];
  const { headings } = told;
  const [running, coming, over] = [runningOf(status), comingOf(status), overOf(status)];
  const lead = leadOf(running[0], comingFirst(status), status, words);
  const window = (one: Work) => work(one, status, words);
  const section = (heading: string, items: readonly ReturnType<typeof html>[]) =>
    items.length === 0
      ? nothing
      : html`<section class="announced">
          <h2>${heading}</h2>
          ${items}
        </section>`;
  return shell(asked, {
    sentences: [pages.maintenance, lead],
    path: maintenancePath,
    content: html`<div data-part="lead" aria-live="polite">
        <h1>${shape('maintenance')} ${pages.maintenance}</h1>
        <p class="lede">${lead}</p>
      </div>
      ${age(status, words)}
      <div data-part="works" class="works">
        ${section(headings.running, running.map(window))} ${section(headings.coming, coming.map(window))}
        ${section(
          headings.recurring,
          status.recurring.map((one) => recurrence(one, status, words)),
        )}
        ${section(headings.over, over.map(window))}
      </div>
      <section class="onward">
        <p><a href="/${language}/maintenance.ics" type="text/calendar">${told.calendar}</a></p>
        <p class="aside">${told.calendarText}</p>
        <p><a href="/${language}${historyPath}">${told.older}</a></p>
      </section>`,
  });
};

type Work = PublishedMaintenance & Pick<PublishedWindow, 'cancelled'>;

const runningOf = ({ maintenance, generatedAt }: PublishedStatus): readonly Work[] =>
  maintenance.filter(({ from }) => from <= generatedAt);

/** Told as what recurs. */
const isRegular = ({ title }: Work, { recurring }: PublishedStatus): boolean =>
  recurring.some((one) => one.title.fr === title.fr && one.title.en === title.en);

/** What was taken back is told for as long as somebody may count on it. */
const comingOf = (status: PublishedStatus): readonly Work[] => {
  const { maintenance, calendar, generatedAt } = status;
  return [
    ...maintenance.filter((one) => one.from > generatedAt && !isRegular(one, status)),
    ...calendar.filter(({ cancelled, until }) => cancelled === true && until > generatedAt),
  ].toSorted((a, b) => a.from - b.from);
};

const comingFirst = ({ maintenance, generatedAt }: PublishedStatus): Work | undefined =>
  maintenance.find(({ from }) => from > generatedAt);

const overOf = (status: PublishedStatus): readonly Work[] =>
  status.calendar
    .filter(
      (one) => one.cancelled === undefined && one.until <= status.generatedAt && !isRegular(one, status),
    )
    .toReversed();

const leadOf = (
  running: Work | undefined,
  coming: Work | undefined,
  { generatedAt, organisation: { timezone } }: PublishedStatus,
  { language, messages: { time } }: Words,
): string => {
  const told = storyWords[language].maintenance;
  if (running !== undefined)
    return told.running(running.title[language], time.until(running.until, generatedAt, timezone));
  return coming === undefined
    ? told.none
    : told.next(coming.title[language], time.between(coming.from, coming.until, timezone));
};

const work = (one: Work, status: PublishedStatus, words: Words) => {
  const { language, messages } = words;
  const { title, text, from, until, cancelled } = one;
  const { cancelled: takenBack } = storyWords[language].maintenance;
  return html`<article class=${cancelled === true ? 'cancelled' : 'planned'}>
    <h3>${cancelled === true ? takenBack(title[language]) : title[language]}</h3>
    <p>${messages.time.between(from, until, status.organisation.timezone)}</p>
    ${text ? html`<p>${text[language]}</p>` : nothing}
    <p class="aside">${touched(one, status, words)}</p>
  </article>`;
};

const recurrence = (one: PublishedRecurrence, status: PublishedStatus, words: Words) => {
  const { language, messages } = words;
  const { title, text, next } = one;
  const rhythm = tellRecurrence[language](one, messages.time);
  return html`<article>
    <h3>${title[language]}</h3>
    <p>
      ${rhythm}.
      ${storyWords[language].maintenance.nextTime(messages.time.full(next, status.organisation.timezone))}
    </p>
    ${text ? html`<p>${text[language]}</p>` : nothing}
    <p class="aside">${touched(one, status, words)}</p>
  </article>`;
};

const touched = (
  { services: ids }: Pick<PublishedMaintenance, 'services'>,
  { services }: PublishedStatus,
  { language, messages }: Words,
): string =>
  messages.maintenance.touched(
    services.filter(({ id }) => ids.includes(id)).map(({ name }) => name[language]),
  );
