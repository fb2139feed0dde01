import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PublishedStatus } from '../../server/app/publish.ts';
import type { Assets } from '../../server/http/assets.ts';
import { installed } from '../support/installed.ts';
import { eventful } from '../unit/http/network.ts';
import { buildAssets, openBrowser, serveStatus } from './chromium.ts';
import type { ServedStatus } from './chromium.ts';

const past = eventful().publish();

/** The same story, told as if it happened just now. */
const storyAt = (now: number): PublishedStatus => {
  const later = now - past.generatedAt;
  return {
    ...past,
    generatedAt: now,
    services: past.services.map((service) => ({ ...service, since: service.since + later })),
    outages: past.outages.map((outage) => ({
      ...outage,
      startedAt: outage.startedAt + later,
      ...(outage.endedAt !== undefined && { endedAt: outage.endedAt + later }),
    })),
  };
};

const allWell = (status: PublishedStatus): PublishedStatus => ({
  ...status,
  state: 'up',
  services: status.services.map(({ id, name, days }) => ({ id, name, days, state: 'up', since: 0 })),
  outages: [],
});

describe.skipIf(!installed('chromium'))('the page in a browser', () => {
  let assets: Assets;
  let browser: Browser;
  let listener: ServedStatus;
  let status: () => PublishedStatus;

  beforeAll(async () => {
    [assets, browser] = await Promise.all([buildAssets(), openBrowser()]);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    status = () => storyAt(Date.now());
    listener = await serveStatus(assets, () => status());
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await listener.close();
  });

  const open = async (
    options: BrowserContextOptions = {},
    { path = '/fr', prepare }: { path?: string; prepare?: (page: Page) => Promise<void> } = {},
  ): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    const page = await context.newPage();
    await prepare?.(page);
    await page.goto(`${listener.url}${path}`, { waitUntil: 'networkidle' });
    return page;
  };
  const headline = (page: Page): Promise<string> =>
    page
      .locator('h1')
      .innerText()
      .then((text) => text.trim());
  const age = (page: Page): Promise<string> => page.locator('page-age').innerText();

  test('says everything without JavaScript', async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await headline(page)).toMatch(/^Bases de données.: réponses lentes depuis \d+.h.\d\d\.$/);
    const text = await page.locator('main').innerText();
    for (const said of [
      'Tout le reste fonctionne.',
      'Courriel',
      'fonctionne',
      'Courriel\u00a0: en\u00a0panne',
    ])
      expect(text).toContain(said);
    expect(await age(page)).toMatch(/^Mesuré le .* à \d+.h.\d\d\. Rechargez la page/);
  });

  test.for(
    (['fr', 'en'] as const).flatMap((language) =>
      (['light', 'dark'] as const).flatMap((colorScheme) =>
        ([390, 1280] as const).map((width) => ({ language, colorScheme, width })),
      ),
    ),
  )('can be read by everybody: $language, $colorScheme, $width pixels', async (how) => {
    const { language, colorScheme, width } = how;
    const stories: (() => PublishedStatus)[] = [
      () => ({ ...storyAt(Date.now()), demonstration: true }),
      () => ({ ...storyAt(Date.now()), blindSince: Date.now() - 60_000 }),
      () => storyAt(Date.now() - 3_600_000),
      () => allWell(storyAt(Date.now())),
    ];
    for (const story of stories) {
      status = story;
      // The policy would refuse axe as it refuses every other script that is not ours.
      const page = await open(
        { viewport: { width, height: 900 }, colorScheme, bypassCSP: true },
        { path: `/${language}` },
      );
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<AxeResults>('axe.run()');
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }
  });

  test.for([320, 390, 768, 1280] as const)(
    'never needs to be scrolled sideways at %d pixels',
    async (width) => {
      const long = { fr: 'Hébergement'.repeat(7), en: 'Hosting'.repeat(11) };
      status = () => {
        const story = storyAt(Date.now());
        return { ...story, services: story.services.map((service) => ({ ...service, name: long })) };
      };
      const page = await open({ viewport: { width, height: 900 } });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    },
  );

  const patient = { timeout: 20_000 };

  test('shows what has changed at once, tells it to who only listens, and is not loaded again', async () => {
    const begun = storyAt(Date.now());
    status = () => begun;
    const page = await open();
    await page.evaluate(() => {
      document.body.setAttribute('data-same', '');
      const lead = document.querySelector('[data-part=lead][aria-live=polite]')!;
      new MutationObserver(() => document.body.setAttribute('data-told', lead.textContent)).observe(lead, {
        childList: true,
      });
    });
    expect(await headline(page)).toContain('réponses lentes');
    status = () => allWell(storyAt(Date.now()));
    listener.tell();
    // Sooner than it would ask by itself.
    await expect.poll(() => headline(page), patient).toBe('Tout fonctionne.');
    expect(await page.title()).toBe('Tout fonctionne. – Globenet');
    expect(await page.locator('.open').count()).toBe(0);
    expect(await page.locator('body[data-same]').getAttribute('data-told')).toContain('Tout fonctionne.');
  });

  test('hears that nothing has changed, asks for nothing, and is as old as what it hears', async () => {
    const told: PublishedStatus[] = [storyAt(Date.now() - 130_000)];
    status = () => told.at(-1)!;
    const page = await open({}, { prepare: (page) => page.clock.install() });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await expect.poll(() => age(page), patient).toBe('Mesuré il y a 2 minutes.');
    told.push({ ...told[0]!, generatedAt: Date.now() });
    listener.tell();
    await expect.poll(() => age(page), patient).toMatch(/^Mesuré (maintenant|il y a \d+ secondes?)\.$/);
    await page.clock.runFor(20_000);
    expect(asked).toEqual([]);
  });

  test('lets the line go while nobody looks, and looks again when somebody does', async () => {
    const page = await open();
    const hide = (isHidden: boolean) =>
      page.evaluate((isHidden) => {
        Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, isHidden);
    const line: string[] = [];
    const note = (what: string) => (request: Request) => {
      if (request.resourceType() === 'eventsource') line.push(what);
    };
    page.on('request', note('begins'));
    page.on('requestfailed', note('ends'));
    await hide(true);
    await expect.poll(() => line, patient).toEqual(['ends']);
    status = () => allWell(storyAt(Date.now()));
    await hide(false);
    await expect.poll(() => headline(page), patient).toBe('Tout fonctionne.');
    expect(line).toEqual(['ends', 'begins']);
  });

  test('asks by itself where it hears nothing, no more often than twice a minute, and not for what it has', async () => {
    const still = storyAt(Date.now());
    status = () => still;
    listener.hush();
    let first: Promise<unknown> | undefined;
    const page = await open(
      {},
      {
        prepare: async (page) => {
          await page.clock.install();
          first = page.waitForResponse(/since=/).then((response) => response.finished());
        },
      },
    );
    await first;
    const bytes: number[] = [];
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    const asked = new Set<string>();
    session.on('Network.requestWillBeSent', ({ requestId, type }) => type === 'XHR' && asked.add(requestId));
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (asked.has(requestId)) bytes.push(encodedDataLength);
    });
    for (let i = 0; i < 3; i++) {
      await page.clock.runFor(31_000);
      await page.waitForLoadState('networkidle');
    }
    await expect.poll(() => bytes.length, patient).toBe(3);
    // Headers, or nothing at all.
    expect(Math.max(...bytes)).toBeLessThan(2_000);
  });

  test('says so when nobody tells it anything any more, and takes the colours back', async () => {
    status = () => storyAt(Date.now() - 3_600_000);
    const page = await open();
    await expect
      .poll(() => age(page))
      .toMatch(/^La page ne reçoit plus de nouvelles\. Ce que vous lisez a été mesuré il y a 1 heure/);
    const coloured = (selector: string, property: 'color' | 'borderLeftColor') =>
      page
        .locator(selector)
        .evaluateAll((all, name) => all.map((one) => getComputedStyle(one)[name]), property);
    const shapes = await coloured('.group .shape', 'color');
    expect(new Set([...shapes, ...(await coloured('.open article', 'borderLeftColor'))]).size).toBe(1);
    expect(new Set(await coloured('.state p:first-child', 'color')).size).toBe(1);
  });

  test('grows old before the eyes of who keeps it open while the server is away', async () => {
    const page = await open({}, { prepare: (page) => page.clock.install() });
    await expect.poll(() => age(page)).toMatch(/^Mesuré (maintenant|il y a \d+ secondes?)\.$/);
    await page.route('**', (route) => route.abort());
    await page.clock.runFor(170_000);
    expect(await age(page)).toMatch(/^Mesuré il y a 2 minutes\.$/);
    await page.clock.runFor(20_000);
    expect(await age(page)).toContain('ne reçoit plus de nouvelles');
  });

  test.for(['behind', 'ahead'] as const)(
    'trusts the clock of the server when the reader’s is %s',
    async (which) => {
      const wrong = Date.now() + (which === 'ahead' ? 5 : -5) * 3_600_000;
      const page = await open({}, { prepare: (page) => page.clock.install({ time: wrong }) });
      await expect.poll(() => age(page)).toMatch(/^Mesuré (maintenant|il y a \d+ secondes?)\.$/);
    },
  );

  test('says how old it is when a cache goes on handing out an old copy', async () => {
    const copiedAt = Date.now() - 3_700_000;
    status = () => storyAt(copiedAt);
    const prepare = async (page: Page): Promise<void> => {
      listener.hush();
      await page.route('**/fr?since=*', async (route) => {
        const response = await route.fetch();
        const headers = { ...response.headers(), date: new Date(copiedAt).toUTCString(), age: '3700' };
        await route.fulfill({ response, headers });
      });
    };
    const page = await open({}, { prepare });
    await expect.poll(() => age(page), patient).toContain('a été mesuré il y a 1 heure');
  });

  test('asks nobody else for anything, and leaves nothing behind', async () => {
    const asked: string[] = [];
    const complaints: string[] = [];
    const still = storyAt(Date.now());
    status = () => still;
    const page = await open(
      {},
      {
        prepare: async (page) => {
          page.on('request', (request) => asked.push(request.url()));
          page.on('console', (message) => complaints.push(message.text()));
          page.on('pageerror', (error) => complaints.push(error.message));
        },
      },
    );
    expect(new Set(asked.map((url) => new URL(url).origin))).toEqual(new Set([listener.url]));
    expect(new Set(asked).size).toBeLessThanOrEqual(5);
    expect(complaints).toEqual([]);
    expect(await page.context().cookies()).toEqual([]);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  });

  test('shows where the keyboard is', async () => {
    const page = await open();
    const focused = page.locator('a:focus-visible');
    for (const name of ['Historique', 'Travaux prévus', 'English']) {
      await page.keyboard.press('Tab');
      expect(await focused.innerText()).toBe(name);
      expect(await focused.evaluate((link) => getComputedStyle(link).outlineStyle)).toBe('solid');
    }
    await page.keyboard.press('Enter');
    await page.waitForURL('**/en');
    expect(await headline(page)).toMatch(/^Databases: slow answers since \d\d:\d\d\.$/);
  });
});
