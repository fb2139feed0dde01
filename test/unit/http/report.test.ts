import { expect, test } from 'vitest';
import type { Report } from '../../../server/app/report.ts';
import { makeConfig } from '../../support/watch.ts';
import { servePrivate } from './serve-private.ts';

const [from, until] = [Date.UTC(2026, 1, 28, 23), Date.UTC(2026, 2, 31, 22)];
const mail = { fr: 'Courriel', en: 'Mail' };
const sums = { upMs: 5, degradedMs: 0, downMs: 11_520_000, unknownMs: 0, maintenanceMs: 0 };
const none = { kept: 0, late: 0, missed: 0 };
const report: Report = {
  organisation: makeConfig([]).organisation,
  demonstration: false,
  month: '2026-03',
  from,
  until,
  isOver: true,
  services: [
    {
      id: 'mail',
      name: mail,
      from,
      until,
      ...sums,
      availability: 0.99999,
      before: 1,
      memberMinutesLost: 12_345,
    },
  ],
  memberMinutesLost: 12_345,
  outages: [{ name: mail, state: 'down', startedAt: from, cause: 'refused', ms: 11_520_000 }],
  outagesInAll: 41,
  slowestDatabases: [
    { check: 'db1', name: { fr: 'Bases <b>', en: 'Databases' }, medianUs: 800, p95Us: 1_234_567 },
  ],
  promises: { updates: { kept: 12, late: 1, missed: 0 }, announced: none, ended: none },
};
const app = servePrivate({ report: async (month) => (month === '2026-03' ? report : undefined) });
const read = async (path: string, language = 'fr') => {
  const response = await app.request(path, { headers: { 'Accept-Language': language } });
  const body = (await response.text()).replaceAll(/<!--.*?-->/gs, '').replaceAll(/[\s\u00a0\u202f]+/g, ' ');
  return { status: response.status, body };
};

test('the report of a month is a page in the language of who reads it, and runs nothing', async () => {
  const { body } = await read('/reports/2026-03');
  expect(body).toContain('<title>Rapport de mars 2026 – Globenet</title>');
  expect(body).toContain('En tout, 12 345 minutes-adhérents perdues.');
  expect(body).toContain('<td>99,999 %</td>');
  expect(body).toContain('<td>3 h 12 min</td>');
  expect(body).toContain('Les 1 plus longues.');
  expect(body).toContain('<td>1,2 s</td>');
  expect(body).toContain('Bases &lt;b&gt;');
  expect(body).not.toContain('<script');
  expect((await read('/reports/2026-03', 'en')).body).toContain('Report of March 2026');
});

test('a month that is not over says so, and one without outages, too', async () => {
  const young = servePrivate({
    report: async () => ({ ...report, isOver: false, outages: [], slowestDatabases: [] }),
  });
  const body = await (await young.request('/reports/2026-03')).text();
  expect(body).toContain('Ce mois n’est pas fini');
  expect(body).toContain('Aucune interruption n’a été constatée.');
});

test('the same is told as data, and of what is no month, that it is none', async () => {
  const { body } = await read('/api/v1/reports/2026-03');
  expect(JSON.parse(body)).toMatchObject({ month: '2026-03', memberMinutesLost: 12_345 });
  expect((await read('/reports/2026-99')).status).toBe(404);
  expect(await read('/api/v1/reports/2026-99')).toMatchObject({
    status: 404,
    body: expect.stringContaining('no month that has begun, such as 2026-11') as string,
  });
});
