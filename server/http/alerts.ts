// The alerts on the private listener: as a page that lives, and as JSON.
import { renderThunked } from '@lit-labs/ssr';
import { collectResultSync } from '@lit-labs/ssr/lib/render-result.js';
import type { Hono } from 'hono';
import type { Language } from '../../config/config.ts';
import { pickLanguage } from '../../config/locales/index.ts';
import { alertsPage } from '../../dashboard/alerts/page.ts';
import type { Board } from '../app/board.ts';
import type { Clock } from '../app/ports.ts';
import type { Assets } from './assets.ts';
import type { Live } from './live.ts';
import { allow, json, text } from './policy.ts';
import { answerWith } from './rendered.ts';

export interface AlertsDeps {
  /** What there is to see now. Rejects with a `StoreError`. */
  readonly board: () => Promise<Board>;
  readonly live: Pick<Live, 'listen' | 'id'>;
  readonly assets: Assets;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** Of a page that has not changed, the lengths of time may be so old. */
const lastingMs = 5_000;

/** What everybody gets who asks before there is something new: fifty may ask at once. */
interface Made {
  readonly id: string;
  readonly atMs: number;
  readonly board: Promise<Board>;
  readonly pages: Map<Language, string>;
}

export const serveAlerts = (app: Hono, deps: AlertsDeps): void => {
  const { live, assets } = deps;
  const newest = keepNewest(deps);
  app.get(
    '/alerts',
    allow('operator', async (c) => {
      const { board, pages } = newest();
      const seen = await board;
      const language = pickLanguage(c.req.header('Accept-Language') ?? '', seen.organisation.languages);
      const body = pages.get(language) ?? pageOf(seen, language, assets);
      pages.set(language, body);
      return {
        status: 200,
        body,
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
    allow('operator', async () => json(200, await newest().board)),
  );
  app.get(
    '/assets/:file',
    allow('asset', (c) => {
      const file = assets.files.get(c.req.param('file') ?? '');
      return file === undefined ? text(404, '404') : answerWith(c, file);
    }),
  );
};

const keepNewest = ({ board, live, clock }: AlertsDeps): (() => Made) => {
  let made: Made | undefined;
  return () => {
    const atMs = clock.monotonicMs();
    if (made?.id === live.id && atMs - made.atMs < lastingMs) return made;
    const next: Made = { id: live.id, atMs, board: board(), pages: new Map() };
    made = next;
    // Who asks after a failure asks the store again.
    next.board.catch(() => {
      if (made === next) made = undefined;
    });
    return next;
  };
};

const pageOf = (board: Board, language: Language, { links }: Assets): string =>
  collectResultSync(renderThunked(alertsPage({ board, language, links })));
