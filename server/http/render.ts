// From the published snapshot to every page and every JSON, once a snapshot: whoever asks gets bytes that are ready.
import { renderThunked } from '@lit-labs/ssr';
import { collectResultSync } from '@lit-labs/ssr/lib/render-result.js';
import type { Language } from '../../config/config.ts';
import { statusPage } from '../../dashboard/status/page.ts';
import type { PublishedStatus } from '../app/publish.ts';
import type { Instant } from '../core/time.ts';
import { answerAbout, description } from './api.ts';
import type { AssetLinks } from './assets.ts';
import { rendered } from './rendered.ts';
import type { Rendered } from './rendered.ts';

export interface Pages {
  readonly byPath: ReadonlyMap<string, Rendered>;
  readonly languages: readonly Language[];
  readonly generatedAt: Instant;
}

export const render = (status: PublishedStatus, links: AssetLinks): Pages => ({
  byPath: new Map([
    ...status.organisation.languages.map(
      (language) => [`/${language}`, page(status, language, links)] as const,
    ),
    ['/api/v1', json(description)],
    ['/api/v1/status', json(status)],
    ...status.services.map(
      (service) => [`/api/v1/services/${service.id}`, json(answerAbout(status, service))] as const,
    ),
  ]),
  languages: status.organisation.languages,
  generatedAt: status.generatedAt,
});

const page = (status: PublishedStatus, language: Language, links: AssetLinks): Rendered => {
  const document = statusPage({ status, language, links });
  return rendered('text/html; charset=utf-8', collectResultSync(renderThunked(document)), { language });
};

/** In the place of a page. */
export const json = (value: unknown): Rendered => rendered('application/json', JSON.stringify(value));
