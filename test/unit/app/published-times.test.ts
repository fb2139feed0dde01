import { describe, expect, test } from 'vitest';
import type { Config } from '../../../config/config.ts';
import { publishTimes, publishedTimes } from '../../../server/app/published-times.ts';
import type { TimesWindow } from '../../../server/app/published-times.ts';
import type { Effects } from '../../../server/core/effects.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { TimedDatabase, database, databaseConfig, usual } from '../../support/timed.ts';
import { makeCheck, makeConfig, makeService, minutes, start } from '../../support/watch.ts';

const slow = { query: 1, commit: 60 };

/** A database that was watched for a while, and its store. */
const open = async (config: Config = databaseConfig()) => {
  const store = openInMemory();
  const written: Effects[] = [];
  const db = new TimedDatabase(config, (effects) => void written.push(effects));
  const times = async (window: TimesWindow = '24h', service = 'data') => {
    for (const effects of written.splice(0)) await store.commit(effects);
    return publishTimes(
      service,
      window,
      { config: () => config, watch: db.lookout.watch, store },
      start + db.at + 1_000,
    );
  };
  return { db, times };
};

describe('the times of a service', () => {
  test('are those of the whole probe, while all is well', async () => {
    const { db, times } = await open();
    db.learn();
    const told = (await times())!;
    expect(publishedTimes.parse(told)).toEqual(told);
    expect(told.part).toBeUndefined();
    expect([told.targetMs, told.widthMs]).toEqual([1_000, 5 * minutes]);
    expect(told.all.measured).toBe(540);
    const [low = 0, , median = 0] = told.buckets[0]?.quantilesMs ?? [];
    expect([Math.round(low), Math.round(median)]).toEqual([6, 6]);
    expect(told.marks.at(-1)?.state).toBe('unknown');
    expect(JSON.stringify(told)).not.toContain('db');
  });

  test('are those of the part that is slow, while one is, with its own limit, and say since when', async () => {
    const { db, times } = await open();
    db.learn().probe(60, slow);
    const told = (await times())!;
    expect([told.part, told.targetMs]).toEqual(['writing', 200]);
    expect(Math.round(told.buckets.at(-1)?.quantilesMs?.[2] ?? 0)).toBe(60);
    expect(told.marks.at(-1)).toMatchObject({ state: 'degraded', until: told.until });
  });

  test('stand beside what is usual at each hour, and over a long time beside what is usual in a week', async () => {
    const { db, times } = await open();
    db.learn(usual, 4 * 60 * minutes);
    const day = (await times())!;
    expect(day.usual).toHaveLength(26);
    for (const { lowMs, highMs } of day.usual) {
      expect(lowMs).toBeLessThan(6.2);
      expect(highMs).toBeGreaterThan(5.8);
    }
    const year = (await times('13m'))!;
    expect(year.usual.map(({ at }) => at)).toEqual([year.from, year.until]);
    expect(year.usual[0]?.highMs).toBe(year.usual[1]?.highMs);
  });

  test('tell nothing usual, while nothing was learned', async () => {
    const { db, times } = await open();
    db.probe(20, usual);
    expect((await times())?.usual).toEqual([]);
  });

  test('say how much was lost', async () => {
    const { db, times } = await open();
    db.probe(30, usual);
    for (let index = 0; index < 10; index++)
      db.hear({ kind: 'fail', cause: 'timeout_reply', phasesUs: {}, totalUs: 3e6, evidence: '', facts: {} });
    const told = (await times())!;
    expect([told.all.measured, told.all.lost]).toEqual([40, 0.25]);
    expect(told.marks.some(({ state }) => state === 'down')).toBe(true);
  });

  test.for<readonly [string, Config, string]>([
    [
      'that nobody may know of',
      makeConfig([{ ...makeService('data', [database()]), public: false }]),
      'data',
    ],
    [
      'whose checks take no time',
      makeConfig([makeService('data', [makeCheck('db', { slowMs: {} })])]),
      'data',
    ],
    ['that does not exist', databaseConfig(), 'nothing'],
  ])('are not told of one %s', async ([, config, service]) => {
    const { db, times } = await open(config);
    db.probe(5, usual);
    expect(await times('24h', service)).toBeUndefined();
  });

  test('are of what is not only supporting, where there is such a check', async () => {
    const config = makeConfig([
      makeService('data', [makeCheck('aside', { supporting: true, slowMs: { total: 7 } }), database()]),
    ]);
    const { db, times } = await open(config);
    db.probe(5, usual);
    expect((await times())?.targetMs).toBe(1_000);
  });
});
