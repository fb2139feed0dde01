// One alert: what is wrong and why, who has it, who was told of it; and under it what follows from it.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { Language } from '../../config/config.ts';
import type { boardWords } from '../../config/locales/board.ts';
import type { Messages } from '../../config/locales/index.ts';
import type { Board, BoardAlert, BoardLetter, BoardTrouble } from '../../server/app/board.ts';
import { shape } from '../status/shapes.ts';

export interface Reading {
  readonly board: Board;
  readonly language: Language;
  readonly messages: Messages;
  readonly words: (typeof boardWords)[Language];
}

type Piece = ReturnType<typeof html> | typeof nothing;

export const alertList = (alerts: readonly BoardAlert[], reading: Reading): Piece =>
  alerts.length === 0
    ? nothing
    : html`<ul class="alerts">
        ${alerts.map((alert) => html`<li>${alertCard(alert, reading)}</li>`)}
      </ul>`;

const alertCard = (alert: BoardAlert, reading: Reading): Piece => {
  const { board, language, messages, words } = reading;
  const { name, state, startedAt, troubles, letters, consequences } = alert;
  const length = messages.time.duration(board.generatedAt - startedAt);
  return html`<article class="alert ${state}" id=${alert.id}>
    <h2>${shape(state)} ${messages.outages.title(name[language], messages.state[kindOf(alert)])}</h2>
    <p>${words.since(instantOf(startedAt, reading), length)} ${ownerOf(alert, reading)}</p>
    <ul class="troubles">
      ${troubles.map((trouble) => troubleLine(trouble, reading))}
    </ul>
    ${letterTable(letters, reading)}
    ${
      consequences.length === 0
        ? nothing
        : html`<section class="consequences">
            <h3>${words.consequences}</h3>
            ${alertList(consequences, reading)}
          </section>`
    }
  </article>`;
};

const kindOf = ({ state, troubles }: BoardAlert) => {
  if (state === 'down') return 'down';
  const causes = new Set(troubles.map(({ cause }) => cause));
  return causes.has('slow') ? 'slow' : causes.isSubsetOf(new Set(['tls_expiring'])) ? 'expiring' : 'degraded';
};

const ownerOf = ({ acknowledgement, silence }: BoardAlert, reading: Reading) => {
  const { words } = reading;
  const owner =
    acknowledgement === undefined
      ? html`<strong>${words.untaken}</strong>`
      : words.taken(acknowledgement.by, instantOf(acknowledgement.at, reading), acknowledgement.note ?? '');
  const muted =
    silence === undefined
      ? nothing
      : words.silenced(silence.by, endOf(silence.until, reading), silence.reason);
  return html`${owner} ${muted}`;
};

const troubleLine = (trouble: BoardTrouble, reading: Reading) => {
  const { messages, words } = reading;
  const { check, since, cause, evidence, endedAt, held } = trouble;
  return html`<li>
    <code>${check}</code> ${messages.cause[cause]}
    <span class="aside">
      ${instantOf(since, reading)}
      ${endedAt === undefined ? nothing : html`· ${words.mended(messages.time.duration(endedAt - since))}`}
      ${held === undefined ? nothing : html`· ${words.held[held]}`}
    </span>
    <samp>${evidence}</samp>
  </li>`;
};

const letterTable = (letters: readonly BoardLetter[], reading: Reading) => {
  const { words } = reading;
  if (letters.length === 0) return html`<p class="aside">${words.untold}</p>`;
  return html`<table class="letters">
    <caption>
      ${words.told}
    </caption>
    <thead>
      <tr>
        <th scope="col">${words.when}</th>
        <th scope="col">${words.what}</th>
        <th scope="col">${words.arrived}</th>
      </tr>
    </thead>
    <tbody>
      ${letters.map((letter) => letterRow(letter, reading))}
    </tbody>
  </table>`;
};

const letterRow = ({ route, kind, at, fate, fatedAt, attempts, evidence }: BoardLetter, reading: Reading) => {
  const { words } = reading;
  return html`<tr class=${fate}>
    <td>${instantOf(at, reading)}</td>
    <td>
      ${words.kind[kind]} · ${route} ${evidence === undefined ? nothing : html`<samp>${evidence}</samp>`}
    </td>
    <td>
      ${words.fate[fate]} ${fatedAt === undefined ? nothing : instantOf(fatedAt, reading)}
      ${attempts > 1 ? html`· ${words.attempts(attempts)}` : nothing}
    </td>
  </tr>`;
};

/** All that is muted, whether it is out or not: what nobody sees is forgotten. */
export const silenceList = (reading: Reading): Piece => {
  const { board, words } = reading;
  if (board.silences.length === 0) return nothing;
  return html`<section class="told">
    <h2>${words.silences}</h2>
    <ul>
      ${board.silences.map(
        ({ subject, by, until, reason }) =>
          html`<li><code>${subject.id}</code> ${words.silenced(by, endOf(until, reading), reason)}</li>`,
      )}
    </ul>
  </section>`;
};

/** The same of what is planned. */
export const maintenanceList = (reading: Reading): Piece => {
  const { board, language, words } = reading;
  if (board.maintenance.length === 0) return nothing;
  return html`<section class="told">
    <h2>${words.maintenance}</h2>
    <ul>
      ${board.maintenance.map(
        ({ title, services, checks, until }) =>
          html`<li>
            <code>${[...services, ...checks].join(' ')}</code>
            ${words.planned(title[language], endOf(until, reading))}
          </li>`,
      )}
    </ul>
  </section>`;
};

/** As it is said today: the day only where it is another one. */
export const instantOf = (at: number, { board, messages }: Reading): string =>
  messages.time.since(at, board.generatedAt, board.organisation.timezone);

const endOf = (at: number, { board, messages }: Reading): string =>
  messages.time.until(at, board.generatedAt, board.organisation.timezone);
