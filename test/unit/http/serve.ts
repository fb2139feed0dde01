// The public app over a network, with pages made of whatever a test publishes.
import type { Hono } from 'hono';
import type { PublishedStatus } from '../../../server/app/publish.ts';
import type { Assets } from '../../../server/http/assets.ts';
import { missing } from '../../../server/http/policy.ts';
import { createPublic } from '../../../server/http/public.ts';
import type { PublicDeps } from '../../../server/http/public.ts';
import { render, renderMonth } from '../../../server/http/render.ts';
import type { Pages } from '../../../server/http/render.ts';
import { monthOf } from '../../support/published.ts';
import { rendered } from '../../../server/http/rendered.ts';
import { openServicePages } from '../../../server/http/service-pages.ts';
import { systemClock, systemTimers } from '../../../server/system.ts';

export const assets: Assets = {
  files: new Map([['main-1.js', rendered('text/javascript; charset=utf-8', 'export {};'.repeat(200))]]),
  links: {
    script: '/assets/main-1.js',
    alerts: '/assets/main-2.js',
    chart: '/assets/main-3.js',
    chartStyle: '/assets/chart-1.css',
    style: '/assets/theme-1.css',
    icon: '/assets/icon-1.svg',
  },
};

/** Of each status once: to print all pages takes longer than most tests. */
const printed = new WeakMap<PublishedStatus, Pages>();

const pagesOf = (status: PublishedStatus): Pages => {
  const pages = printed.get(status) ?? render(status, assets.links);
  printed.set(status, pages);
  return pages;
};

export const serve = (
  status: () => PublishedStatus,
  {
    log = () => {},
    ...deps
  }: Partial<Omit<PublicDeps, 'log'>> & { log?: (event: string, fields?: object) => void } = {},
): Hono =>
  createPublic({
    pages: () => pagesOf(status()),
    assets,
    history: () => undefined,
    past: (path) => renderMonth(monthOf(status()), status(), assets.links).get(path),
    services: openServicePages({
      pages: () => pagesOf(status()),
      history: () => undefined,
      times: () => Promise.resolve(undefined),
      links: assets.links,
      clock: systemClock,
      timers: systemTimers,
      log: { error: log },
    }),
    live: { listen: missing },
    hear: () => Promise.resolve(false),
    now: () => status().generatedAt,
    log: { info: log, warn: log, error: log },
    ...deps,
  });
