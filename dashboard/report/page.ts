// A month for the general assembly: a page to be printed, complete by itself.
import { html } from '@lit-labs/ssr';
import { nothing } from 'lit';
import type { Language } from '../../config/config.ts';
import { locales } from '../../config/locales/index.ts';
import type { Messages } from '../../config/locales/index.ts';
import { reportWords } from '../../config/locales/report.ts';
import { latencies } from '../../config/locales/time.ts';
import type { Report, ReportCheck, ReportOutage, ReportService } from '../../server/app/report.ts';
import type { AssetLinks } from '../../server/http/assets.ts';

export interface ReportPage {
  readonly report: Report;
  readonly language: Language;
  readonly links: AssetLinks;
}

interface Reading {
  readonly report: Report;
  readonly language: Language;
  readonly messages: Messages;
  readonly words: (typeof reportWords)[Language];
  readonly latency: (ms: number) => string;
}

export const reportPage = ({ report, language, links }: ReportPage) => {
  const { organisation, from } = report;
  const [messages, words] = [locales[language], reportWords[language]];
  const reading: Reading = { report, language, messages, words, latency: latencies(language) };
  const title = words.title(words.month(from, organisation.timezone));
  return html`<!doctype html>
    <html lang=${language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${messages.title(title, organisation.name)}</title>
        <meta name="color-scheme" content="light dark" />
        <link rel="stylesheet" href=${links.style} />
        <link rel="icon" href=${links.icon} type="image/svg+xml" />
      </head>
      <body>
        <header>
          <p><strong>${organisation.name}</strong></p>
        </header>
        <main class="report">
          <h1>${title}</h1>
          ${report.demonstration ? html`<p>${messages.demonstration}</p>` : nothing}
          <p>${words.lead(report.memberMinutesLost)} ${report.isOver ? nothing : words.soFar}</p>
          ${servicesOf(reading)} ${outagesOf(reading)} ${slowestOf(reading)} ${promisesOf(reading)}
          <p>${words.note}</p>
        </main>
      </body>
    </html>`;
};

const servicesOf = (reading: Reading) => {
  const { report, words } = reading;
  const heads = [words.availability, words.before, words.down, words.degraded, words.unknown];
  return html`<table>
    <thead>
      <tr>
        ${[words.service, ...heads, words.maintenance, words.lost].map(head)}
      </tr>
    </thead>
    <tbody>
      ${report.services.map((service) => serviceRow(service, reading))}
    </tbody>
  </table>`;
};

const head = (text: string) => html`<th scope="col">${text}</th>`;

const serviceRow = (service: ReportService, { language, messages, words }: Reading) => {
  const percent = (share?: number) => (share === undefined ? words.never : words.percent(share));
  const length = (ms: number) => (ms === 0 ? words.never : messages.time.duration(ms));
  const { availability, before, downMs, degradedMs, unknownMs, maintenanceMs, memberMinutesLost } = service;
  const lost = memberMinutesLost === undefined ? words.never : words.number(memberMinutesLost);
  const lengths = [downMs, degradedMs, unknownMs, maintenanceMs].map(length);
  return html`<tr>
    <th scope="row">${service.name[language]}</th>
    ${[percent(availability), percent(before), ...lengths, lost].map((cell) => html`<td>${cell}</td>`)}
  </tr>`;
};

const outagesOf = (reading: Reading) => {
  const { report, words } = reading;
  const { outages, outagesInAll } = report;
  if (outages.length === 0) return html`<p>${words.noOutages}</p>`;
  return html`<h2>${words.outages}</h2>
    ${outages.length < outagesInAll ? html`<p>${words.shortened(outages.length)}</p>` : nothing}
    <table>
      <thead>
        <tr>
          ${[words.when, words.service, words.what, words.length].map(head)}
        </tr>
      </thead>
      <tbody>
        ${outages.map((outage) => outageRow(outage, reading))}
      </tbody>
    </table>`;
};

const outageRow = ({ name, state, startedAt, cause, ms }: ReportOutage, reading: Reading) => {
  const { report, language, messages } = reading;
  return html`<tr>
    <td>${messages.time.full(startedAt, report.organisation.timezone)}</td>
    <td class="words">${name[language]}</td>
    <td class="words">${messages.state[state]}. ${messages.cause[cause]}</td>
    <td>${messages.time.duration(ms)}</td>
  </tr>`;
};

const promisesOf = ({ report: { promises }, words }: Reading) => {
  const due = (['updates', 'announced', 'ended'] as const).flatMap((promise) => {
    const { kept, late, missed } = promises[promise];
    return kept + late + missed === 0
      ? []
      : [{ promise, counts: [kept + late + missed, kept, late, missed] }];
  });
  if (due.length === 0) return nothing;
  return html`<h2>${words.promises}</h2>
    <table>
      <thead>
        <tr>
          ${[words.promise, words.due, words.kept, words.late, words.missed].map(head)}
        </tr>
      </thead>
      <tbody>
        ${due.map(
          ({ promise, counts }) =>
            html`<tr>
              <th scope="row">${words.promised[promise]}</th>
              ${counts.map((count) => html`<td>${words.number(count)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>`;
};

const slowestOf = (reading: Reading) => {
  const { report, words } = reading;
  if (report.slowestDatabases.length === 0) return nothing;
  return html`<h2>${words.slowest}</h2>
    <table>
      <thead>
        <tr>
          ${[words.service, words.check, words.median, words.worst].map(head)}
        </tr>
      </thead>
      <tbody>
        ${report.slowestDatabases.map((check) => checkRow(check, reading))}
      </tbody>
    </table>`;
};

const checkRow = ({ name, check, medianUs, p95Us }: ReportCheck, { language, latency }: Reading) =>
  html`<tr>
    <td class="words">${name[language]}</td>
    <td>${check}</td>
    <td>${latency(medianUs / 1_000)}</td>
    <td>${latency(p95Us / 1_000)}</td>
  </tr>`;
