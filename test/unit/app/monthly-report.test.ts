import { expect, test } from 'vitest';
import { MonthlyReport } from '../../../server/app/monthly-report.ts';
import type { Report } from '../../../server/app/report.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import { makeRoute } from '../../support/alerting.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { makeConfig } from '../../support/watch.ts';

/** The first of November in Paris, eight o'clock. */
const first = Date.UTC(2026, 10, 1, 7);
const sums = { upMs: 5, degradedMs: 0, unknownMs: 0, maintenanceMs: 0, from: 0, until: 1 };
const none = { kept: 0, late: 0, missed: 0 };
const report: Report = {
  organisation: makeConfig([]).organisation,
  demonstration: false,
  month: '2026-10',
  from: Date.UTC(2026, 8, 30, 22),
  until: Date.UTC(2026, 9, 31, 23),
  isOver: true,
  services: [
    {
      id: 'mail',
      name: { fr: 'Courriel', en: 'Mail' },
      ...sums,
      downMs: 15_000_000,
      availability: 0.9941,
      memberMinutesLost: 37_500,
    },
    { id: 'new', name: { fr: 'Nouveau', en: 'New' }, ...sums, downMs: 0 },
  ],
  memberMinutesLost: 37_500,
  outages: [],
  outagesInAll: 0,
  slowestDatabases: [],
  promises: { updates: none, announced: none, ended: none },
};

const monthly = (answer: Report | undefined | Error = report) => {
  const time = new PassingTime(first);
  const [told, asked, lines]: [Message[], string[], string[]] = [[], [], []];
  const bells: (() => void)[] = [];
  const log = (event: string) => void lines.push(event);
  const made = new MonthlyReport({
    clock: time.clock,
    cron: (expression, timezone, call, missed) => {
      asked.push(`${expression} ${timezone}`);
      bells.push(call, missed!);
      return () => bells.splice(0);
    },
    log: { info: log, warn: log, error: log },
    report: async (month) => {
      asked.push(month);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    tell: (messages) => told.push(...messages),
  });
  const routes = [makeRoute('admins', { monthlyReport: true }), makeRoute('phones')];
  made.configure({ ...makeConfig([]), routes });
  return { made, time, told, asked, lines, bells };
};

test('on the first of a month the one before is told to each route that wants it', async () => {
  const { time, told, asked, bells } = monthly();
  bells[0]!();
  await time.pass(0);
  expect(asked).toEqual(['0 8 1 * * Europe/Paris', '2026-10']);
  expect(told).toMatchObject([
    { key: 'report/2026-10/admins', route: 'admins', kind: 'word', severity: 'info' },
  ]);
  const plain = (text = '') => text.replaceAll(/[\u00a0\u202f]/g, ' ');
  expect(plain(told[0]?.title.fr)).toBe('Rapport d’octobre 2026 – Globenet');
  expect(plain(told[0]?.text.fr).split('\n').slice(2)).toEqual([
    'Courriel : 99,410 %, 4 h 10 min en panne, 37 500 minutes-adhérents perdues',
    'Nouveau : –',
  ]);
  expect(plain(told[0]?.text.en)).toContain('Mail: 99.410%, down for 4 h 10 min, 37,500 member-minutes lost');
});

test('a machine that slept tells it late, under the same key', async () => {
  const { time, told, bells } = monthly();
  bells[1]!();
  await time.pass(0);
  bells[0]!();
  await time.pass(0);
  expect(new Set(told.map(({ key }) => key)).size).toBe(1);
});

test('a report that cannot be made is told in the log', async () => {
  const { time, told, lines, bells } = monthly(new Error('no disk'));
  bells[0]!();
  await time.pass(0);
  expect([told, lines]).toEqual([[], ['work.failed']]);
});

test('nobody who has not asked for it is told', () => {
  const { made, bells } = monthly();
  made.configure({ ...makeConfig([]), routes: [makeRoute('phones')] });
  expect(bells).toEqual([]);
});
