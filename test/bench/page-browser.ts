// What a reader's browser gets and when it shows it: over loopback, and over a poor line on a slow phone.
import type { Browser, Page, Request } from 'playwright-core';
import { openBrowser } from '../browser/chromium.ts';
import { charted } from './page-world.ts';

const visits = 7;
const phone = { width: 390, height: 844 };
/** 1.6 Mbit/s, and what Lighthouse calls a mid-tier phone. */
const poorLine = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const slowness = 4;

export interface Weights {
  /** Bytes as they are sent, without headers. */
  readonly html: number;
  readonly script: number;
  readonly style: number;
  readonly requests: number;
  /** The page of a service once its chart is there: all of it, with headers. */
  readonly chartPage: number;
}

export interface Paints {
  readonly firstMs: number;
  readonly completeMs: number;
  readonly shift: number;
}

export const visit = async (
  origin: string,
): Promise<{ readonly weights: Weights; readonly near: Paints; readonly far: Paints }> => {
  const browser = await openBrowser();
  try {
    const weights = await weigh(browser, origin);
    return { weights, near: await watch(browser, origin, false), far: await watch(browser, origin, true) };
  } finally {
    await browser.close();
  }
};

const weigh = async (browser: Browser, origin: string): Promise<Weights> => {
  const front = await fetched(browser, `${origin}/fr`);
  const sent = (type: string) =>
    front.filter((one) => one.type === type).reduce((sum, { bodyBytes }) => sum + bodyBytes, 0);
  const chart = await fetched(browser, `${origin}/fr/services/${charted}`, async (page) => {
    await page.locator('smoke-chart .stage').focus();
    await page.locator('smoke-chart[live] canvas').waitFor();
  });
  return {
    html: sent('document'),
    script: sent('script'),
    style: sent('stylesheet'),
    requests: front.length,
    chartPage: chart.reduce((sum, { bodyBytes, headerBytes }) => sum + bodyBytes + headerBytes, 0),
  };
};

interface Fetched {
  readonly type: string;
  readonly bodyBytes: number;
  readonly headerBytes: number;
}

const fetched = async (
  browser: Browser,
  address: string,
  until: (page: Page) => Promise<void> = async () => {},
): Promise<readonly Fetched[]> => {
  const page = await browser.newPage({ viewport: phone });
  const asked: Request[] = [];
  page.on('request', (request) => asked.push(request));
  await page.goto(address, { waitUntil: 'networkidle' });
  await until(page);
  const all = await Promise.all(
    asked.map(async (request): Promise<Fetched> => {
      const type = request.resourceType();
      // What is told as it happens has no end, and so no size.
      if (type === 'eventsource') return { type, bodyBytes: 0, headerBytes: 0 };
      const { responseBodySize, responseHeadersSize } = await request.sizes();
      return { type, bodyBytes: responseBodySize, headerBytes: responseHeadersSize };
    }),
  );
  await page.close();
  return all;
};

/** Of several visits with nothing in the cache, the middle one. */
const watch = async (browser: Browser, origin: string, isFar: boolean): Promise<Paints> => {
  const seen: Paints[] = [];
  for (let at = 0; at < visits; at += 1) seen.push(await paints(browser, `${origin}/fr`, isFar));
  const middle = (of: (paints: Paints) => number) =>
    seen.map(of).toSorted((a, b) => a - b)[Math.floor(visits / 2)] ?? Number.NaN;
  return {
    firstMs: middle(({ firstMs }) => firstMs),
    completeMs: middle(({ completeMs }) => completeMs),
    shift: Math.max(...seen.map(({ shift }) => shift)),
  };
};

const paints = async (browser: Browser, address: string, isFar: boolean): Promise<Paints> => {
  const context = await browser.newContext({ viewport: phone });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  if (isFar) {
    await session.send('Network.emulateNetworkConditions', poorLine);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowness });
  }
  await page.goto(address, { waitUntil: 'load' });
  const told = await page.evaluate(
    () =>
      new Promise<Paints>((resolve) => {
        let shift = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) shift += (entry as unknown as { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
        new PerformanceObserver((list) => {
          const [first] = list.getEntriesByName('first-contentful-paint');
          const [loaded] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
          if (first === undefined || loaded === undefined) return;
          // What moves later, moves soon.
          setTimeout(
            () => resolve({ firstMs: first.startTime, completeMs: loaded.loadEventEnd, shift }),
            500,
          );
        }).observe({ type: 'paint', buffered: true });
      }),
  );
  await context.close();
  return told;
};
