// Why a check is as it is: asked every minute, and when an outage opens; kept with it, and never at the cost of anything else.
import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../../checks/lib/explain/bundle.ts';
import { Explainer } from '../../../server/app/explainer.ts';
import { StoreError } from '../../../server/app/ports.ts';
import type { Prober, Store } from '../../../server/app/ports.ts';
import type { Notable, Outage } from '../../../server/core/effects.ts';
import { outage } from '../../support/effects.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { makeCheck, makeConfig, makeService, minutes, seconds, start } from '../../support/watch.ts';

const refused = (at: number): Explanation => ({
  engine: 'mariadb',
  at,
  cause: 'refused',
  evidence: 'nobody there',
});
const sentence = 'the server could not be asked: nobody there';

const explaining = ({
  store = openInMemory(),
  explain,
}: { store?: Pick<Store, 'keepExplanation' | 'explanations'>; explain?: Prober['explain'] } = {}) => {
  const time = new PassingTime(start);
  const asked: string[] = [];
  const lines: (readonly [string, object])[] = [];
  const log = (event: string, fields: object = {}) => void lines.push([event, fields]);
  const explainer = new Explainer({
    explain: async (check, depth) => {
      asked.push(`${check} ${depth}`);
      return explain === undefined ? refused(time.clock.now()) : explain(check, depth);
    },
    store,
    timers: time.timers,
    log: { info: log, warn: log, error: log },
    canExplain: ({ type }) => type === 'mariadb',
  });
  const checks = [makeCheck('db1', { type: 'mariadb' }), makeCheck('site')];
  explainer.configure(makeConfig([makeService('web', checks)]));
  return { explainer, time, asked, lines, store };
};

const opened = (over: Partial<Outage> = {}): Notable => {
  const opening = outage(start, over);
  return { kind: 'outage-opened', key: opening.id, at: start, outage: opening };
};

describe('the explainer', () => {
  test('asks every minute a little of who can say', async () => {
    const { time, asked, store, lines } = explaining();
    await time.pass(59 * seconds);
    expect(asked).toEqual([]);
    await time.pass(2 * minutes);
    expect(asked).toEqual(['db1 small', 'db1 small']);
    expect(await store.explanations('db1', 9)).toEqual([
      { sentence, explanation: refused(start + 2 * minutes) },
      { sentence, explanation: refused(start + minutes) },
    ]);
    expect(lines).toEqual([]);
  });

  test('asks in full when an outage opens, keeps the answer with it, and tells', async () => {
    const { explainer, time, asked, lines, store } = explaining();
    const opening = opened();
    explainer.note([opening]);
    await time.pass(0);
    expect(asked).toEqual(['db1 full']);
    const { id } = (opening as Extract<Notable, { outage: Outage }>).outage;
    expect(await store.explanations('db1', 9)).toEqual([
      { sentence, outage: id, explanation: refused(start) },
    ]);
    expect(lines).toEqual([['check.explained', { check: 'db1', outage: id, why: sentence }]]);
  });

  test('takes what the probe found for a hint', async () => {
    const explanation: Explanation = { engine: 'mariadb', at: start, bundle: { wishes: [] } };
    const { explainer, time, lines } = explaining({ explain: async () => explanation });
    explainer.note([opened({ finding: { cause: 'slow', phase: 'commit', evidence: 'commit took 900 ms' } })]);
    await time.pass(0);
    expect(lines).toMatchObject([['check.explained', { why: expect.stringMatching(/^commits wait/) }]]);
  });

  test.for<readonly [string, Notable]>([
    ['ends', { ...opened(), kind: 'outage-closed' } as Notable],
    ['is of a service', opened({ subject: { kind: 'service', id: 'db1' } })],
    ['is of a check that cannot say', opened({ subject: { kind: 'check', id: 'site' } })],
    [
      'is our own blindness',
      { kind: 'blind', key: 'blind', at: start, since: start, vantage: 'local', family: 4 },
    ],
  ])('asks nobody when what happens %s', async ([, notable]) => {
    const { explainer, time, asked } = explaining();
    explainer.note([notable]);
    await time.pass(0);
    expect(asked).toEqual([]);
  });

  test('goes by the newest configuration', async () => {
    const { explainer, time, asked } = explaining();
    explainer.configure(makeConfig([makeService('web', [makeCheck('db2', { type: 'mariadb' })])]));
    explainer.note([opened()]);
    await time.pass(minutes);
    expect(asked).toEqual(['db2 small']);
  });

  test('keeps nothing of a prober that has died, and goes on', async () => {
    const { time, asked, store, lines } = explaining({ explain: async () => undefined });
    await time.pass(2 * minutes);
    expect([asked.length, lines]).toEqual([2, []]);
    expect(await store.explanations('db1', 9)).toEqual([]);
  });

  test('says that an explanation is lost when it cannot be kept, and goes on', async () => {
    const keepExplanation = () => Promise.reject(new StoreError('store.full', 'The disk is full.'));
    const { time, asked, lines } = explaining({ store: { ...openInMemory(), keepExplanation } });
    await time.pass(2 * minutes);
    expect(asked).toHaveLength(2);
    expect(lines.map(([event]) => event)).toEqual(['explanation.lost', 'explanation.lost']);
  });

  test('once stopped, asks nobody and keeps nothing', async () => {
    const { explainer, time, asked, store } = explaining();
    explainer.note([opened()]);
    explainer.stop();
    expect(await time.isOver()).toBe(true);
    expect(asked).toEqual(['db1 full']);
    expect(await store.explanations('db1', 9)).toEqual([]);
  });
});
