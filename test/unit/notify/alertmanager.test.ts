import { expect, test } from 'vitest';
import type { Message } from '../../../server/core/alerts/message.ts';
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
  expect((await alertsOf()).slice(0, 1)).toEqual([
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

test('what is degraded no longer is that no longer when it is down, and nothing is once it is over', async () => {
  const endsOf = async (message: Parameters<typeof makeMessage>[0]) =>
    (await alertsOf(message)).map(({ labels, endsAt }) => [
      (labels as { alertname: string }).alertname,
      Date.parse(endsAt) > now,
    ]);
  const degraded = { ...root!, state: 'degraded' as const };
  expect(await endsOf({ alerts: [degraded] })).toEqual([
    ['VigieDegraded', true],
    ['VigieDown', false],
  ]);
  expect(await endsOf({ kind: 'update', alerts: [root!] })).toEqual([
    ['VigieDown', true],
    ['VigieDegraded', false],
  ]);
  // To whoever is told only of what is down it is over when it is degraded.
  expect(await endsOf({ kind: 'recovery', alerts: [degraded] })).toEqual([
    ['VigieDegraded', false],
    ['VigieDown', false],
  ]);
});

test('each of several alerts is one there, but for consequences, whose end nobody would tell', async () => {
  const child = { ...root!, id: 'a2', subject: { kind: 'service', id: 'web' }, service: 'web' } as const;
  const servicesOf = async (alerts: Message['alerts']) =>
    new Set((await alertsOf({ alerts })).map(({ labels }) => (labels as { service: string }).service));
  expect(await servicesOf([root!, child])).toEqual(new Set(['databases', 'web']));
  expect(await servicesOf([root!, { ...child, consequenceOf: 'a1' }])).toEqual(new Set(['databases']));
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
    { labels: { exercise: 'true' } },
  ]);
});
