// Debian's Alertmanager takes our alerts, and tells by its own routes when they begin and end.
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../server/core/alerts/message.ts';
import alertmanager from '../../../server/notify/alertmanager.ts';
import { canAlertmanager, startAlertmanager } from '../../support/alertmanager.ts';
import { deliver } from '../../support/deliver.ts';
import { makeMessage } from '../../support/message.ts';
import { startReceiver } from '../../support/receiver.ts';

describe.skipIf(!canAlertmanager)('the Alertmanager', () => {
  test('knows an alert while it is open, and tells its end', async () => {
    const receiver = await startReceiver();
    await using server = await startAlertmanager(receiver.url);
    const send = (message: Partial<Message>) => deliver(alertmanager, { url: server.url }, { message });
    const told = () =>
      receiver.received.map(({ body }) => {
        const { status, commonLabels } = JSON.parse(body) as { status: string; commonLabels: object };
        return { status, ...commonLabels };
      });
    const startedAt = Date.now() - 60_000;
    const alerts = makeMessage().alerts.map((alert) => ({ ...alert, startedAt }));

    expect(await send({ alerts })).toEqual({ kind: 'delivered', evidence: 'answered 200' });
    await expect
      .poll(() => server.alerts(), { timeout: 20_000 })
      .toMatchObject([
        {
          labels: { alertname: 'VigieDown', check: 'db1', service: 'databases', severity: 'critical' },
          annotations: { summary: 'Bases de données : en panne', cause: 'refused' },
          startsAt: new Date(startedAt).toISOString(),
        },
      ]);
    await expect.poll(told, { timeout: 20_000 }).toMatchObject([{ status: 'firing', check: 'db1' }]);

    // Said again, as a courier does that knows no better, it is the same alert.
    await send({ alerts });
    const ended = alerts.map((alert) => ({ ...alert, endedAt: Date.now() }));
    expect(await send({ kind: 'recovery', alerts: ended })).toMatchObject({ kind: 'delivered' });
    await expect
      .poll(told, { timeout: 20_000 })
      .toMatchObject([{ status: 'firing' }, { status: 'resolved', check: 'db1' }]);
    await expect.poll(() => server.alerts(), { timeout: 20_000 }).toEqual([]);
  });

  test('tells of what goes from degraded to down, and of its end, and keeps nothing of it', async () => {
    const receiver = await startReceiver();
    await using server = await startAlertmanager(receiver.url);
    const startedAt = Date.now() - 60_000;
    const [alert] = makeMessage().alerts.map((alert) => ({ ...alert, startedAt }));
    const child = { ...alert!, id: 'a2', service: 'web', consequenceOf: 'a1' };
    const send = (message: Partial<Message>) =>
      deliver(alertmanager, { url: server.url }, { message: { at: Date.now(), ...message } });
    const names = async () => (await server.alerts()).map(({ labels }) => labels['alertname']);
    const told = () =>
      receiver.received.flatMap(({ body }) =>
        (JSON.parse(body) as { alerts: { status: string; labels: { alertname: string } }[] }).alerts.map(
          ({ status, labels }) => `${labels.alertname} ${status}`,
        ),
      );
    const patience = { timeout: 20_000 };
    await send({ alerts: [{ ...alert!, state: 'degraded' }] });
    await expect.poll(names, patience).toEqual(['VigieDegraded']);
    await expect.poll(told, patience).toContain('VigieDegraded firing');
    await send({ kind: 'update', alerts: [alert!, child] });
    await expect.poll(names, patience).toEqual(['VigieDown']);
    await expect.poll(told, patience).toContain('VigieDown firing');
    await send({ kind: 'recovery', alerts: [{ ...alert!, endedAt: Date.now() }] });
    await expect.poll(names, patience).toEqual([]);
    await expect.poll(told, patience).toContain('VigieDown resolved');
    // What was never so is not told as over.
    expect(told().indexOf('VigieDown resolved')).toBeGreaterThan(told().indexOf('VigieDown firing'));
  });

  test('takes a test message and a drill, which its routes can tell apart', async () => {
    const receiver = await startReceiver();
    await using server = await startAlertmanager(receiver.url);
    const at = Date.now();
    await deliver(
      alertmanager,
      { url: server.url },
      { message: { kind: 'test', severity: 'info', alerts: [], at } },
    );
    const alerts = makeMessage().alerts.map((alert) => ({ ...alert, startedAt: at }));
    await deliver(alertmanager, { url: server.url }, { message: { exercise: true, alerts } });
    const known = await server.alerts();
    expect(known.map(({ labels }) => `${labels['alertname']} ${labels['exercise']}`).toSorted()).toEqual([
      'VigieDown true',
      'VigieTest undefined',
    ]);
  });

  test('puts it off while it is gone, and says what is wrong with what it does not take', async () => {
    const receiver = await startReceiver();
    await using server = await startAlertmanager(receiver.url);
    const [alert] = makeMessage().alerts;
    // It ends before it begins.
    const absurd = [{ ...alert!, endedAt: alert!.startedAt - 60_000 }];
    expect(await deliver(alertmanager, { url: server.url }, { message: { alerts: absurd } })).toMatchObject({
      kind: 'refused',
      evidence: expect.stringMatching(/^answered 400: .*start time must be before end time/),
    });
    await server.kill();
    expect(await deliver(alertmanager, { url: server.url })).toMatchObject({
      kind: 'deferred',
      evidence: expect.stringContaining('refused the connection'),
    });
  });
});
