// What becomes of results and decisions while they cannot be written.
import { describe, expect, test, vi } from 'vitest';
import { StoreError } from '../../../server/app/ports.ts';
import type { Outage } from '../../../server/core/effects.ts';
import { Observing, refusal } from '../../support/observing.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { makeReport, minutes, oneCheck, seconds, seriesKey, start } from '../../support/watch.ts';

const diskFull = new StoreError('store.full', 'The disk is full.');

describe('an observer that cannot write', () => {
  test('tries again about once a second, however long that lasts', async () => {
    const observing = new Observing();
    observing.disk = diskFull;
    await observing.live(10 * minutes);
    const lastMinute = observing.attempts.filter((atMs) => atMs > 9 * minutes);
    expect(lastMinute.length).toBeGreaterThan(30);
    expect(lastMinute.length).toBeLessThan(65);
    expect(observing.told).toEqual([]);
  });

  test('goes on judging, and writes everything in its order when it can', async () => {
    const observing = new Observing();
    observing.disk = diskFull;
    await observing.live(minutes);
    await observing.live(minutes, 'bad');
    expect(observing.state).toBe('down');
    observing.disk = 'works';
    await observing.live(2 * seconds);
    expect(observing.results).toBe(122);
    const [effects] = observing.kept;
    const at = effects?.results.map(({ at }) => at) ?? [];
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(observing.history).toEqual(['up', 'down']);
    expect(effects?.notables).toHaveLength(2);
  });

  test('says so at once, then once a minute, and once that it can write again', async () => {
    const observing = new Observing();
    observing.disk = diskFull;
    await observing.live(5 * seconds);
    expect(observing.lines).toEqual([
      { event: 'store.commit-failed', fields: { error: diskFull, waiting: 1 } },
    ]);
    observing.disk = new StoreError('store.busy', 'Another program holds the database.');
    await observing.live(5 * minutes);
    expect(observing.events('store.commit-failed')).toHaveLength(6);
    observing.disk = 'works';
    await observing.live(5 * seconds);
    expect(observing.lines.slice(6)).toEqual([{ event: 'store.commits-again' }]);
    observing.disk = diskFull;
    await observing.live(5 * seconds);
    expect(observing.lines.slice(7).map(({ event }) => event)).toEqual(['store.commit-failed']);
  });

  test('tells at once what it has decided', async () => {
    const observing = new Observing();
    await observing.live(10 * seconds);
    observing.disk = diskFull;
    await observing.live(minutes, 'bad');
    const ofSite = ({ subject }: Outage) => subject.id === 'site';
    expect(observing.told.flatMap(({ outages }) => outages)).toEqual([]);
    expect(observing.decided.flatMap(({ outages }) => outages).filter(ofSite)).toMatchObject([
      { state: 'down', startedAt: start + 10 * seconds - 1 },
    ]);
  });

  test('because the disk hangs goes on judging, and has one transaction under way', async () => {
    const observing = new Observing();
    await observing.live(10 * seconds);
    observing.disk = 'hangs';
    await observing.live(5 * minutes);
    expect(observing.state).toBe('up');
    observing.rechecks.length = 0;
    await observing.live(minutes, 'bad');
    expect(observing.state).toBe('down');
    expect(observing.rechecks).toContainEqual([seriesKey('web'), 5 * seconds + 9]);
    expect(observing.attempts.filter((atMs) => atMs > 10 * seconds)).toHaveLength(1);
    observing.disk = 'works';
    observing.goOn();
    await observing.time.pass(seconds);
    expect(observing.history).toEqual(['up', 'down']);
    expect(observing.results).toBe(370);
  });

  test('keeps the order of what came while it waited for the disk', async () => {
    const observing = new Observing();
    observing.disk = 'hangs';
    await observing.live(10 * seconds);
    await observing.live(minutes, 'bad');
    observing.disk = diskFull;
    observing.goOn();
    await observing.live(10 * seconds, 'bad');
    observing.disk = 'works';
    await observing.live(2 * seconds, 'bad');
    const at = observing.kept[0]?.results.map(({ at }) => at) ?? [];
    expect(at.length).toBeGreaterThan(80);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(observing.history).toEqual(['up', 'down']);
  });

  test.for([['the disk is full'], ['the disk hangs']] as const)(
    'sheds the oldest results and counts them, and nothing else: %s',
    async ([trouble]) => {
      const observing = new Observing();
      await observing.live(20 * seconds);
      observing.disk = trouble === 'the disk hangs' ? 'hangs' : diskFull;
      await observing.live(20 * seconds, 'bad');
      for (let index = 0; index < 700; index++) {
        const at = observing.time.clock.now() + index;
        observing.observer.receive(
          Array.from({ length: 100 }, () => makeReport(seriesKey('web'), at, 'good')),
        );
      }
      await observing.time.pass(3 * seconds);
      expect(observing.shed).toBeGreaterThan(15_000);
      expect(observing.shed).toBeLessThanOrEqual(20_020);
      const newest = observing.time.clock.now();
      observing.observer.receive([makeReport(seriesKey('web'), newest, 'good')]);
      observing.disk = 'works';
      observing.goOn();
      await observing.time.pass(20 * seconds);
      expect(observing.results + observing.shed).toBe(20 + 20 + 70_000 + 1);
      expect(observing.kept.at(-1)?.results.at(-1)?.at).toBe(newest);
      expect(observing.history).toContain('down');
      expect(observing.kept.flatMap(({ notables }) => notables.map(({ kind }) => kind))).toContain(
        'outage-opened',
      );
    },
  );

  test('writes the rest in transactions that hold nobody up, and what changed a state in the first', async () => {
    const observing = new Observing();
    observing.disk = diskFull;
    for (let index = 0; index < 60; index++) {
      const at = start + index * seconds;
      const grade = index < 20 ? 'good' : 'bad';
      observing.observer.receive(Array.from({ length: 100 }, () => makeReport(seriesKey('web'), at, grade)));
      await observing.time.pass(seconds);
    }
    observing.disk = 'works';
    await observing.observer.stop();
    expect(observing.kept.map(({ results }) => results.length)).toEqual([2_000, 2_000, 2_000]);
    const [first, ...others] = observing.kept;
    expect(first?.notables.map(({ kind }) => kind)).toEqual(['outage-opened', 'outage-opened']);
    expect(others.flatMap(({ spans, outages, notables }) => [...spans, ...outages, ...notables])).toEqual([]);
  });

  test('because of a bug of ours lets go of what was refused, says so in a few words, and goes on', async () => {
    const observing = new Observing();
    await observing.live(seconds);
    const attempts = observing.attempts.length;
    observing.refuses = ({ results }) => results.some(({ evidence }) => evidence !== undefined);
    for (let index = 0; index < 1_000; index++)
      observing.observer.receive([makeReport(seriesKey('web'), start + 2_000 + index, 'poor')]);
    await observing.time.pass(seconds);
    await vi.waitFor(() => expect(observing.events('store.commit-refused')).toHaveLength(1), 20_000);
    await observing.live(5 * seconds);
    expect(observing.results).toBe(6);
    expect(observing.attempts.length - attempts).toBeLessThan(250);
    expect(observing.shed).toBe(1_000);
    const [line, ...more] = observing.events('store.commit-refused');
    expect(more).toEqual([]);
    expect(line?.fields).toMatchObject({ error: refusal, lost: { results: { rows: 1_000 } } });
    expect(JSON.stringify(line?.fields?.['lost']).length).toBeLessThan(5_000);
  });

  test('because of a bug of ours keeps what is not at fault, so that outages have an end, and others follow', async () => {
    const store = openInMemory();
    const observing = new Observing(oneCheck(), store);
    await observing.live(20 * seconds);
    await observing.live(30 * seconds, 'bad');
    observing.disk = diskFull;
    await observing.live(30 * seconds);
    const { outcome, ...bad } = makeReport(seriesKey('web'), observing.time.clock.now(), 'good');
    observing.observer.receive([{ ...bad, outcome: { ...outcome, totalUs: 0.5 } }]);
    await observing.live(30 * seconds);
    observing.disk = 'works';
    await observing.live(10 * seconds);
    await observing.live(30 * seconds, 'bad');
    const window = { from: start, to: observing.time.clock.now(), limit: 9, services: ['site'] };
    expect(await store.outages(window)).toMatchObject([
      { startedAt: start + 120 * seconds - 1 },
      { startedAt: start + 20 * seconds - 1, end: { at: start + 50 * seconds - 1 } },
    ]);
    expect(await store.untold(9)).toHaveLength(6);
    expect(observing.shed).toBe(1);
    expect(observing.results).toBe(150);
    const [line, ...more] = observing.events('store.commit-refused');
    expect(more).toEqual([]);
    expect(line?.fields?.['lost']).toMatchObject({ results: { rows: 1 }, outages: { rows: 0 } });
  });

  test('does not lose the rest when the disk fails while that is found out', async () => {
    const observing = new Observing();
    await observing.live(20 * seconds);
    observing.disk = diskFull;
    await observing.live(30 * seconds, 'bad');
    observing.disk = 'works';
    const before = observing.kept.length;
    observing.refuses = ({ results }) => {
      if (observing.kept.length > before) observing.disk = diskFull;
      return results.some(({ at }) => at === start + 40 * seconds - 1);
    };
    await observing.live(10 * seconds, 'bad');
    observing.refuses = ({ results }) => results.some(({ at }) => at === start + 40 * seconds - 1);
    observing.disk = 'works';
    await observing.live(10 * seconds, 'bad');
    expect([observing.results, observing.shed]).toEqual([69, 1]);
    expect(observing.history).toEqual(['up', 'down']);
  });
});
