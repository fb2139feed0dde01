import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Board, BoardAlert } from '../../server/app/board.ts';
import type { Assets } from '../../server/http/assets.ts';
import { Live } from '../../server/http/live.ts';
import type { Listener } from '../../server/http/server.ts';
import { systemTimers } from '../../server/system.ts';
import { Newsroom } from '../support/incidents.ts';
import { installed } from '../support/installed.ts';
import { minutes } from '../support/watch.ts';
import { buildAssets, openBrowser, serveBoard } from './chromium.ts';

const alert = (id: string, over: Partial<BoardAlert> = {}): BoardAlert => ({
  id,
  name: { fr: `Service ${id}`, en: `Service ${id}` },
  state: 'down',
  startedAt: Date.now() - 12 * minutes,
  troubles: [
    {
      check: `${id}-1`,
      state: 'down',
      since: Date.now() - 12 * minutes,
      cause: 'refused',
      evidence: 'port 3306 refused the connection',
      held: 'maintenance',
    },
  ],
  letters: [
    {
      route: 'mail',
      kind: 'alert',
      at: Date.now() - 11 * minutes,
      fate: 'dead',
      attempts: 9,
      evidence: 'no',
    },
    { route: 'sms', kind: 'reminder', at: Date.now(), fate: 'delivered', fatedAt: Date.now(), attempts: 1 },
  ],
  consequences: [],
  ...over,
});

/** One of everything that the page can show. */
const full = (): Board => {
  const room = new Newsroom();
  room.now = Date.now() - 20 * minutes;
  room.write(undefined, { kind: 'opened', title: { fr: 'Disque lent', en: 'Slow disk' }, services: [] });
  room.write(1, { kind: 'updated', said: { fr: 'Nous *cherchons*.' }, nextAt: room.now + minutes });
  room.write(1, { kind: 'published' });
  const by = { by: 'ada', at: Date.now(), note: 'je regarde' };
  const mute = { by: 'bob', reason: 'connu', until: Date.now() + 60 * minutes };
  return {
    organisation: { name: 'Globenet', timezone: 'Europe/Paris', languages: ['fr', 'en'] },
    generatedAt: Date.now(),
    alerts: [
      alert('a', { acknowledgement: by, consequences: [alert('b', { silence: mute, letters: [] })] }),
      alert('c', { state: 'degraded' }),
    ],
    silences: [{ id: 's', subject: { kind: 'service', id: 'b' }, from: 0, ...mute }],
    maintenance: [
      {
        id: 'w',
        title: { fr: 'Disques', en: 'Disks' },
        services: ['b'],
        checks: [],
        from: 0,
        until: mute.until,
      },
    ],
    incidents: [{ ...room.get(1), names: [], isGoing: false }],
  };
};

const quiet = (): Board => ({ ...full(), alerts: [], silences: [], maintenance: [], incidents: [] });

describe.skipIf(!installed('chromium'))('the page of the alerts in a browser', () => {
  let assets: Assets;
  let browser: Browser;
  let live: Live;
  let listener: Listener;
  let board: () => Board;

  beforeAll(async () => {
    [assets, browser] = await Promise.all([buildAssets(), openBrowser()]);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    board = full;
    live = new Live({ timers: systemTimers, run: 'r', listenersMax: 10 });
    listener = await serveBoard(assets, live, () => board());
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    live.close();
    await listener.close();
  });

  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ locale: 'fr-FR', ...options });
    const page = await context.newPage();
    await page.goto(`${listener.url}/alerts`);
    return page;
  };
  const headline = (page: Page): Promise<string> =>
    page
      .locator('h1')
      .innerText()
      .then((text) => text.trim());
  const line = (page: Page): Promise<string> => page.locator('live-board').innerText();

  test('says everything without JavaScript, and is loaded again by itself', async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await headline(page)).toBe('2 alertes ouvertes.');
    expect(await line(page)).toMatch(/^Vu à \d+.h.\d\d\. Rechargez la page/);
    expect(await page.locator('.consequences').innerText()).toContain('Service b');
    expect(await page.locator('noscript').innerHTML()).toContain('http-equiv="refresh"');
  });

  test('shows what has changed at once, and without being loaded again', async () => {
    const page = await open();
    await expect.poll(() => line(page), { timeout: 20_000 }).toBe('En direct.');
    await page.evaluate(() => document.body.setAttribute('data-same', ''));
    board = quiet;
    live.changed();
    await expect.poll(() => headline(page), { timeout: 20_000 }).toBe('Aucune alerte.');
    expect(await page.locator('.alert').count()).toBe(0);
    expect(await page.locator('body[data-same]').count()).toBe(1);
  });

  test('leaves open what somebody reads, and the keyboard where it is', async () => {
    const page = await open();
    await expect.poll(() => line(page), { timeout: 20_000 }).toBe('En direct.');
    await page.locator('summary').focus();
    await page.keyboard.press('Enter');
    board = () => ({
      ...full(),
      alerts: [],
      incidents: full().incidents.map((one) => ({ ...one, isPublic: false })),
    });
    live.changed();
    await expect
      .poll(() => page.locator('.incident').innerText(), { timeout: 20_000 })
      .toContain('brouillon');
    expect(await page.locator('details[open]').count()).toBe(1);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY');
  });

  test('says so when it hears nothing any more, and goes on when it does again', async () => {
    const page = await open();
    await expect.poll(() => line(page), { timeout: 20_000 }).toBe('En direct.');
    await page.context().setOffline(true);
    live.close();
    await expect.poll(() => line(page), { timeout: 20_000 }).toContain('La liaison est coupée.');
    expect(await page.locator('live-board[lost]').count()).toBe(1);
  });

  test.for(
    (['fr-FR', 'en-GB'] as const).flatMap((locale) =>
      (['light', 'dark'] as const).flatMap((colorScheme) =>
        ([390, 1280] as const).map((width) => ({ locale, colorScheme, width })),
      ),
    ),
  )('can be read by everybody: $locale, $colorScheme, $width pixels', async ({ width, ...how }) => {
    for (const story of [full, quiet]) {
      board = story;
      const page = await open({ ...how, viewport: { width, height: 900 }, bypassCSP: true });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
  });

  test('asks nobody else for anything, and is refused nothing', async () => {
    const asked: string[] = [];
    const complaints: string[] = [];
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on('request', (request) => asked.push(new URL(request.url()).origin));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${listener.url}/alerts`);
    await expect.poll(() => line(page), { timeout: 20_000 }).toMatch(/^(?:En direct|Live)\.$/);
    expect(new Set(asked)).toEqual(new Set([listener.url]));
    expect(complaints).toEqual([]);
  });
});
