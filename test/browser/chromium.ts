// Debian's Chromium, as a reader would have it, and pages of ours that it can open.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import type { Board } from '../../server/app/board.ts';
import type { PublishedStatus } from '../../server/app/publish.ts';
import { openAudiences } from '../../server/http/audiences.ts';
import { loadAssets } from '../../server/http/assets.ts';
import type { Assets } from '../../server/http/assets.ts';
import type { Live } from '../../server/http/live.ts';
import { createPublic } from '../../server/http/public.ts';
import { render, renderMonth } from '../../server/http/render.ts';
import type { Pages } from '../../server/http/render.ts';
import { listen } from '../../server/http/server.ts';
import type { Listener } from '../../server/http/server.ts';
import { monthOf } from '../support/published.ts';
import { openServicePages } from '../../server/http/service-pages.ts';
import { systemClock, systemTimers } from '../../server/system.ts';
import { publishedTimesAt } from '../support/published-times.ts';
import { servePrivate } from '../unit/http/serve-private.ts';

export const chromiumFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [...chromiumFlags],
  });

/** Builds what the browser gets, where nobody else's build is in the way. */
export const buildAssets = async (): Promise<Assets> => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-dashboard-'));
  await build({ logLevel: 'silent', build: { outDir: folder } });
  const assets = loadAssets(folder);
  rmSync(folder, { recursive: true });
  return assets;
};

const log = { info: () => {}, warn: () => {}, error: () => {} };

export interface ServedStatus extends Listener {
  /** There is another snapshot: tells whoever listens. */
  readonly tell: () => void;
  /** From now on nobody can listen. */
  readonly hush: () => void;
}

export const serveStatus = async (
  assets: Assets,
  status: () => PublishedStatus,
  now: () => number = Date.now,
): Promise<ServedStatus> => {
  let newest: Pages | undefined;
  const pages = () => (newest = render(status(), assets.links, newest));
  const { readers, administrators } = openAudiences({ clock: systemClock, timers: systemTimers, pages });
  const { url, close } = await listen(
    createPublic({
      pages,
      assets,
      history: () => undefined,
      past: (path) => renderMonth(monthOf(status()), status(), assets.links).get(path),
      services: openServicePages({
        pages,
        history: () => undefined,
        times: (_, window) => Promise.resolve(publishedTimesAt(now(), window)),
        links: assets.links,
        clock: systemClock,
        timers: systemTimers,
        log,
      }),
      live: readers,
      hear: () => Promise.resolve(false),
      now: Date.now,
      log,
    }),
    { address: '127.0.0.1', port: 0 },
  );
  return {
    url,
    tell: () => readers.changed(),
    hush: () => readers.close(),
    close: () => {
      readers.close();
      administrators.close();
      return close();
    },
  };
};

export const serveBoard = (assets: Assets, live: Live, board: () => Board): Promise<Listener> =>
  listen(servePrivate({ assets, live, board: async () => board() }), { address: '127.0.0.1', port: 0 });
