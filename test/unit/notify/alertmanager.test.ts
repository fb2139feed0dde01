import { expect, test } from 'vitest';
import alertmanager from '../../../server/notify/alertmanager.ts';
import { deliver } from '../../support/deliver.ts';
import { makeMessage } from '../../support/message.ts';
import { lastJson, startReceiver } from '../../support/receiver.ts';

const now = Date.UTC(2026, 10, 22, 13, 5);
const errand = { clock: { now: () => now, monotonicMs: () => 0 } };
const [root] = makeMessage().alerts;

const alertsOf = async (message: Parameters<typeof makeMessage>[0] = {}) => {
  const receiver = await startReceiver();
  expect(await deliver(alertmanager, { url: receiver.url }, { message, errand })).toMatchObject({
    kind: 'delivered',
  });
  expect(receiver.received).toMatchObject([{ method: 'POST', path: '/api/v2/alerts' }]);
  return lastJson(receiver) as readonly { labels: object; annotations: object; endsAt: string }[];
};

test('an open alert has the labels that stay, and an end that is far away', async () => {
  expect(await alertsOf()).toEqual([
    {
      labels: {
        alertname: 'VigieDown',
        check: 'db1',
        service: 'databases',
        severity: 'critical',
        organisation: 'Globenet',
      },
      annotations: {
        summary: 'Bases de données : en panne',
        description: 'Bases de données : en panne depuis 14 h 02.\nLe serveur refuse les connexions.',
        cause: 'refused',
      },
      startsAt: '2026-11-22T13:02:00.000Z',
      endsAt: '2026-12-22T13:05:00.000Z',
    },
  ]);
});

test('its end is told under the same labels, whatever else has changed', async () => {
  const [open] = await alertsOf();
  const ended = { ...root!, cause: 'timeout_connect' as const, endedAt: now };
  const [closed] = await alertsOf({ kind: 'recovery', alerts: [ended] });
  expect(closed?.labels).toEqual(open?.labels);
  expect(closed?.endsAt).toBe('2026-11-22T13:05:00.000Z');
});

test('each of several alerts is one there, and says whose consequence it is', async () => {
  const child = {
    ...root!,
    id: 'a2',
    state: 'degraded' as const,
    subject: { kind: 'service' as const, id: 'web' },
    service: 'web',
    consequenceOf: 'a1',
  };
  expect(await alertsOf({ alerts: [root!, child] })).toMatchObject([
    { labels: { alertname: 'VigieDown', check: 'db1' } },
    {
      labels: { alertname: 'VigieDegraded', service: 'web', severity: 'warning' },
      annotations: { consequence_of: 'a1' },
    },
  ]);
});

test.for([
  ['test', 'VigieTest'],
  ['word', 'VigieWord'],
] as const)('a %s that is about no alert is one for an hour: %s', async ([kind, alertname]) => {
  expect(await alertsOf({ kind, severity: 'info', alerts: [] })).toMatchObject([
    {
      labels: { alertname, severity: 'info', key: 'alert/a1/admins' },
      endsAt: '2026-11-22T14:02:00.000Z',
    },
  ]);
});

test('a drill is labelled, so that routes there can tell', async () => {
  expect(await alertsOf({ exercise: true })).toMatchObject([
    { labels: { exercise: 'true' }, annotations: { summary: '[exercice] Bases de données : en panne' } },
  ]);
});
