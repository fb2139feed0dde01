// What went wrong and what people said of it, for feed readers (RFC 4287): of all services, or of one.
import { html, renderThunked } from '@lit-labs/ssr';
import { collectResultSync } from '@lit-labs/ssr/lib/render-result.js';
import type { Language } from '../../../config/config.ts';
import { feedWords } from '../../../config/locales/feeds.ts';
import { incidentWords } from '../../../config/locales/incidents.ts';
import { locales } from '../../../config/locales/index.ts';
import { said } from '../../../dashboard/status/incidents.ts';
import { incidentPath } from '../../../dashboard/stories/paths.ts';
import { explanationOf, troubleOf } from '../../../dashboard/status/trouble.ts';
import type { PublishedIncident } from '../../app/published-incidents.ts';
import type { PublishedOutage, PublishedService, PublishedStatus } from '../../app/publish.ts';
import type { Instant } from '../../core/time.ts';
import { xml } from './inert.ts';
import { addressOf, tagOf } from './place.ts';

interface Entry {
  /** Of a tag; the language is added. */
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly published: Instant;
  readonly updated: Instant;
  readonly content: ReturnType<typeof html>;
}

/** Names are told apart by language: a translation is another entry. */
export const atomOf = (status: PublishedStatus, language: Language, service?: PublishedService): string => {
  const entries = [
    ...status.incidents.filter(concerns(service)).map((one) => incidentEntry(one, status, language)),
    ...status.outages
      .filter((outage) => service === undefined || outage.service === service.id)
      .map((one) => outageEntry(one, status, language)),
  ].toSorted((a, b) => b.updated - a.updated);
  const { organisation } = status;
  const path = `/${language}${service === undefined ? '' : `/services/${service.id}`}/feed.atom`;
  const name = service?.name[language];
  const title = name === undefined ? [organisation.name] : [name, organisation.name];
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${language}">
<id>${xml(tagOf(status, `${language}/feed${service === undefined ? '' : `/${service.id}`}`))}</id>
<title>${xml(feedWords[language].title(title[0] ?? '', title[1]))}</title>
<updated>${iso(lastChangeOf(status, entries))}</updated>
<author><name>${xml(organisation.name)}</name></author>
<generator>Vigie</generator>
<link rel="self" type="application/atom+xml" href="${xml(addressOf(status, path))}"/>
<link rel="alternate" type="text/html" hreflang="${language}" href="${xml(addressOf(status, `/${language}`))}"/>
${entries.map((entry) => entryOf(entry, status, language)).join('')}</feed>
`;
};

const iso = (at: Instant): string => new Date(at).toISOString();

/** Without a word to tell, the last time that a state changed: a feed must have changed some time. */
const lastChangeOf = ({ services }: PublishedStatus, [newest]: readonly Entry[]): Instant =>
  newest?.updated ?? Math.max(0, ...services.map(({ since }) => since));

const entryOf = (
  { name, title, path, published, updated, content }: Entry,
  status: PublishedStatus,
  language: Language,
): string => `<entry>
<id>${xml(tagOf(status, `${language}/${name}`))}</id>
<title>${xml(title)}</title>
<published>${iso(published)}</published>
<updated>${iso(updated)}</updated>
<link rel="alternate" type="text/html" href="${xml(addressOf(status, path))}"/>
<content type="html">${xml(written(content))}</content>
</entry>
`;

/** Without the marks that the renderer puts between parts, and our indentation. */
const written = (content: Entry['content']): string =>
  collectResultSync(renderThunked(content)).replaceAll(/<\?>|\n\s+/g, '');

/** An incident that names no service is about all of them. */
const concerns =
  (service: PublishedService | undefined) =>
  ({ services }: PublishedIncident): boolean =>
    service === undefined || services.length === 0 || services.includes(service.id);

const incidentEntry = (incident: PublishedIncident, status: PublishedStatus, language: Language): Entry => {
  const { id, title, phase, services, startedAt, updates, postMortem } = incident;
  const words = incidentWords[language];
  const { time } = locales[language];
  const { timezone } = status.organisation;
  const names = words.names(
    status.services.filter((service) => services.includes(service.id)).map(({ name }) => name[language]),
  );
  const told = title?.[language] ?? title?.fr ?? title?.en ?? names;
  return {
    name: `incident/${id}`,
    title: words.news(told, words.phase[phase]),
    path: `/${language}${incidentPath(id)}`,
    published: startedAt,
    updated: Math.max(startedAt, ...updates.map(({ at, editedAt = at }) => editedAt)),
    content: html`${updates.map(
      (update) =>
        html`<p><strong>${words.phase[update.phase]}</strong> · ${time.lasting(update.at, timezone)}</p>
          ${update.neutral === undefined ? said(update.text ?? {}, language) : html`<p>${words.neutral[update.neutral]}</p>`}`,
    )}
    ${names === '' ? '' : html`<p>${words.affects(names)}</p>`}
    ${
      postMortem === undefined
        ? ''
        : html`<h4>${words.postMortem}</h4>
            ${said(postMortem, language)}`
    }`,
  };
};

const outageEntry = (outage: PublishedOutage, status: PublishedStatus, language: Language): Entry => {
  const { service, startedAt, endedAt, seenMs } = outage;
  const messages = locales[language];
  const { since, fromTo } = feedWords[language];
  const { timezone } = status.organisation;
  const when = (at: Instant) => messages.time.lasting(at, timezone);
  const name = status.services.find(({ id }) => id === service)?.name[language] ?? service;
  return {
    name: `outage/${service}/${startedAt}`,
    title: messages.outages.title(name, messages.state[troubleOf(outage) ?? 'unknown']),
    path: `/${language}#${service}`,
    published: startedAt,
    updated: endedAt ?? startedAt,
    content: html`<p>${explanationOf(outage, status, { language, messages })}</p>
      <p>
        ${endedAt === undefined ? since(when(startedAt)) : fromTo(when(startedAt), when(endedAt), messages.time.duration(seenMs))}
      </p>`,
  };
};
