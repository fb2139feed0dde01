import { expect, test } from 'vitest';
import { WeeklyTest, testMessage } from '../../../server/app/weekly-test.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import { makeRoute } from '../../support/alerting.ts';
import { makeConfig } from '../../support/watch.ts';

// A Monday in Paris, ten o'clock.
const monday = Date.UTC(2026, 10, 23, 9);

const weekly = () => {
  const told: Message[] = [];
  const asked: string[] = [];
  const bells: { call: () => void; missed: () => void }[] = [];
  const test = new WeeklyTest({
    clock: { now: () => monday, monotonicMs: () => 0 },
    cron: (expression, timezone, call, missed = () => {}) => {
      asked.push(`${expression} ${timezone}`);
      const bell = { call, missed };
      bells.push(bell);
      return () => void bells.splice(bells.indexOf(bell), 1);
    },
    tell: (messages) => told.push(...messages),
  });
  const routes = [
    makeRoute('admins', { weeklyTest: true }),
    makeRoute('members'),
    makeRoute('sms', { weeklyTest: true }),
  ];
  test.configure({ ...makeConfig([]), routes });
  return { test, told, asked, bells };
};

test('each route that wants one is told on Monday at ten, where the organisation is', () => {
  const { told, asked, bells } = weekly();
  expect(asked).toEqual(['0 10 * * 1 Europe/Paris']);
  bells[0]?.call();
  expect(told).toMatchObject([
    { key: 'test/2026-11-23/admins', route: 'admins', kind: 'test', severity: 'info', alerts: [] },
    { key: 'test/2026-11-23/sms', route: 'sms' },
  ]);
  expect(told[0]?.text.fr).toMatch(/la voie «\u00a0admins\u00a0» fonctionne/);
});

test('a Monday on which the machine slept is made up for, under the same key', () => {
  const { told, bells } = weekly();
  bells[0]?.missed();
  bells[0]?.call();
  expect(told.map(({ key }) => key)).toEqual([
    'test/2026-11-23/admins',
    'test/2026-11-23/sms',
    'test/2026-11-23/admins',
    'test/2026-11-23/sms',
  ]);
});

test('nobody is tested who does not want it, and nothing after the end', () => {
  const { test, bells } = weekly();
  test.configure({ ...makeConfig([]), routes: [makeRoute('members')] });
  expect(bells).toEqual([]);
  test.configure({ ...makeConfig([]), routes: [makeRoute('admins', { weeklyTest: true })] });
  expect(bells).toHaveLength(1);
  test.stop();
  expect(bells).toEqual([]);
});

test('the day of a test is that of the organisation', () => {
  const organisation = { name: 'Globenet', timezone: 'Pacific/Auckland' };
  const at = Date.UTC(2026, 10, 22, 12);
  expect(testMessage({ id: 'a' }, organisation, at, 'weekly').key).toBe('test/2026-11-23/a');
});

test('a test that was asked for is another one each time', () => {
  const organisation = { name: 'Globenet', timezone: 'Europe/Paris' };
  const keys = [monday, monday + 1].map((at) => testMessage({ id: 'a' }, organisation, at, 'asked').key);
  expect(new Set(keys).size).toBe(2);
});
