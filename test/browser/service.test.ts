import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PublishedStatus } from '../../server/app/publish.ts';
import type { Assets } from '../../server/http/assets.ts';
import { installed } from '../support/installed.ts';
import { eventful } from '../unit/http/network.ts';
import { buildAssets, openBrowser, serveStatus } from './chromium.ts';
import type { ServedStatus } from './chromium.ts';

const past = eventful().publish();
const nowadays = (): PublishedStatus => ({ ...past, generatedAt: Date.now() });
const timeout = 20_000;
const polling = { timeout };

describe.skipIf(!installed('chromium'))('the page of a service in a browser', () => {
  let assets: Assets;
  let browser: Browser;
  let listener: ServedStatus;
  let status = nowadays;

  beforeAll(async () => {
    [assets, browser] = await Promise.all([buildAssets(), openBrowser()]);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    status = nowadays;
    listener = await serveStatus(assets, () => status());
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await listener.close();
  });

  const open = async (
    options: BrowserContextOptions = {},
    {
      path = '/fr/services/databases',
      prepare,
      isTaken = true,
    }: { path?: string; prepare?: (page: Page) => Promise<void>; isTaken?: boolean } = {},
  ): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    await prepare?.(page);
    await page.goto(`${listener.url}${path}`, { waitUntil: 'networkidle' });
    if (options.javaScriptEnabled !== false && isTaken) {
      await page.locator('smoke-chart .stage').dispatchEvent('pointerenter');
      await page.locator('smoke-chart[live] canvas').waitFor({ timeout });
    }
    return page;
  };
  const slider = (page: Page) => page.locator('smoke-chart [role=slider]');
  const valueOf = async (page: Page): Promise<string> =>
    (await slider(page).getAttribute('aria-valuetext')) ?? '';
  const readout = (page: Page): Promise<string> => page.locator('.tools p').innerText();

  test('says and draws everything without JavaScript, over each window', async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await page.locator('h1').innerText()).toMatch(/Bases de données.: réponses lentes depuis/);
    for (const name of ['24 h', '7 jours', '30 jours', '90 jours', '13 mois']) {
      await page.getByRole('link', { name }).click();
      expect(await page.locator('.windows [aria-current]').innerText()).toBe(name.replace(' ', '\u00a0'));
      const drawing = await page.locator('smoke-chart svg.stretched').boundingBox();
      expect([drawing?.height, (drawing?.width ?? 0) > 600]).toEqual([240, true]);
      await page.getByText('Les mêmes mesures en tableau').click();
      expect(await page.locator('.measured tbody tr').count()).toBeGreaterThan(150);
      expect(await page.locator('.measured tbody tr').first().isVisible()).toBe(true);
    }
  });

  test.for(
    (['fr', 'en'] as const).flatMap((language) =>
      (['light', 'dark'] as const).flatMap((colorScheme) =>
        ([390, 1280] as const).map((width) => ({ language, colorScheme, width })),
      ),
    ),
  )('can be read by everybody: $language, $colorScheme, $width pixels', async (how) => {
    const { language, colorScheme, width } = how;
    const page = await open(
      { viewport: { width, height: 900 }, colorScheme, bypassCSP: true },
      { path: `/${language}/services/databases` },
    );
    await page.locator('details#table summary').click();
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  });

  test.for([320, 390, 768, 1280] as const)(
    'never needs to be scrolled sideways at %d pixels, whatever a service is called',
    async (width) => {
      const long = { fr: 'Hébergement'.repeat(7), en: 'Hosting'.repeat(11) };
      status = () => {
        const story = nowadays();
        return { ...story, services: story.services.map((service) => ({ ...service, name: long })) };
      };
      const page = await open({ viewport: { width, height: 900 } });
      await page.locator('details#table summary').click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    },
  );

  test('is looked through by keyboard, and says each value', async () => {
    const page = await open();
    for (let stop = 0; stop < 30; stop++) {
      await page.keyboard.press('Tab');
      if (await slider(page).evaluate((one) => one === document.activeElement)) break;
    }
    expect(await slider(page).evaluate((one) => getComputedStyle(one).outlineStyle)).toBe('solid');
    const last = await valueOf(page);
    expect(last).toMatch(/^.+\d+.h.\d\d.: \d+.ms, huit sur dix entre .+ et .+\. Service perturbé\.$/);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => valueOf(page), polling).not.toBe(last);
    expect(await readout(page)).toBe(await valueOf(page));
    await page.keyboard.press('End');
    await expect.poll(() => valueOf(page), polling).toBe(last);
    const all = await slider(page).getAttribute('aria-valuemax');
    await page.keyboard.press('Home');
    await expect.poll(() => slider(page).getAttribute('aria-valuenow'), polling).toBe('0');
    await page.keyboard.press('End');
    await expect.poll(() => slider(page).getAttribute('aria-valuenow'), polling).toBe(all);
  });

  test('is looked at closely by keyboard and by buttons, and as a whole again', async () => {
    const page = await open();
    const shapes = () =>
      page
        .locator('.u-over .shape')
        .evaluateAll((all) => all.map((one) => one.getAttribute('class')?.replace('shape ', '')));
    const all = ['unknown', 'down', 'maintenance', 'degraded'];
    await expect.poll(shapes, polling).toEqual(all);
    // Half of it, and half of that.
    for (let times = 0; times < 2; times++) await page.getByRole('button', { name: 'Agrandir' }).click();
    await expect.poll(shapes, polling).toEqual(['maintenance']);
    await page.getByRole('button', { name: 'Toute la période' }).click();
    await expect.poll(shapes, polling).toEqual(all);
    await slider(page).focus();
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await expect.poll(shapes, polling).toEqual(['degraded']);
    await page.keyboard.press('Escape');
    await expect.poll(shapes, polling).toEqual(all);
  });

  test('tells what is under the mouse, and under a finger', async () => {
    const pointed = await open();
    const box = (await pointed.locator('.u-over').boundingBox())!;
    await pointed.mouse.move(box.x + box.width * 0.9, box.y + 100);
    await expect.poll(() => readout(pointed), polling).toMatch(/: \d+.ms, huit sur dix/);
    await pointed.mouse.move(box.x + box.width * 0.522, box.y + 100);
    await expect.poll(() => readout(pointed), polling).toMatch(/Service en travaux\.$/);
    const touched = await open({ hasTouch: true, viewport: { width: 390, height: 844 } });
    const over = (await touched.locator('.u-over').boundingBox())!;
    await touched.touchscreen.tap(over.x + over.width * 0.9, over.y + 60);
    await expect.poll(() => readout(touched), polling).toMatch(/: \d+.ms, huit sur dix/);
  });

  test('tells states apart without colours: each has its shape over what is shaded', async () => {
    const page = await open();
    const shapes = page.locator('.u-over .shape');
    await expect.poll(() => shapes.count(), polling).toBe(4);
    const names = await shapes.evaluateAll((all) => all.map((one) => one.getAttribute('class')));
    expect(names).toEqual(['shape unknown', 'shape down', 'shape maintenance', 'shape degraded']);
  });

  test('gives the drawing back to print, and to who chooses colours', async () => {
    const page = await open();
    const [drawing, canvas] = [page.locator('.stage > svg'), page.locator('.stage canvas')];
    const seen = async () => [await drawing.isVisible(), await canvas.isVisible()];
    expect(await seen()).toEqual([false, true]);
    await page.emulateMedia({ media: 'print' });
    expect(await seen()).toEqual([true, false]);
    await page.emulateMedia({ media: 'screen', forcedColors: 'active' });
    expect(await seen()).toEqual([true, false]);
  });

  test.for([390, 1280] as const)(
    'moves nothing when the chart is taken over, at %d pixels',
    async (width) => {
      const prepare = async (page: Page): Promise<void> => {
        await page.addInitScript(() => {
          const shifted: number[] = [];
          Object.assign(globalThis, { shifted });
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries())
              shifted.push((entry as unknown as { value: number }).value);
          }).observe({ type: 'layout-shift', buffered: true });
        });
      };
      const page = await open({ viewport: { width, height: 900 } }, { prepare });
      expect(await page.evaluate(() => (globalThis as unknown as { shifted: number[] }).shifted)).toEqual([]);
    },
  );

  test('shows what has changed at once, and leaves the chart as it is', async () => {
    const before = nowadays();
    status = () => before;
    const page = await open();
    await page.evaluate(() => document.querySelector('smoke-chart canvas')?.setAttribute('data-same', ''));
    const services = before.services.map(
      ({ id, name, days }) => ({ id, name, days, state: 'up', since: 0 }) as const,
    );
    const after: PublishedStatus = { ...before, generatedAt: Date.now(), services, outages: [] };
    status = () => after;
    listener.tell();
    await expect.poll(() => page.locator('h1').innerText(), polling).toContain('fonctionne');
    expect(await page.locator('canvas[data-same]').count()).toBe(1);
  });

  test('asks nobody else for anything, and is refused nothing by its policy', async () => {
    const asked: string[] = [];
    const complaints: string[] = [];
    const prepare = async (page: Page): Promise<void> => {
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
    };
    const page = await open({}, { prepare, isTaken: false });
    const untouched = new Set(asked).size;
    expect(untouched).toBeLessThanOrEqual(7);
    await page.locator('.stage').focus();
    await page.locator('smoke-chart[live] canvas').waitFor({ timeout });
    expect(new Set(asked.map((url) => new URL(url).origin))).toEqual(new Set([listener.url]));
    // What draws, and what is drawn.
    expect(new Set(asked).size).toBe(untouched + 2);
    expect(complaints).toEqual([]);
  });

  test('weighs less than sixty kilobytes in all, with its chart', async () => {
    const sizes: number[] = [];
    const prepare = async (page: Page): Promise<void> => {
      const session = await page.context().newCDPSession(page);
      await session.send('Network.enable');
      session.on('Network.loadingFinished', ({ encodedDataLength }) => sizes.push(encodedDataLength));
    };
    await open({}, { prepare, path: '/fr/services/databases/13m' });
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
  });
});
