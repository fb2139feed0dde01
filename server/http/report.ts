// The report of a month, on the private listener: as a page to print, and as JSON.
import { renderThunked } from '@lit-labs/ssr';
import { collectResultSync } from '@lit-labs/ssr/lib/render-result.js';
import type { Hono } from 'hono';
import { pickLanguage } from '../../config/locales/index.ts';
import { reportPage } from '../../dashboard/report/page.ts';
import type { Report } from '../app/report.ts';
import type { Assets } from './assets.ts';
import { allow, json, text } from './policy.ts';

export interface ReportDeps {
  /** Of a month such as `2026-11`; nothing, when that is none, or has not begun. */
  readonly report: (month: string) => Promise<Report | undefined>;
  readonly assets: Assets;
}

export const serveReport = (app: Hono, { report, assets: { links } }: ReportDeps): void => {
  app.get(
    '/reports/:month',
    allow('operator', async (c) => {
      const found = await report(c.req.param('month') ?? '');
      if (found === undefined) return text(404, '404');
      const language = pickLanguage(c.req.header('Accept-Language') ?? '', found.organisation.languages);
      return {
        status: 200,
        body: collectResultSync(renderThunked(reportPage({ report: found, language, links }))),
        headers: {
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Language': language,
          Vary: 'Accept-Language',
        },
      };
    }),
  );
  app.get(
    '/api/v1/reports/:month',
    allow('operator', async (c) => {
      const month = c.req.param('month') ?? '';
      const found = await report(month);
      const problem = `${JSON.stringify(month)} is no month that has begun, such as 2026-11`;
      return found === undefined
        ? json(404, { error: { code: 'not-found', message: problem } })
        : json(200, found);
    }),
  );
};
