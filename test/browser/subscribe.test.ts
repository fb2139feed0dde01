// Being told by mail, as a member asks for it: without JavaScript, by keyboard, on a phone, and read out.
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Assets } from '../../server/http/assets.ts';
import { listen } from '../../server/http/server.ts';
import type { Listener } from '../../server/http/server.ts';
import { installed } from '../support/installed.ts';
import { pathIn, subscribable } from '../support/subscribable.ts';
import { buildAssets, openBrowser } from './chromium.ts';

describe.skipIf(!installed('chromium'))('a member in a browser', () => {
  let assets: Assets;
  let browser: Browser;
  let made: ReturnType<typeof subscribable>;
  let listener: Listener;

  beforeAll(async () => {
    [assets, browser] = await Promise.all([buildAssets(), openBrowser()]);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    made = subscribable(assets);
    listener = await listen(made.app, { address: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await listener.close();
    await made.store.close();
  });

  const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(`${listener.url}${path}`);
    return page;
  };
  const headline = (page: Page) => page.locator('h1').innerText();
  const counts = () => made.store.countSubscribers(['databases', 'mail']);

  test('subscribes from the front page without JavaScript, changes his mind, and is forgotten', async () => {
    const page = await open('/fr', { javaScriptEnabled: false });
    await page.fill('#address', 'ada@example.org');
    await page.click('#subscribe button');
    expect(await headline(page)).toBe('Regardez votre courrier.');
    const [invitation] = await made.sent();
    await page.goto(listener.url + pathIn(invitation, '/subscribe/'));
    await page.click('main button');
    expect(await headline(page)).toBe('C’est confirmé.');
    expect(await counts()).toMatchObject({ confirmed: 1, services: [{ incidents: 1 }, { maintenance: 1 }] });
    await page.click('main a');
    await page.uncheck('input[value=maintenance]');
    await page.uncheck('input[value=databases]');
    await page.click('text=Enregistrer');
    expect(await page.locator('[role=status]').innerText()).toBe('C’est enregistré.');
    expect(await page.locator('input[value=databases]').isChecked()).toBe(false);
    expect((await counts()).services).toEqual([
      { id: 'databases', incidents: 0, maintenance: 0 },
      { id: 'mail', incidents: 1, maintenance: 0 },
    ]);
    await page.click('text=Effacer mon adresse');
    expect(await headline(page)).toBe('Votre adresse est effacée.');
    expect(await counts()).toMatchObject({ confirmed: 0, unconfirmed: 0 });
  });

  test('subscribes by keyboard alone, and sees where he is', async () => {
    const page = await open('/en/subscribe');
    const focused = () => page.evaluate(() => (document.activeElement as HTMLInputElement).value);
    const reach = async (value: string) => {
      for (let tab = 0; tab < 30 && (await focused()) !== value; tab += 1) await page.keyboard.press('Tab');
      expect(await focused()).toBe(value);
      expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)).toBe('solid');
    };
    await reach('maintenance');
    await page.keyboard.press('Space');
    await reach('mail');
    await page.keyboard.press('Space');
    await reach('en');
    await page.keyboard.press('Tab');
    await page.keyboard.type('ada@example.org');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Look into your mail.');
    const [invitation] = await made.sent();
    expect(invitation?.language).toBe('en');
    expect((await made.store.subscriber(invitation?.name ?? ''))?.wish).toEqual({
      topics: ['incidents'],
      services: ['databases'],
      language: 'en',
    });
  });

  test.for([
    { language: 'fr', colorScheme: 'light', width: 320 },
    { language: 'fr', colorScheme: 'dark', width: 1280 },
    { language: 'en', colorScheme: 'light', width: 1280 },
    { language: 'en', colorScheme: 'dark', width: 320 },
  ] as const)('can read it, whoever he is: $language, $colorScheme, $width pixels', async (how) => {
    const { language, colorScheme, width } = how;
    const wish = { topics: ['incidents'] as const, language };
    await made.subscriptions.ask('ada@example.org', wish);
    const [invitation] = await made.sent();
    const confirm = pathIn(invitation, '/subscribe/');
    await made.subscriptions.confirm(confirm.slice(confirm.lastIndexOf('/') + 1));
    const manage = made.tokens.of(invitation?.name ?? '', 'manage');
    // The policy would refuse axe as it refuses every other script that is not ours.
    const page = await open('/fr', { viewport: { width, height: 900 }, colorScheme, bypassCSP: true });
    for (const path of [
      '',
      '/subscribe',
      `/subscription/${manage}`,
      `/unsubscribe/${manage}`,
      '/subscription/x',
    ]) {
      await page.goto(`${listener.url}/${language}${path}`);
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      expect(violations.map(({ id, nodes }) => [path, id, nodes.map(({ html }) => html)])).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
  });
});
