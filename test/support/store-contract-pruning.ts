// What every store must forget, and what it must not.
import { expect, test } from 'vitest';
import type { Explained, Store } from '../../server/app/ports.ts';
import type { Notable } from '../../server/core/effects.ts';
import {
  always,
  blind,
  db1,
  noEffects,
  outage,
  recovered,
  result,
  series4,
  series6,
  span,
} from './effects.ts';

export const pruning = (store: () => Store): void => {
  const opened = (key: string): Notable => ({ kind: 'outage-opened', key, at: 7, outage: outage(3) });
  const toldAt = async (at: number, notables: readonly Notable[]): Promise<void> => {
    await store().commit({ ...noEffects, notables });
    await store().told(
      (await store().untold(9_999)).map(({ id }) => id),
      at,
    );
  };
  /** Which of these would be told again. */
  const forgotten = async (notables: readonly Notable[]): Promise<readonly string[]> => {
    await store().commit({ ...noEffects, notables });
    return (await store().untold(9_999)).map(({ notable }) => notable.key);
  };

  test('prunes what was told before then, and keeps what waits to be told', async () => {
    await toldAt(10, [opened('a')]);
    await toldAt(20, [opened('b')]);
    await store().commit({ ...noEffects, notables: [opened('c')] });
    expect(await store().prune({ results: 0, evidence: 0, told: 20 })).toBe(1);
    expect(await store().prune({ results: 0, evidence: 0, told: 20 })).toBe(0);
    expect(await forgotten([opened('a'), opened('b')])).toEqual(['c', 'a']);
  });

  test('prunes of what was told of our sight all but the newest word', async () => {
    await toldAt(10, [blind('a'), { ...blind('b'), kind: 'sighted' }, blind('c'), opened('d')]);
    expect(await store().prune({ results: 0, evidence: 0, told: 99 })).toBe(3);
    expect((await store().remember(100)).blind).toEqual([{ vantage: 'local', family: 4, since: 3 }]);
    expect(await forgotten([blind('c')])).toEqual([]);
  });

  test('prunes at most 5,000 rows of the outbox at once', async () => {
    await toldAt(
      10,
      Array.from({ length: 5_003 }, (_, i) => opened(`${i}`)),
    );
    expect(await store().prune({ results: 0, evidence: 0, told: 11 })).toBe(5_000);
    expect(await store().prune({ results: 0, evidence: 0, told: 11 })).toBe(3);
  });

  const evident = (at: number) => result(at, { grade: 'bad', cause: 'refused', evidence: 'refused' });

  test('prunes results and evidence by times of their own, and nothing else', async () => {
    const history = { spans: [span(1)], outages: [outage(1, { end: recovered(2) })], notables: [blind('a')] };
    await store().commit({ ...noEffects, ...history, results: [evident(10), evident(20), evident(30)] });
    let deleted = 0;
    for (let slice = -1; slice !== 0; deleted += slice)
      slice = await store().prune({ results: 20, evidence: 30, told: 99 });
    expect(deleted).toBe(1 + 2);
    const { evidence: _, ...silent } = evident(20);
    expect(await store().results(series4, always)).toEqual([silent, evident(30)]);
    expect(await store().spans(db1, 0, 99)).toHaveLength(1);
    expect(await store().outages(always)).toHaveLength(1);
    expect(await store().untold(9)).toHaveLength(1);
  });

  test('prunes at most 5,000 rows at once, the oldest first, and nothing of the instant it is given', async () => {
    // 1 result at 0, then 2 at each millisecond: a slice ends between the two of 2,500.
    const many = Array.from({ length: 5_005 }, (_, i) =>
      result(Math.ceil(i / 2), { series: i % 2 ? series4 : series6 }),
    );
    const left = async () =>
      [...(await store().results(series4, always)), ...(await store().results(series6, always))].length;
    await store().commit({ ...noEffects, results: many });
    expect(await store().prune({ results: 2_500, evidence: 0, told: 0 })).toBe(4_999);
    expect(await left()).toBe(6);
    await store().commit({ ...noEffects, results: many });
    expect(await store().prune({ results: 9_999, evidence: 0, told: 0 })).toBe(5_000);
    expect(await left()).toBe(5);
    expect(await store().prune({ results: 9_999, evidence: 0, told: 0 })).toBe(5);
    expect(await store().prune({ results: 9_999, evidence: 0, told: 0 })).toBe(0);
  });

  const explained = (at: number, outage?: string): Explained => ({
    sentence: `why at ${at}`,
    ...(outage !== undefined && { outage }),
    explanation: { engine: 'mariadb', at, cause: 'refused', evidence: 'nobody there' },
  });

  test('keeps why outages were, and the newest 1,440 of the others, newest first', async () => {
    await store().keepExplanation('db1', explained(1, 'an outage'));
    await store().keepExplanation('db2', explained(2));
    for (let at = 3; at <= 1_443; at += 1) await store().keepExplanation('db1', explained(at));
    const kept = await store().explanations('db1', 9_999);
    expect(kept.map(({ explanation }) => explanation.at)).toEqual([
      ...Array.from({ length: 1_440 }, (_, i) => 1_443 - i),
      1,
    ]);
    expect(kept.at(-1)).toEqual(explained(1, 'an outage'));
    expect(await store().explanations('db1', 1)).toEqual([explained(1_443)]);
    expect(await store().explanations('db2', 9)).toEqual([explained(2)]);
    expect(await store().explanations('db3', 9)).toEqual([]);
  });

  test('prunes explanations as evidence', async () => {
    for (const at of [10, 20, 30]) await store().keepExplanation('db1', explained(at, `${at}`));
    expect(await store().prune({ results: 99, evidence: 20, told: 99 })).toBe(1);
    expect(await store().prune({ results: 99, evidence: 20, told: 99 })).toBe(0);
    expect(await store().explanations('db1', 9)).toEqual([explained(30, '30'), explained(20, '20')]);
  });

  test('refuses an explanation that is too long', async () => {
    const long = {
      ...explained(1),
      sentence: 'long',
      explanation: { ...explained(1).explanation, evidence: 'x'.repeat(65_536) },
    };
    await expect(store().keepExplanation('db1', long)).rejects.toMatchObject({ code: 'store.refused' });
  });
};
