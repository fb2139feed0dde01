// From the published snapshot to every page, every JSON and every feed, once a snapshot: whoever asks gets bytes that are ready.
import { renderThunked } from '@lit-labs/ssr';
import { collectResultSync } from '@lit-labs/ssr/lib/render-result.js';
import type { Language } from '../../config/config.ts';
import { embeddedPage } from '../../dashboard/status/embed.ts';
import { statusPage } from '../../dashboard/status/page.ts';
import { apologies, apologyPage } from '../../dashboard/stories/apology.ts';
import type { Apology } from '../../dashboard/stories/apology.ts';
import { incidentPage } from '../../dashboard/stories/incident.ts';
import { maintenancePage } from '../../dashboard/stories/maintenance.ts';
import { monthPage } from '../../dashboard/stories/month.ts';
import {
  historyPath,
  incidentPath,
  maintenancePath,
  monthPath,
  reportPath,
  sitePath,
} from '../../dashboard/stories/paths.ts';
import { reportAFaultPage } from '../../dashboard/stories/report.ts';
import type { PublishedIncident } from '../app/published-incidents.ts';
import type { PublishedMonth } from '../app/published-month.ts';
import { selfCheckPage } from '../../dashboard/status/self-check.ts';
import { subscribePage } from '../../dashboard/status/subscribe.ts';
import { subscribePath } from '../../config/locales/subscription-paths.ts';
import type { PublishedStatus } from '../app/publish.ts';
import { saysTheSame } from '../app/same-news.ts';
import type { Instant } from '../core/time.ts';
import { answerAbout, description } from './api.ts';
import type { AssetLinks } from './assets.ts';
import { feeds } from './feeds/feeds.ts';
import { forFrames } from './headers.ts';
import { rendered } from './rendered.ts';
import type { Rendered } from './rendered.ts';
import type { Sheet } from './sheet.ts';

export interface Pages {
  readonly byPath: ReadonlyMap<string, Rendered>;
  /** In the place of a page that cannot be had. */
  readonly apologies: ReadonlyMap<`${Apology} ${Language}`, Rendered>;
  readonly languages: readonly Language[];
  readonly generatedAt: Instant;
  /** Since then they say the same. */
  readonly changedAt: Instant;
  /** What they are made of. */
  readonly status: PublishedStatus;
}

/** `before`: the pages of the last snapshot, of which is kept what is still the same. */
export const render = (status: PublishedStatus, links: AssetLinks, before?: Pages): Pages => ({
  byPath: new Map(
    sheets(status, links).map(({ path, type, content, ...more }) => [
      path,
      rendered(type, content, { ...more, before: before?.byPath.get(path) }),
    ]),
  ),
  apologies: apologiesOf(status, links, before),
  languages: status.organisation.languages,
  generatedAt: status.generatedAt,
  changedAt: before && saysTheSame(before.status, status) ? before.changedAt : status.generatedAt,
  status,
});

const apologiesOf = (status: PublishedStatus, links: AssetLinks, before?: Pages): Pages['apologies'] =>
  new Map(
    status.organisation.languages.flatMap((language) =>
      apologies.map((apology) => {
        const { type, content } = pageSheet(language, '', apologyPage({ status, language, links }, apology));
        const name = `${apology} ${language}` as const;
        return [name, rendered(type, content, { language, before: before?.apologies.get(name) })] as const;
      }),
    ),
  );

const sheets = (status: PublishedStatus, links: AssetLinks): readonly Sheet[] => [
  ...status.organisation.languages.flatMap((language, at) => pagesIn(language, at === 0, status, links)),
  sheetOf('/api/v1', description),
  sheetOf('/api/v1/status', status),
  ...status.services.map((service) =>
    sheetOf(`/api/v1/services/${service.id}`, answerAbout(status, service)),
  ),
  ...feeds(status),
];

const pagesIn = (
  language: Language,
  isFirst: boolean,
  status: PublishedStatus,
  links: AssetLinks,
): readonly Sheet[] => {
  const asked = { status, language, links };
  const sheet = (path: string, document: Document) => pageSheet(language, path, document);
  const embedded = { ...sheet('/embed', embeddedPage(asked)), headers: forFrames };
  const report = reportAFaultPage(asked);
  return [
    sheet('', statusPage(asked)),
    sheet(maintenancePath, maintenancePage(asked)),
    ...(report === undefined ? [] : [sheet(reportPath, report)]),
    ...status.incidents.flatMap((one) => incidentSheets(asked, one)),
    embedded,
    ...(status.selfCheck ? [sheet(sitePath, selfCheckPage(asked))] : []),
    ...(status.subscriptions ? [sheet(subscribePath, subscribePage(asked))] : []),
    ...(isFirst ? [{ ...embedded, path: '/embed' }] : []),
  ];
};

type Document = ReturnType<typeof statusPage>;

const pageSheet = (language: Language, path: string, document: Document): Sheet => ({
  path: `/${language}${path}`,
  type: 'text/html; charset=utf-8',
  content: printed(document),
  language,
});

/** Whoever was led to what went up in it is not left without a page. */
const incidentSheets = (
  asked: Parameters<typeof incidentPage>[0],
  one: PublishedIncident,
): readonly Sheet[] => {
  const page = pageSheet(asked.language, '', incidentPage(asked, one));
  return [one.id, ...(one.absorbed ?? [])].map((id) => ({
    ...page,
    path: `${page.path}${incidentPath(id)}`,
  }));
};

export const printed = (document: Document): string => collectResultSync(renderThunked(document));

/** The pages of a month and of its incidents, by their paths; the newest is also what the history begins with. */
export const renderMonth = (
  month: PublishedMonth,
  status: PublishedStatus,
  links: AssetLinks,
): ReadonlyMap<string, Rendered> =>
  new Map(
    status.organisation.languages
      .flatMap((language) => {
        const asked = { status, language, links };
        const page = pageSheet(language, monthPath(month.month), monthPage(asked, month));
        return [
          page,
          ...(month.after === undefined ? [{ ...page, path: `/${language}${historyPath}` }] : []),
          ...month.incidents.flatMap((one) => incidentSheets(asked, one)),
        ];
      })
      .map(({ path, type, content, ...more }) => [path, rendered(type, content, more)]),
  );

const jsonType = 'application/json';

const sheetOf = (path: string, value: unknown): Sheet => ({
  path,
  type: jsonType,
  content: JSON.stringify(value),
});

/** In the place of a page. */
export const json = (value: unknown): Rendered => rendered(jsonType, JSON.stringify(value));
