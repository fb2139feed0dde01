// « Est-ce mon site ? » as a member uses it: without JavaScript, by keyboard, on a phone, and read out.
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SiteFacts, VisitEnd } from '../../server/core/self-check/facts.ts';
import type { Assets } from '../../server/http/assets.ts';
import { listen } from '../../server/http/server.ts';
import type { Listener } from '../../server/http/server.ts';
import { serveSelfCheck } from '../support/asking.ts';
import { installed } from '../support/installed.ts';
import { buildAssets, openBrowser } from './chromium.ts';

const factsOf = (standing: SiteFacts['name']['standing'], end: VisitEnd): SiteFacts => ({
  name: { standing, servers: 'others' },
  hosts: [{ host: 'bare', four: 'ours', six: 'elsewhere' }],
  visits: standing === 'found' ? [{ host: 'bare', family: 4, isSecure: true, end }] : [],
  mail: { goes: 'ours', spf: 0 },
});

/** One of every look that a page may have. */
const sites: Readonly<Record<string, SiteFacts | undefined>> = {
  'well.example': factsOf('found', { kind: 'answered', status: 200, expires: true }),
  'broken.example': factsOf('found', { kind: 'answered', status: 500, expires: false }),
  'expired.example': factsOf('found', { kind: 'failed', cause: 'tls_expired' }),
  'lapsed.example': factsOf('nowhere', { kind: 'loops' }),
  'lame.example': factsOf('unanswered', { kind: 'loops' }),
  'unseen.example': undefined,
};

describe.skipIf(!installed('chromium'))('a member in a browser', () => {
  let assets: Assets;
  let browser: Browser;
  let listener: Listener;

  beforeAll(async () => {
    [assets, browser] = await Promise.all([buildAssets(), openBrowser()]);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    const allowed = { prefixes: ['192.0.2.0/24'], nameServers: [], mailServers: [], resolvers: [] };
    const examiner = { examine: async ({ domain }: { domain: string }) => sites[domain] };
    const { app } = serveSelfCheck(Object.keys(sites), allowed, examiner, { assets });
    listener = await listen(app, { address: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await listener.close();
  });

  const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(`${listener.url}${path}`);
    return page;
  };
  const ask = async (page: Page, domain: string) => {
    await page.fill('#domain', domain);
    await page.click('button');
    await page.waitForSelector('.asked');
  };
  const headline = (page: Page) => page.locator('h1').innerText();

  test('asks from the front page without JavaScript, and leaves no trace in an address', async () => {
    const page = await open('/fr', { javaScriptEnabled: false });
    await ask(page, 'broken.example');
    expect(await headline(page)).toContain('C’est à régler de votre côté.');
    expect(page.url()).toBe(`${listener.url}/fr/site`);
    await ask(page, 'well.example');
    expect(await headline(page)).toContain('Votre site répond');
  });

  test('asks by keyboard alone, and sees where it is', async () => {
    const page = await open('/en/site');
    for (let tab = 0; tab < 20; tab += 1) {
      await page.keyboard.press('Tab');
      if (await page.locator('#domain').evaluate((input) => input === document.activeElement)) break;
    }
    const outline = () => page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(await outline()).toBe('solid');
    await page.keyboard.type('lapsed.example');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.asked');
    expect(await headline(page)).toContain('This is for you to mend.');
  });

  test.for(
    (['fr', 'en'] as const).flatMap((language) =>
      (['light', 'dark'] as const).flatMap((colorScheme) =>
        ([320, 1280] as const).map((width) => ({ language, colorScheme, width })),
      ),
    ),
  )('can read it, whoever he is: $language, $colorScheme, $width pixels', async (how) => {
    const { language, colorScheme, width } = how;
    // The policy would refuse axe as it refuses every other script that is not ours.
    const options = { viewport: { width, height: 900 }, colorScheme, bypassCSP: true };
    const page = await open(`/${language}/site`, options);
    for (const domain of [undefined, ...Object.keys(sites).slice(0, 5)]) {
      if (domain !== undefined) await ask(page, domain);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
  });
});
