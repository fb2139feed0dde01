// To say that something is wrong: a message that is begun, for the mail program of whoever wants to send it. It goes from there,
// and nothing of it comes here.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import { storyWords } from '../../config/locales/stories.ts';
import type { PublishedService, PublishedStatus } from '../../server/app/publish.ts';
import { sentences } from '../status/headline.ts';
import type { Words } from '../status/headline.ts';
import { titleOf } from '../status/incidents.ts';
import { shape } from '../status/shapes.ts';
import { age, shell, wordsOf } from '../status/shell.ts';
import type { StatusPage } from '../status/shell.ts';
import { explanationOf, troubleOf } from '../status/trouble.ts';
import { incidentPath, reportPath } from './paths.ts';

/** Nothing, where nobody has said to whom. */
export const reportAFaultPage = (asked: StatusPage) => {
  const { status, language } = asked;
  const { contact } = status.organisation;
  if (contact === undefined) return undefined;
  const words = wordsOf(language);
  const { pages, report } = storyWords[language];
  return shell(asked, {
    sentences: [`${pages.report}.`, report.lead],
    path: reportPath,
    content: html`<h1>${pages.report}</h1>
      <p class="lede">${report.lead}</p>
      ${age(status, words)}
      <div data-part="known">${known(status, words)}</div>
      <section class="story">
        <h2>${report.choose}</h2>
        <ul class="faults" data-part="faults">
          ${status.services.map(
            (service) =>
              html`<li>
                <a href=${letterAbout(status, words, service)}>${service.name[language]}</a>
                ${service.description ? html`<span>${service.description[language]}</span>` : nothing}
              </li>`,
          )}
          <li><a href=${letterAbout(status, words)}>${report.other}</a></li>
        </ul>
      </section>
      <section class="onward">
        <p>${report.address(contact)}</p>
        <p>${report.noTrace}</p>
      </section>`,
  });
};

/** Whoever finds it here need not write, and may. */
const known = (status: PublishedStatus, words: Words) => {
  const { language, messages } = words;
  const troubled = status.services.filter((service) => !['expiring', undefined].includes(troubleOf(service)));
  if (troubled.length === 0) return nothing;
  return html`<section class="story">
    <h2>${storyWords[language].report.known}</h2>
    <ul>
      ${troubled.map((service) => {
        const trouble = troubleOf(service) ?? 'unknown';
        const what = messages.outages.title(service.name[language], messages.state[trouble]);
        return html`<li>${shape(trouble)} ${what}</li>`;
      })}
    </ul>
  </section>`;
};

/** A link that opens the message (RFC 6068); nowhere, where nobody has said to whom. */
export const letterAbout = (status: PublishedStatus, words: Words, service?: PublishedService): string => {
  const { organisation, generatedAt } = status;
  const { language, messages } = words;
  const { subject, body, other } = storyWords[language].report;
  const what = service?.name[language];
  const when = messages.time.lasting(generatedAt, organisation.timezone);
  const lines = body(what, when, saidOf(status, words, service));
  const fields = { subject: subject(what ?? other), body: lines.join('\r\n') };
  const query = Object.entries(fields).map(([name, text]) => `${name}=${encoded(plain(text))}`);
  return `mailto:${organisation.contact ?? ''}?${query.join('&')}`;
};

/** What that leaves alone may mean something where the address is written. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Letters that turn the direction of a line, or are none, are for nobody's good. */
const plain = (text: string): string =>
  text.toWellFormed().replaceAll(/(?![\r\n])[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu, '');

/** More makes the address too long for some mail programs. */
const titleLettersMax = 200;

const saidOf = (status: PublishedStatus, words: Words, service?: PublishedService): readonly string[] => {
  const { language, messages } = words;
  const { organisation, generatedAt, incidents } = status;
  const address = (path: string) =>
    organisation.page === undefined ? '' : new URL(`/${language}${path}`, organisation.page).href;
  if (service === undefined) return [...sentences(status, words), address('')];
  const trouble = troubleOf(service) ?? 'up';
  const { cause } = service;
  const since = messages.time.since(service.since, generatedAt, organisation.timezone);
  const state = messages.state[trouble];
  const open = incidents.filter(
    ({ phase, services }) => phase !== 'resolved' && services.includes(service.id),
  );
  return [
    `${messages.outages.title(service.name[language], trouble === 'up' ? state : messages.since(state, since))}.`,
    ...(cause === undefined ? [] : [explanationOf({ ...service, cause }, status, words)]),
    ...open
      .slice(0, 1)
      .map((one) =>
        storyWords[language].report.incident(
          titleOf(one, service.name[language], language).slice(0, titleLettersMax),
          address(incidentPath(one.id)),
        ),
      ),
    ...(open.length === 0 ? [address('')] : []),
  ];
};
