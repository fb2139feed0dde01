// npm run pictures: makes the pictures of the README anew, in dashboard/pictures.
import { writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { buildAssets, openBrowser, serveStatus } from '../browser/chromium.ts';
import { worldAt } from './world.ts';

/** What is wanted of each: where, how wide and tall, and in which colours. */
const pictures = [
  { name: 'front', path: '/fr', width: 1280, height: 1180, colorScheme: 'light' },
  { name: 'dark', path: '/en', width: 1280, height: 1180, colorScheme: 'dark' },
  { name: 'phone', path: '/fr', width: 390, height: 1180, colorScheme: 'light' },
  { name: 'incident', path: '/fr/incidents/12', width: 1280, height: 860, colorScheme: 'light' },
  { name: 'service', path: '/fr/services/databases', width: 1280, height: 1250, colorScheme: 'light' },
] as const;

const folder = new URL('../../dashboard/pictures/', import.meta.url);

const pictureOf = async (page: Page): Promise<Buffer> => {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
  return Buffer.from(data, 'base64');
};

const [assets, browser] = await Promise.all([buildAssets(), openBrowser()]);
/** The same every time: an afternoon in Paris. */
const now = Date.UTC(2026, 10, 22, 13, 24);
const listener = await serveStatus(
  assets,
  () => worldAt(now),
  () => now,
);
for (const { name, path, width, height, colorScheme } of pictures) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.clock.install({ time: now });
  // How old a page is, is reckoned from the clock of who serves it.
  await page.route('**', async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), date: new Date(now + 12_000).toUTCString() };
    await route.fulfill({ response, headers });
  });
  // What is told while a page is open is told on the clock on the wall.
  await page.route('**/live', (route) => route.abort());
  await page.goto(`${listener.url}${path}`, { waitUntil: 'networkidle' });
  const picture = await pictureOf(page);
  writeFileSync(new URL(`${name}.webp`, folder), picture);
  process.stdout.write(`${name}.webp ${Math.round(picture.length / 1_000)} kB\n`);
  await page.close();
}
await browser.close();
await listener.close();
