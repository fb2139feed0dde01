// The alerts on the private listener: as a page that lives, and as JSON.
import { renderThunked } from '@lit-labs/ssr';
import { collectResultSync } from '@lit-labs/ssr/lib/render-result.js';
import type { Hono } from 'hono';
import { pickLanguage } from '../../config/locales/index.ts';
import { alertsPage } from '../../dashboard/alerts/page.ts';
import type { Board } from '../app/board.ts';
import type { Assets } from './assets.ts';
import type { Live } from './live.ts';
import { allow, json, text } from './policy.ts';
import { answerWith } from './rendered.ts';

export interface AlertsDeps {
  /** What there is to see now. Rejects with a `StoreError`. */
  readonly board: () => Promise<Board>;
  readonly live: Pick<Live, 'listen'>;
  readonly assets: Assets;
}

export const serveAlerts = (app: Hono, { board, live, assets }: AlertsDeps): void => {
  app.get(
    '/alerts',
    allow('operator', async (c) => {
      const seen = await board();
      const language = pickLanguage(c.req.header('Accept-Language') ?? '', seen.organisation.languages);
      const document = alertsPage({ board: seen, language, links: assets.links });
      return {
        status: 200,
        body: collectResultSync(renderThunked(document)),
        headers: {
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Language': language,
          Vary: 'Accept-Language',
        },
      };
    }),
  );
  app.get(
    '/alerts/events',
    allow('operator', (c) => live.listen(c)),
  );
  app.get(
    '/api/v1/alerts',
    allow('operator', async () => json(200, await board())),
  );
  app.get(
    '/assets/:file',
    allow('asset', (c) => {
      const file = assets.files.get(c.req.param('file') ?? '');
      return file === undefined ? text(404, '404') : answerWith(c, file);
    }),
  );
};
