// The pages that tell, as readers have them: on a phone, in the dark, without JavaScript, by the keyboard, very large.
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PublishedStatus } from '../../server/app/publish.ts';
import type { Listener } from '../../server/http/server.ts';
import { installed } from '../support/installed.ts';
import { announced, badDay, incident, resolved, weekly, windowAt } from '../support/published.ts';
import { minutes } from '../support/watch.ts';
import { buildAssets, openBrowser, serveStatus } from './chromium.ts';

const open: PublishedStatus = {
  ...badDay,
  incidents: [{ ...incident, nextUpdateBy: badDay.generatedAt + 30 * minutes }, resolved],
  maintenance: [windowAt(-1), windowAt(6)].map(announced),
  recurring: [weekly],
  calendar: [windowAt(-9), windowAt(9, { cancelled: true })],
};
const paths = ['incidents/3', 'incidents/2', 'history', 'maintenance', 'report'] as const;

describe.skipIf(!installed('chromium'))('the pages that tell, in a browser', () => {
  let browser: Browser;
  let listener: Listener;
  let status: PublishedStatus;

  beforeAll(async () => {
    const [assets, opened] = await Promise.all([buildAssets(), openBrowser()]);
    browser = opened;
    listener = await serveStatus(assets, () => status);
  });
  beforeEach(() => {
    status = open;
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await browser.close();
    await listener.close();
  });

  const visit = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    await page.goto(`${listener.url}${path}`, { waitUntil: 'load' });
    return page;
  };

  test.for(
    (['fr', 'en'] as const).flatMap((language) =>
      (['light', 'dark'] as const).flatMap((colorScheme) =>
        ([390, 1280] as const).map((width) => ({ language, colorScheme, width })),
      ),
    ),
  )('can be read by everybody: $language, $colorScheme, $width pixels', async (how) => {
    const { language, colorScheme, width } = how;
    for (const path of paths) {
      // The policy would refuse axe as it refuses every other script that is not ours.
      const page = await visit(`/${language}/${path}`, {
        viewport: { width, height: 900 },
        colorScheme,
        bypassCSP: true,
      });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      expect([path, violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]).toEqual([
        path,
        [],
      ]);
    }
  });

  // 1280 pixels at 400 % are 320.
  test.for([320, 390, 768] as const)('never need to be scrolled sideways at %d pixels', async (width) => {
    const long = { fr: 'Hébergement'.repeat(7), en: 'Hosting'.repeat(11) };
    status = { ...open, services: open.services.map((service) => ({ ...service, name: long })) };
    for (const path of paths) {
      const page = await visit(`/fr/${path}`, { viewport: { width, height: 800 } });
      const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect([path, beyond <= 0]).toEqual([path, true]);
    }
  });

  test('say everything without JavaScript', async () => {
    const said = {
      'incidents/3': ['Nous surveillons la réparation.', 'Prochaine nouvelle avant', 'Texte corrigé le'],
      'incidents/2': ['Résolu le', 'Ce qui s’est passé', 'Une mise à jour.'],
      history: ['Courriel\u00a0: en\u00a0panne', 'Disque lent', '99,972\u00a0%'],
      maintenance: ['Chaque dimanche', 'Annulé\u00a0: Nouveau serveur', 'iCalendar'],
      report: ['Signaler une panne', 'Courriel', 'help@example.org'],
    } satisfies Record<(typeof paths)[number], readonly string[]>;
    for (const path of paths) {
      const page = await visit(`/fr/${path}`, { javaScriptEnabled: false });
      const text = await page.locator('main').innerText();
      for (const words of said[path]) expect(text).toContain(words);
    }
  });

  test('are walked through by the keyboard, link by link, and each shows where one is', async () => {
    for (const path of paths) {
      const page = await visit(`/fr/${path}`);
      const count = await page.locator('a').count();
      for (let at = 0; at < count; at++) {
        await page.keyboard.press('Tab');
        const here = page.locator(':focus');
        expect(await here.evaluate((link) => getComputedStyle(link).outlineStyle)).not.toBe('none');
        expect(await here.getAttribute('href')).toBe(await page.locator('a').nth(at).getAttribute('href'));
      }
    }
  });

  test('tell what is new while they are open', async () => {
    const page = await visit('/fr/incidents/3');
    const { generatedAt } = open;
    const news = { at: generatedAt, phase: 'monitoring', text: { fr: 'Tout est revenu.' } } as const;
    status = {
      ...open,
      generatedAt: generatedAt + 1_000,
      incidents: [{ ...incident, updates: [news, ...incident.updates] }],
    };
    await page.clock.install();
    await expect
      .poll(
        async () => {
          await page.clock.runFor(31_000);
          return page.locator('.timeline').innerText();
        },
        { timeout: 20_000 },
      )
      .toContain('Tout est revenu.');
    const over = { phase: 'resolved', resolvedAt: generatedAt + 2_000 } as const;
    status = { ...status, generatedAt: generatedAt + 2_000, incidents: [{ ...incident, ...over }] };
    await expect
      .poll(
        async () => {
          await page.clock.runFor(31_000);
          return page.locator('[data-part=lead]').innerText();
        },
        { timeout: 20_000 },
      )
      .toContain('Résolu le');
    expect(await page.locator('page-age').count()).toBe(0);
  });

  test('keep their shapes in grey, and lose only what acts on paper', async () => {
    const page = await visit('/fr/history');
    await page.emulateMedia({ media: 'print', forcedColors: 'active' });
    expect(await page.locator('.happened .shape').count()).toBe(3);
    expect(await page.locator('header nav').first().isVisible()).toBe(false);
    expect(await page.locator('.chronicle').isVisible()).toBe(true);
  });
});
