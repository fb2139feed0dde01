// What every store must keep of alerts, and of the messages about them.
import { expect, test } from 'vitest';
import type { Store } from '../../server/app/ports.ts';
import type { Alert, Silence } from '../../server/core/alerts/alert.ts';
import { alert, always, message, noEffects } from './effects.ts';

const silence: Silence = {
  id: 'service:mail@1',
  subject: { kind: 'service', id: 'mail' },
  by: 'Anne',
  reason: 'new disk',
  from: 1,
  until: 50,
};

export const alerting = (store: () => Store): void => {
  const keep = (...alerts: readonly Alert[]) => store().commit({ ...noEffects, alerts });
  const decide = (...keys: readonly string[]) =>
    store().commit({ ...noEffects, messages: keys.map((key) => message(key)) });
  const waiting = async (route = 'admins') =>
    (await store().undelivered(route, 99)).map(({ message: { key } }) => key);

  test('remembers alerts that are not settled, in the order in which they opened', async () => {
    const told = { route: 'a', at: 9, messages: 1, reminders: 0, thread: 'k' };
    const unsettled = alert(20, {
      endedAt: 30,
      told: [{ ...told, checks: [{ check: 'x', state: 'down' }] }],
    });
    await keep(unsettled, alert(10), alert(5, { endedAt: 6, told: [{ ...told, checks: [] }] }));
    expect((await store().rememberAlerts(0)).alerts).toEqual([alert(10), unsettled]);
    await keep(alert(10, { endedAt: 11 }));
    expect((await store().rememberAlerts(0)).alerts).toEqual([unsettled]);
  });

  test('gives the alerts of a time, settled or not, the newest first', async () => {
    const all = [alert(5, { endedAt: 6 }), alert(10), alert(20)];
    await keep(...all);
    expect(await store().alerts({ from: 5, to: 20, limit: 9 })).toEqual([all[1], all[0]]);
    expect(await store().alerts({ ...always, limit: 1 })).toEqual([all[2]]);
  });

  test('remembers silences until they end', async () => {
    const remembered = async (now: number) => (await store().rememberAlerts(now)).silences;
    await store().commit({ ...noEffects, silences: [silence] });
    expect([await remembered(49), await remembered(50)]).toEqual([[silence], []]);
    await store().commit({ ...noEffects, silences: [{ ...silence, endedAt: 20 }] });
    expect(await remembered(30)).toEqual([]);
  });

  test('keeps messages of each route in their order, once a key', async () => {
    await decide('b', 'a');
    await decide('a', 'c');
    await store().commit({ ...noEffects, messages: [message('d', { route: 'phone' })] });
    expect([await waiting(), await waiting('phone')]).toEqual([['b', 'a', 'c'], ['d']]);
    expect((await store().undelivered('admins', 1)).map((letter) => letter.message)).toEqual([message('b')]);
    expect([...(await store().waitingRoutes())].toSorted()).toEqual(['admins', 'phone']);
  });

  test('keeps nothing of a message whose alert was refused', async () => {
    const twice = [{ ...alert(10), openedAt: 1.5 }];
    const refused = store().commit({ ...noEffects, alerts: twice, messages: [message('a')] });
    await expect(refused).rejects.toMatchObject({ code: 'store.refused' });
    expect(await waiting()).toEqual([]);
  });

  test('knows of a message how often it was tried, why that failed, and when it is tried next', async () => {
    await decide('a');
    const [letter] = await store().undelivered('admins', 9);
    expect(letter).toEqual({ id: letter?.id, message: message('a'), attempts: 0 });
    for (const nextAt of [20, 30])
      await store().noteFate(letter?.id ?? 0, { kind: 'deferred', evidence: `until ${nextAt}`, nextAt });
    expect(await store().undelivered('admins', 9)).toEqual([
      { ...letter, attempts: 2, evidence: 'until 30', nextAt: 30 },
    ]);
  });

  test('knows what became of messages, and does not offer those again', async () => {
    await decide('a', 'b', 'c');
    const [a, b, c] = await store().undelivered('admins', 9);
    await store().noteFate(a?.id ?? 0, { kind: 'delivered', at: 30 });
    await store().noteFate(b?.id ?? 0, { kind: 'folded', at: 31 });
    await store().noteFate(c?.id ?? 0, { kind: 'dead', at: 32, evidence: 'no such address' });
    await store().noteFate(a?.id ?? 0, { kind: 'dead', at: 40, evidence: 'too late' });
    expect([await waiting(), await store().waitingRoutes()]).toEqual([[], []]);
    expect(await store().letters(always)).toEqual([
      { ...c, attempts: 1, evidence: 'no such address', fate: { kind: 'dead', at: 32 } },
      { ...b, fate: { kind: 'folded', at: 31 } },
      { ...a, attempts: 1, fate: { kind: 'delivered', at: 30 } },
    ]);
  });

  test('leaves a message to another route together with what that one then knows, once', async () => {
    await decide('x/alert-1/admins');
    const [a] = await store().undelivered('admins', 9);
    for (const at of [10, 20])
      await store().commit({
        ...noEffects,
        alerts: [alert(1)],
        diversions: [{ letter: a?.id ?? 0, to: 'phone', at, evidence: 'no' }],
      });
    expect(await waiting('phone')).toEqual(['x/alert-1/phone']);
    expect(await store().letters(always)).toMatchObject([
      { message: { route: 'phone' } },
      { id: a?.id, attempts: 1, evidence: 'no', fate: { kind: 'dead', at: 10 } },
    ]);
    expect(await store().rememberAlerts(50)).toMatchObject({ alerts: [alert(1)] });
  });

  test.for([
    [4, ['x/update-2/phone', 'x/update-2/phone@5']],
    [5, ['x/update-2/phone']],
    [6, ['x/update-2/phone']],
  ] as const)(
    'leaves to a route that was told something at %i what was decided at 5: %j',
    async ([at, keys]) => {
      const messages = [
        message('x/update-2/phone', { route: 'phone', at }),
        message('x/update-2/admins', { at: 5 }),
      ];
      await store().commit({ ...noEffects, messages });
      const [letter] = await store().undelivered('admins', 9);
      const diversion = { letter: letter?.id ?? 0, to: 'phone', at: 10, evidence: 'no' };
      for (let times = 0; times < 2; times++) await store().commit({ ...noEffects, diversions: [diversion] });
      expect(await waiting('phone')).toEqual(keys);
    },
  );

  test('leaves to nobody what has arrived', async () => {
    await decide('a');
    const [a] = await store().undelivered('admins', 9);
    await store().noteFate(a?.id ?? 0, { kind: 'delivered', at: 9 });
    await store().commit({
      ...noEffects,
      diversions: [{ letter: a?.id ?? 0, to: 'phone', at: 10, evidence: 'no' }],
    });
    expect(await waiting('phone')).toEqual([]);
  });

  test('leaves the end of a story with its beginning, though it waits for the first route as well', async () => {
    const thread = 'x/alert-1/admins';
    await decide(thread);
    const end = { kind: 'recovery', severity: 'info', thread } as const;
    const messages = [
      message('y/recovery-2/admins', { ...end, thread: 'y' }),
      message('x/recovery-2/admins', end),
    ];
    await store().commit({ ...noEffects, messages });
    const [a] = await store().undelivered('admins', 9);
    await store().commit({
      ...noEffects,
      diversions: [{ letter: a?.id ?? 0, to: 'phone', at: 10, evidence: 'no' }],
    });
    expect(await waiting('phone')).toEqual(['x/alert-1/phone', 'x/recovery-2/phone']);
    expect(await waiting()).toEqual(['y/recovery-2/admins', 'x/recovery-2/admins']);
  });

  test('prunes messages whose fate is known, settled alerts, and silences that are over', async () => {
    await keep(alert(1, { endedAt: 2 }), alert(3), alert(90, { endedAt: 95 }));
    await store().commit({ ...noEffects, silences: [silence] });
    await decide('a', 'b');
    const [a] = await store().undelivered('admins', 9);
    await store().noteFate(a?.id ?? 0, { kind: 'delivered', at: 9 });
    let pruned = 0;
    for (let slice = 1; slice > 0; pruned += slice)
      slice = await store().prune({ results: 0, evidence: 80, told: 80 });
    expect(pruned).toBe(3);
    expect((await store().alerts(always)).map(({ openedAt }) => openedAt)).toEqual([90, 3]);
    expect((await store().letters(always)).map((letter) => letter.message.key)).toEqual(['b']);
  });
};
