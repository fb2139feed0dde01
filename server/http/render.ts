// From the published snapshot to every page, every JSON and every feed, once a snapshot: whoever asks gets bytes that are ready.
import { renderThunked } from '@lit-labs/ssr';
import { collectResultSync } from '@lit-labs/ssr/lib/render-result.js';
import type { Language } from '../../config/config.ts';
import { embeddedPage } from '../../dashboard/status/embed.ts';
import { statusPage } from '../../dashboard/status/page.ts';
import type { PublishedStatus } from '../app/publish.ts';
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
  readonly languages: readonly Language[];
  readonly generatedAt: Instant;
}

/** `before`: the pages of the last snapshot, of which is kept what is still the same. */
export const render = (status: PublishedStatus, links: AssetLinks, before?: Pages): Pages => ({
  byPath: new Map(
    sheets(status, links).map(({ path, type, content, ...more }) => [
      path,
      rendered(type, content, { ...more, before: before?.byPath.get(path) }),
    ]),
  ),
  languages: status.organisation.languages,
  generatedAt: status.generatedAt,
});

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
  const sheet = (path: string, document: ReturnType<typeof statusPage>): Sheet => ({
    path,
    type: 'text/html; charset=utf-8',
    content: collectResultSync(renderThunked(document)),
    language,
  });
  const asked = { status, language, links };
  const embedded = { ...sheet(`/${language}/embed`, embeddedPage(asked)), headers: forFrames };
  return [
    sheet(`/${language}`, statusPage(asked)),
    embedded,
    ...(isFirst ? [{ ...embedded, path: '/embed' }] : []),
  ];
};

const jsonType = 'application/json';

const sheetOf = (path: string, value: unknown): Sheet => ({
  path,
  type: jsonType,
  content: JSON.stringify(value),
});

/** In the place of a page. */
export const json = (value: unknown): Rendered => rendered(jsonType, JSON.stringify(value));
