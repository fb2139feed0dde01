// What readers are told, with every version of it and who wrote it.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import { incidentWords } from '../../config/locales/incidents.ts';
import type { BoardIncident } from '../../server/app/board.ts';
import { said } from '../status/incidents.ts';
import { instantOf } from './alert.ts';
import type { Reading } from './alert.ts';

type Version = BoardIncident['versions'][number];
type Entry = Version['entry'];
type Title = NonNullable<BoardIncident['title']>;
type Said = BoardIncident['updates'][number]['said'];

export const incidentList = (reading: Reading) => {
  const { board, words } = reading;
  return html`<section class="told">
    <h2>${words.incidents}</h2>
    ${
      board.incidents.length === 0
        ? html`<p>${words.noIncidents}</p>`
        : board.incidents.map((incident) => incidentCard(incident, reading))
    }
  </section>`;
};

export const incidentCard = (incident: BoardIncident, reading: Reading) => {
  const { words, language } = reading;
  const { id, phase, isPublic, versions, updates } = incident;
  const newest = updates.at(-1)?.said;
  return html`<article class="incident ${phase}" id="incident-${id}">
    <h3>${id} · ${titleOf(incident, reading)}</h3>
    <p class="aside">
      ${incidentWords[language].phase[phase]} · ${isPublic ? words.published : words.draft}
      ${incident.isGoing || incident.outages.length === 0 ? nothing : html`· ${words.over}`}
    </p>
    ${newest === undefined ? nothing : wordsOf(newest, reading)} ${promise(incident, reading)}
    <details id="versions-${id}">
      <summary id="summary-${id}">${words.versions(versions.length)}</summary>
      <ol>
        ${versions.map((version) => versionLine(version, reading))}
      </ol>
    </details>
  </article>`;
};

const promise = ({ updates, phase }: BoardIncident, reading: Reading) => {
  const { board, words } = reading;
  const nextAt = phase === 'resolved' ? undefined : updates.at(-1)?.nextAt;
  if (nextAt === undefined) return nothing;
  const when = instantOf(nextAt, reading);
  return nextAt < board.generatedAt
    ? html`<p class="promise missed">${words.overdue(when)}</p>`
    : html`<p class="promise">${words.next(when)}</p>`;
};

const versionLine = ({ version, at, author, entry }: Version, reading: Reading) => {
  const { words } = reading;
  return html`<li value=${version}>
    <span class="aside">${instantOf(at, reading)} · ${author} · ${words.entry[entry.kind]}</span>
    ${textOf(entry, reading)}
  </li>`;
};

const textOf = (entry: Entry, reading: Reading) => ('said' in entry ? wordsOf(entry.said, reading) : nothing);

const wordsOf = (words: Said, { language }: Reading) =>
  typeof words === 'string' ? html`<p>${incidentWords[language].neutral[words]}</p>` : said(words, language);

const titleOf = ({ title, names }: BoardIncident, { language }: Reading): string =>
  title === undefined
    ? incidentWords[language].names(names.map((name) => name[language]))
    : inEither(title, language);

const inEither = (told: Title, language: Reading['language']): string =>
  told[language] ?? told.fr ?? told.en ?? '';
