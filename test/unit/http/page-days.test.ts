// The bars of ninety days beside each service, what they open, and how fast it answers.
import { brotliCompressSync, constants } from 'node:zlib';
import { expect, test } from 'vitest';
import type { PublishedService, PublishedStatus } from '../../../server/app/publish.ts';
import { ninetyDays } from '../../support/days.ts';
import { badDay } from '../../support/published.ts';
import { serve } from './serve.ts';

const pageOf = async (part: Partial<PublishedStatus>, language = 'fr'): Promise<string> => {
  const status = { ...badDay, outages: [], ...part };
  return (await serve(() => status).request(`/${language}`)).text();
};
const textOf = (page: string): string =>
  page
    .slice(page.indexOf('<body>'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const service = (id: string, part: Partial<PublishedService> = {}): PublishedService => ({
  id,
  name: { fr: id, en: id },
  state: 'up',
  since: 0,
  days: ninetyDays(),
  ...part,
});

test('ninety days open the list of those on which something was wrong, newest first, and lead to each', async () => {
  const days = ninetyDays({ 7: 'down', 50: 'degraded', 60: 'maintenance' });
  const page = await pageOf({ services: [service('A', { days })] });
  const list = page.slice(page.indexOf('<details class="days" id="A:days">'), page.indexOf('</details>'));
  expect(textOf(`<body>${list}`).trim()).toMatch(
    /mer\. 14 oct\. lent ou perturbé 1\sh mar\. 1er sept\. en panne 1\sh$/,
  );
  expect(list.match(/href="[^"]+"/g)).toEqual([
    'href="/fr/history/2026-10#2026-10-14"',
    'href="/fr/history/2026-09#2026-09-01"',
  ]);
  expect(await pageOf({ services: [service('A')] })).not.toContain('class="days" id=');
});

test('fifty services with ninety days each weigh less than fifteen kilobytes', async () => {
  const services = Array.from({ length: 50 }, (_, index) => {
    const wrong = Array.from({ length: 12 }, (_, n) => [
      (index * 7 + n * n * 5) % 90,
      n % 3 ? 'degraded' : 'down',
    ]);
    const days = ninetyDays(Object.fromEntries(wrong) as Record<number, 'down' | 'degraded'>);
    return service(`Service ${index}`, { days, pace: { tookMs: 10 + index, usualMs: 9 + index } });
  });
  const page = brotliCompressSync(await pageOf({ services }), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
  });
  expect(page.length).toBeLessThan(15_000);
});

test('how fast a service answers stands beside it, with what is usual where that is known', async () => {
  const paced = (pace: { tookMs: number; usualMs?: number }) =>
    pageOf({ services: [service('A', { pace })] });
  expect(textOf(await paced({ tookMs: 41, usualMs: 0.8 }))).toMatch(/fonctionne 41\sms, d’habitude 0,8\sms/);
  expect(textOf(await paced({ tookMs: 41 }))).toMatch(/fonctionne répond en 41\sms [^,]/);
});

test('ninety days stand beside each service, the worse the taller', async () => {
  const days = ninetyDays({ 3: 'down', 50: 'degraded', 51: 'degraded', 60: 'maintenance', 70: 'unknown' });
  const page = await pageOf({ services: [service('A', { days })] });
  expect(page).toContain(
    'aria-label="Ces 90 derniers jours\u00a0: 1 avec une panne et 2 avec un service perturbé."',
  );
  expect(page).toContain('<path class="down" d="M9 24v-21h2v21z">');
  expect(page).toContain('<path class="degraded" d="M150 24v-15h2v15zM153 24v-15h2v15z">');
  expect(textOf(page)).toContain('99,98 %');
  const never = await pageOf({ services: [service('A')] }, 'en');
  expect(never).toContain('aria-label="The last 90 days: no interruption was recorded."');
});
