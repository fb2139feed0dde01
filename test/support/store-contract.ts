// What every store must do, whichever engine it has.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../server/app/ports.ts';
import type { SubscriberStore } from '../../server/app/subscriptions/ports.ts';
import type { Notable, Subject } from '../../server/core/effects.ts';
import { nothingRemembered } from '../../server/core/remember.ts';
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
  standing,
} from './effects.ts';
import { storytelling } from './store-contract-incidents.ts';
import { history } from './store-contract-history.ts';
import { alerting } from './store-contract-alerts.ts';
import { pruning } from './store-contract-pruning.ts';
import { subscribing } from './store-contract-subscribers.ts';
import { upkeep } from './store-contract-upkeep.ts';

export const holdsTheStoreContract = (name: string, open: () => Promise<Store & SubscriberStore>): void => {
  describe(`${name} holds the contract of a store`, () => {
    let store: Store & SubscriberStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    remembering(() => store);
    results(() => store);
    histories(() => store);
    telling(() => store);
    pruning(() => store);
    upkeep(() => store);
    history(() => store);
    alerting(() => store);
    storytelling(() => store);
    subscribing(() => store);

    test('closes twice, and then does nothing more', async () => {
      await store.close();
      await store.close();
      await expect(store.remember(100)).rejects.toMatchObject({ code: 'store.gone' });
    });
  });
};

const remembering = (store: () => Store): void => {
  test('remembers nothing at first', async () => {
    expect(await store().remember(100)).toEqual(nothingRemembered);
  });

  test('remembers a standing with the confirmation under way', async () => {
    const contested = standing(10, {
      state: 'unknown',
      held: 'degraded',
      finding: { cause: 'slow', phase: 'query', evidence: 'query took 900 ms' },
      lastAt: 40,
      contest: { kind: 'recovering', since: 30, count: 2, poor: true },
      recent: [0, 20, 0],
    });
    await store().commit({ ...noEffects, standings: [{ series: series6, standing: contested }] });
    expect((await store().remember(100)).standings).toEqual([{ series: series6, standing: contested }]);
  });

  test('remembers the last word on a standing', async () => {
    for (const since of [10, 20])
      await store().commit({ ...noEffects, standings: [{ series: series4, standing: standing(since) }] });
    expect((await store().remember(100)).standings).toEqual([{ series: series4, standing: standing(20) }]);
  });

  test('remembers the newest result of each series that was not invalid', async () => {
    const late = result(15, { series: series6 });
    const invalid = result(40, { grade: 'invalid' });
    await store().commit({ ...noEffects, results: [result(10), late, result(30), result(20), invalid] });
    expect((await store().remember(100)).newest.toSorted((a, b) => a.at - b.at)).toEqual([
      { series: series6, at: 15 },
      { series: series4, at: 30 },
    ]);
  });

  test('remembers of results that lie in the future nothing, however many there are', async () => {
    const results = [10, 20, 21, 30].map((at) => result(at));
    await store().commit({ ...noEffects, results });
    expect((await store().remember(20)).newest).toEqual([{ series: series4, at: 20 }]);
    expect((await store().remember(9)).newest).toEqual([]);
  });

  test('remembers the newest span of each subject', async () => {
    const service = span(5, { subject: { kind: 'service', id: 'db1' }, state: 'down', extent: 'partial' });
    await store().commit({
      ...noEffects,
      spans: [span(10), span(20), service, span(30, { state: 'unknown' })],
    });
    const { spans } = await store().remember(100);
    expect(spans.toSorted((a, b) => a.since - b.since)).toEqual([service, span(30, { state: 'unknown' })]);
  });

  test('puts a span in the place of those of its subject that would begin later', async () => {
    const service = span(50, { subject: { kind: 'service', id: 'db1' } });
    await store().commit({ ...noEffects, spans: [span(10), span(40, { state: 'down' }), service] });
    await store().commit({ ...noEffects, spans: [span(20, { state: 'down' })] });
    expect(await store().spans(db1, 0, 100)).toEqual([span(10), span(20, { state: 'down' })]);
    expect(await store().spans(service.subject, 0, 100)).toEqual([service]);
  });

  test('remembers where we were blind, until we are told that we see again from there', async () => {
    const sight = (kind: 'blind' | 'sighted', family: 4 | 6, since: number) => {
      const key = `${kind}/${family}@${since}`;
      return { kind, key, at: since + 5, since, vantage: 'local', family };
    };
    const blind = async () => (await store().remember(100)).blind;
    expect(await blind()).toEqual([]);
    await store().commit({ ...noEffects, notables: [sight('blind', 4, 10), sight('blind', 6, 12)] });
    expect(await blind()).toEqual([
      { vantage: 'local', family: 4, since: 10 },
      { vantage: 'local', family: 6, since: 12 },
    ]);
    await store().commit({ ...noEffects, notables: [sight('sighted', 4, 10)] });
    expect(await blind()).toEqual([{ vantage: 'local', family: 6, since: 12 }]);
  });

  test('remembers the outages that have no end', async () => {
    await store().commit({ ...noEffects, outages: [outage(10, { end: recovered(20) }), outage(30)] });
    expect((await store().remember(100)).outages).toEqual([outage(30)]);
  });

  test('remembers what an outage is a consequence of, until it is not', async () => {
    const consequence = outage(30, { consequenceOf: { kind: 'service', id: 'network' } });
    await store().commit({ ...noEffects, outages: [consequence] });
    expect((await store().remember(100)).outages).toEqual([consequence]);
    await store().commit({ ...noEffects, outages: [outage(30)] });
    expect((await store().remember(100)).outages).toEqual([outage(30)]);
  });
};

const results = (store: () => Store): void => {
  test('gives back a result as it was', async () => {
    const bad = result(10, {
      grade: 'bad',
      cause: 'timeout_reply',
      totalUs: 10_000_000,
      phasesUs: { dns: 0, connect: 127, tls: 128, reply: 2_097_152 },
      evidence: 'no end after 10000 ms ’ñ🙂',
      facts: { server: '11.4', days: 14, secure: true },
    });
    await store().commit({ ...noEffects, results: [bad] });
    const [back] = await store().results(series4, always);
    expect(back).toEqual(bad);
    expect(Object.keys(back?.phasesUs ?? {})).toEqual(['dns', 'connect', 'tls', 'reply']);
  });

  test.for(['good', 'poor', 'bad', 'invalid'] as const)('knows a %s result again', async (grade) => {
    await store().commit({ ...noEffects, results: [result(10, { grade })] });
    expect(await store().results(series4, always)).toEqual([result(10, { grade })]);
  });

  test('keeps facts beside evidence only', async () => {
    await store().commit({ ...noEffects, results: [result(10, { facts: { days: 14 } })] });
    expect(await store().results(series4, always)).toEqual([result(10)]);
  });

  test('leaves a result as it is when it comes again', async () => {
    await store().commit({ ...noEffects, results: [result(10)] });
    const again = result(10, { grade: 'bad', cause: 'refused', evidence: 'connection refused' });
    await store().commit({ ...noEffects, results: [again, result(11)] });
    expect(await store().results(series4, always)).toEqual([result(10), result(11)]);
  });

  test('gives the results of one series in a half-open window, the oldest first', async () => {
    const other = result(20, { series: series6 });
    await store().commit({ ...noEffects, results: [result(30), result(10), other, result(20), result(40)] });
    const ats = async (from: number, to: number, limit: number) =>
      (await store().results(series4, { from, to, limit })).map(({ at }) => at);
    expect(await ats(10, 40, 9)).toEqual([10, 20, 30]);
    expect(await ats(11, 41, 2)).toEqual([20, 30]);
    expect(await ats(41, 99, 9)).toEqual([]);
  });

  test('knows no results of a series it never saw', async () => {
    expect(await store().results({ ...series4, vantage: 'marseille' }, always)).toEqual([]);
  });
};

const histories = (store: () => Store): void => {
  test.for([
    [0, 10, []],
    [0, 11, [10]],
    [10, 20, [10]],
    [15, 16, [10]],
    [15, 31, [10, 20, 30]],
    [20, 30, [20]],
    [99, 100, [30]],
  ] as const)('gives the spans that touch [%i, %i): %o', async ([from, to, sinces]) => {
    const stranger: Subject = { kind: 'service', id: 'db1' };
    const spans = [span(10), span(20), span(30), span(12, { subject: stranger })];
    await store().commit({ ...noEffects, spans });
    expect((await store().spans(db1, from, to)).map(({ since }) => since)).toEqual(sinces);
  });

  test('takes the last word on a span', async () => {
    const finding = { cause: 'slow', phase: 'total', evidence: 'total took 900 ms' } as const;
    await store().commit({ ...noEffects, spans: [span(10, { state: 'degraded', finding })] });
    expect(await store().spans(db1, 0, 99)).toEqual([span(10, { state: 'degraded', finding })]);
    await store().commit({ ...noEffects, spans: [span(10)] });
    expect(await store().spans(db1, 0, 99)).toEqual([span(10)]);
  });

  test.for([
    [0, 10, 9, []],
    [0, 99, 9, [50, 30, 10]],
    [0, 99, 2, [50, 30]],
    [19, 31, 9, [30, 10]],
    [20, 30, 9, []],
    [70, 80, 9, [50]],
  ] as const)('gives the outages that touch [%i, %i), at most %i: %o', async ([from, to, limit, starts]) => {
    const ended = [outage(10, { end: recovered(20) }), outage(30, { end: recovered(40) })];
    await store().commit({ ...noEffects, outages: [...ended, outage(50)] });
    expect((await store().outages({ from, to, limit })).map(({ startedAt }) => startedAt)).toEqual(starts);
  });

  test('gives the outages of named services only, before it counts', async () => {
    const of = (kind: 'check' | 'service', id: string, at: number) =>
      outage(at, { id: `${kind}:${id}@${at}`, subject: { kind, id } });
    const outages = [of('service', 'web', 10), of('check', 'web', 20), of('service', 'hidden', 30)];
    await store().commit({ ...noEffects, outages });
    expect(await store().outages({ ...always, limit: 1, services: ['web', 'mail'] })).toEqual([outages[0]]);
    expect(await store().outages({ ...always, services: [] })).toEqual([]);
  });

  test('takes the last word on an outage', async () => {
    await store().commit({ ...noEffects, outages: [outage(10)] });
    const ended = outage(10, {
      finding: { cause: 'slow', phase: 'total', evidence: 'x' },
      end: recovered(20),
    });
    await store().commit({ ...noEffects, outages: [ended] });
    expect(await store().outages(always)).toEqual([ended]);
  });

  test('ends one outage of a subject and opens the next in one commit, in whichever order', async () => {
    await store().commit({ ...noEffects, outages: [outage(10)] });
    const ended = outage(10, { end: { at: 20, how: 'became-worse' } });
    await store().commit({ ...noEffects, outages: [outage(20), ended] });
    expect(await store().outages(always)).toEqual([outage(20), ended]);
  });

  test('refuses a second open outage of one subject, and everything that came with it', async () => {
    await store().commit({ ...noEffects, outages: [outage(10)] });
    const wrong = { ...noEffects, results: [result(10, { phasesUs: { dns: 1 } })], outages: [outage(20)] };
    await expect(store().commit(wrong)).rejects.toMatchObject({ code: 'store.refused' });
    expect(await store().outages(always)).toEqual([outage(10)]);
    expect(await store().results(series4, always)).toEqual([]);
    await store().commit({ ...noEffects, results: [result(10, { phasesUs: { dns: 1 } })] });
    expect(await store().results(series4, always)).toEqual([result(10, { phasesUs: { dns: 1 } })]);
  });
};

const telling = (store: () => Store): void => {
  test('keeps what is to be told, the oldest first, once a key', async () => {
    const opened: Notable = { kind: 'outage-opened', key: 'b', at: 7, outage: outage(3) };
    await store().commit({ ...noEffects, notables: [blind('z'), opened] });
    await store().commit({ ...noEffects, notables: [blind('b'), blind('a')] });
    const rows = await store().untold(9);
    expect(rows.map(({ notable }) => notable)).toEqual([blind('z'), opened, blind('a')]);
    expect(await store().untold(2)).toEqual(rows.slice(0, 2));
  });

  test('does not tell again what was told', async () => {
    await store().commit({ ...noEffects, notables: [blind('a'), blind('b')] });
    const [first] = await store().untold(9);
    await store().told([first?.id ?? -1], 50);
    await store().commit({ ...noEffects, notables: [blind('a')] });
    expect((await store().untold(9)).map(({ notable }) => notable.key)).toEqual(['b']);
  });

  test('keeps the newest 100 pings of each check, in the order of their arrival', async () => {
    const pings = Array.from({ length: 101 }, (_, i) => ({ at: 1_000 - i, signal: 'done' as const }));
    await store().keepPing('yearly', { at: 5, signal: 'fail' });
    for (const ping of pings) await store().keepPing('nightly', ping);
    expect(await store().pings('nightly', 2)).toEqual(pings.slice(-2));
    expect(await store().pings('nightly', 1_000)).toEqual(pings.slice(1));
    expect(await store().pings('yearly', 1_000)).toEqual([{ at: 5, signal: 'fail' }]);
    expect(await store().pings('never', 1_000)).toEqual([]);
  });
};
