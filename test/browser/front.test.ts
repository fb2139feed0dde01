// The front page as readers use it: the days behind its bars, by mouse, finger and keyboard; what changes while it is open.
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PublishedService, PublishedStatus } from '../../server/app/publish.ts';
import { ninetyDays } from '../support/days.ts';
import { installed } from '../support/installed.ts';
import { badDay } from '../support/published.ts';
import { buildAssets, openBrowser, serveStatus } from './chromium.ts';
import type { ServedStatus } from './chromium.ts';

// The month that is served is that of the bad day, the first of March: the last of these ninety days.
const days = { ...ninetyDays({ 20: 'degraded', 60: 'maintenance', 89: 'down' }), first: '2025-12-02' };
const told: PublishedStatus = {
  ...badDay,
  services: badDay.services.map((service) => (service.id === 'mail' ? { ...service, days } : service)),
  selfCheck: { services: [] },
};
const patient = { timeout: 20_000 };
const paths = ['', '/site', '/embed', '/nowhere'] as const;

describe.skipIf(!installed('chromium'))('the front page in a browser', () => {
  let browser: Browser;
  let listener: ServedStatus;
  let status: PublishedStatus;

  beforeAll(async () => {
    const [assets, opened] = await Promise.all([buildAssets(), openBrowser()]);
    browser = opened;
    listener = await serveStatus(assets, () => status);
  });
  beforeEach(() => {
    status = told;
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await browser.close();
    await listener.close();
  });

  const visit = async (
    path: string,
    options: BrowserContextOptions = {},
    prepare?: (page: Page) => Promise<void>,
  ): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    await prepare?.(page);
    await page.goto(`${listener.url}${path}`, { waitUntil: 'networkidle' });
    return page;
  };
  const bars = (page: Page) => page.locator('#mail summary');
  const shownDay = (page: Page) => page.locator('#mail .day');
  const mail = 'Courriel\u00a0: en\u00a0panne';

  test('opens the days behind the bars without JavaScript, and each leads to its day', async () => {
    const page = await visit('/fr', { javaScriptEnabled: false });
    await bars(page).click();
    const links = page.locator('#mail details a');
    expect(await links.count()).toBe(2);
    await links.first().click();
    expect(page.url()).toContain('/fr/history/2026-03#2026-03-01');
    expect(await page.locator('li:target').innerText()).toContain(mail);
  });

  test('shows in place what happened on the day at which one points, or taps', async () => {
    for (const options of [{}, { hasTouch: true, viewport: { width: 390, height: 844 } }]) {
      const page = await visit('/fr', options);
      await bars(page).scrollIntoViewIfNeeded();
      const { x, y, width, height } = (await bars(page).locator('svg').boundingBox())!;
      const last = [x + width - 1, y + height / 2] as const;
      await ('hasTouch' in options ? page.touchscreen.tap(...last) : page.mouse.click(...last));
      await expect.poll(() => shownDay(page).innerText(), patient).toContain(mail);
      expect(await shownDay(page).innerText()).not.toContain('Bases de données');
      expect(await shownDay(page).getAttribute('role')).toBe('status');
      expect(new URL(page.url()).pathname).toBe('/fr');
    }
  });

  test('shows it by keyboard too, and leaves the keyboard where it was when something changes', async () => {
    const page = await visit('/fr');
    await bars(page).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => shownDay(page).innerText(), patient).toContain(mail);
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('href'));
    const services = told.services.map((service) => ({ ...service, pace: { tookMs: 77 } }));
    status = {
      ...told,
      generatedAt: told.generatedAt + 60_000,
      services: services.map((one) => ({ ...one, state: 'up' })),
    };
    listener.tell();
    await expect.poll(() => page.locator('#mail').innerText(), patient).toContain('77');
    expect(await focused()).toBe('/fr/history/2026-03#2026-03-01');
    expect(await shownDay(page).innerText()).toContain(mail);
  });

  test('is walked through by the keyboard from its top to its end, and shows where one is', async () => {
    const page = await visit('/fr');
    const stops = page.locator('a:visible, summary:visible, input, button:visible');
    const all = await stops.evaluateAll((every) => every.filter((one) => one.checkVisibility()).length);
    for (let at = 0; at < all; at++) {
      await page.keyboard.press('Tab');
      const [isNext, outline] = await stops
        .nth(at)
        .evaluate((one) => [one === document.activeElement, getComputedStyle(one).outlineStyle]);
      expect([at, isNext, outline]).toEqual([at, true, 'solid']);
    }
  });

  test.for(paths.flatMap((path) => (['fr', 'en'] as const).map((language) => `/${language}${path}`)))(
    'can be read by everybody, with all that opens: %s',
    async (path) => {
      for (const [colorScheme, width] of [
        ['light', 390],
        ['dark', 1280],
      ] as const) {
        const viewport = { width, height: 900 };
        const extraHTTPHeaders = { Accept: 'text/html' };
        const page = await visit(path, { viewport, colorScheme, bypassCSP: true, extraHTTPHeaders });
        for (const summary of await page.locator('summary').all())
          await summary.click({ position: { x: 1, y: 1 } });
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<AxeResults>('axe.run()');
        expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      }
    },
  );

  // 1280 pixels at 400 % are 320.
  test.for(['fr', 'en'] as const)('needs no sideways scrolling at 400 %: %s', async (language) => {
    for (const path of paths) {
      const page = await visit(`/${language}${path}`, { viewport: { width: 320, height: 600 } });
      for (const summary of await page.locator('summary').all())
        await summary.click({ position: { x: 1, y: 1 } });
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth)]).toEqual([path, 320]);
    }
  });

  test('tells states apart in grey: each has its shape and its word, and bars are the taller the worse', async () => {
    const page = await visit('/fr');
    const legend = await page
      .locator('.legend li')
      .evaluateAll((all) =>
        all.map((one) => [one.querySelector('use')?.getAttribute('href'), one.textContent.trim()]),
      );
    expect(legend).toHaveLength(8);
    expect(new Set(legend.map(([shape]) => shape)).size).toBe(8);
    expect(new Set(legend.map(([, word]) => word)).size).toBe(8);
    const tall = await Promise.all(
      ['up', 'maintenance', 'degraded', 'down'].map(async (kind) => {
        const path = page.locator(`#mail path.${kind}`);
        return path.evaluate((one) => (one as unknown as SVGGraphicsElement).getBBox().height);
      }),
    );
    expect(tall).toEqual(tall.toSorted((a, b) => a - b));
    expect(new Set(tall).size).toBe(4);
  });

  test('moves nothing while it appears', async () => {
    const prepare = async (page: Page): Promise<void> => {
      await page.addInitScript(() => {
        const shifted: unknown[] = [];
        Object.assign(globalThis, { shifted });
        new PerformanceObserver((list) => shifted.push(...list.getEntries())).observe({
          type: 'layout-shift',
          buffered: true,
        });
      });
    };
    status = { ...told, generatedAt: Date.now() };
    for (const width of [390, 1280]) {
      const page = await visit('/fr', { viewport: { width, height: 900 } }, prepare);
      expect(
        await page.evaluate(() => (globalThis as unknown as { shifted: unknown[] }).shifted.length),
      ).toBe(0);
    }
  });

  test('says what becomes of a service while it is open, to those too who only listen', async () => {
    const page = await visit('/fr');
    const since = told.generatedAt;
    const become = (part: Pick<PublishedService, 'state'> & Partial<PublishedService>): void => {
      const [{ id, name }] = told.services as [PublishedService, ...PublishedService[]];
      const services = [{ id, name, days, since, ...part }];
      status = { ...told, generatedAt: status.generatedAt + 1_000, services, outages: [] };
    };
    for (const [part, said] of [
      [{ state: 'down', extent: 'major', cause: 'refused' }, 'en\u00a0panne depuis'],
      [{ state: 'degraded', cause: 'slow' }, 'réponses lentes depuis'],
      [{ state: 'maintenance', until: since + 3_600_000 }, 'maintenance en cours jusqu’à'],
      [{ state: 'up' }, 'Tout fonctionne.'],
    ] as const) {
      become(part);
      listener.tell();
      await expect
        .poll(() => page.locator('[data-part=lead][aria-live=polite] h1').innerText(), patient)
        .toContain(said);
    }
  });
});
