// What every store must remember of maintenance, of what flaps, and of itself.
import { expect, test } from 'vitest';
import type { Store } from '../../server/app/ports.ts';
import { noEffects, span } from './effects.ts';

export const upkeep = (store: () => Store): void => {
  test('remembers what subjects became in the last hour, oldest first', async () => {
    const spans = [span(10), span(20, { state: 'down' }), span(30)];
    await store().commit({ ...noEffects, spans });
    expect((await store().remember(100)).changes).toEqual(spans);
    expect((await store().remember(3_600_020)).changes).toEqual([span(30)]);
  });

  test('remembers when it was gone on from', async () => {
    for (const at of [20, 10, 20]) await store().noteStart(at);
    expect(await store().starts(0, 99)).toEqual([10, 20]);
    expect(await store().starts(11, 20)).toEqual([]);
    expect(await store().prune({ results: 20, evidence: 0, told: 0 })).toBe(1);
    expect(await store().starts(0, 99)).toEqual([20]);
  });

  test('remembers windows of maintenance, the last word on each', async () => {
    const window = { id: 'a', title: { fr: 'é', en: 'e' }, services: ['s'], checks: [], from: 5, until: 9 };
    const other = { ...window, id: 'b', text: { fr: '', en: '' }, from: 2, plan: 'b', cancelled: true };
    await store().commit({ ...noEffects, windows: [{ ...window, until: 7 }, other] });
    await store().commit({ ...noEffects, windows: [window] });
    expect((await store().remember(100)).windows).toEqual([other, window]);
    expect(await store().windows(9, 100)).toEqual([]);
    expect(await store().windows(8, 5)).toEqual([other]);
  });

  test('remembers what the calendar told, the last word on each, and forgets what is over', async () => {
    const window = { id: 'a', title: { fr: 'é', en: 'e' }, services: ['s'], from: 5, until: 9, changedAt: 1 };
    const other = { ...window, id: 'b', until: 20, cancelled: true as const };
    await store().keepAnnouncements([window, { ...other, changedAt: 0 }], 0);
    await store().keepAnnouncements([other], 8);
    expect(await store().announcements()).toEqual([window, other]);
    await store().keepAnnouncements([], 9);
    expect(await store().announcements()).toEqual([other]);
  });
};
