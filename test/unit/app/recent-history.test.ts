// What the page tells of the past, when the store can be asked and when it cannot.
import { describe, expect, test } from 'vitest';
import { StoreError } from '../../../server/app/ports.ts';
import type { Store } from '../../../server/app/ports.ts';
import { publish } from '../../../server/app/publish.ts';
import { RecentHistory } from '../../../server/app/recent-history.ts';
import type { Outage, Span } from '../../../server/core/effects.ts';
import { nothingRemembered } from '../../../server/core/remember.ts';
import type { Grade } from '../../../server/core/result.ts';
import { Watch } from '../../../server/core/watch.ts';
import { noEffects, recovered } from '../../support/effects.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { makeReport, minutes, oneCheck, seconds, seriesKey, start } from '../../support/watch.ts';

const days = 86_400_000;

const out = (at: number, over: Partial<Outage> & { readonly service?: string } = {}): Outage => {
  const { service = 'site', ...rest } = over;
  return {
    id: `service:${service}@${at}`,
    subject: { kind: 'service', id: service },
    state: 'down',
    startedAt: start + at,
    confirmedAt: start + at,
    finding: { cause: 'refused', evidence: 'refused' },
    ...rest,
  };
};

const ended = (at: number, until: number, service = 'site'): Outage =>
  out(at, { service, end: recovered(start + until) });

const span = (at: number, state: Span['state'], service = 'site'): Span => ({
  subject: { kind: 'service', id: service },
  since: start + at,
  state,
});

const broken: Pick<Store, 'outages' | 'spansOf'> = {
  outages: () => Promise.reject(new StoreError('store.io', 'The disk failed.')),
  spansOf: () => Promise.reject(new StoreError('store.io', 'The disk failed.')),
};

const states = (history: RecentHistory, service = 'site') =>
  history.spans.get(service)?.map(({ since, state }) => [since - start, state]);

/** A store that knows of an outage that ended and of one that goes on. */
const storeWith = async (): Promise<Store> => {
  const store = openInMemory();
  const spans = [span(0, 'up'), span(10, 'down'), span(20, 'up'), span(30, 'down')];
  await store.commit({ ...noEffects, spans, outages: [ended(10, 20), out(30), ended(5, 6, 'mail')] });
  return store;
};

const recalled = async (store: Pick<Store, 'outages' | 'spansOf'>, ...services: readonly string[]) => {
  const history = new RecentHistory(store);
  await history.recall(services, start + minutes);
  return history;
};

describe('the recent history', () => {
  test('is what the store knows of the services it is asked for', async () => {
    const history = await recalled(await storeWith(), 'site');
    expect(history.outages).toEqual([out(30), ended(10, 20)]);
    expect(states(history)).toEqual([
      [0, 'up'],
      [10, 'down'],
      [20, 'up'],
      [30, 'down'],
    ]);
  });

  test('goes on with what is decided, written or not', async () => {
    const history = await recalled(await storeWith(), 'site');
    history.take({ outages: [ended(30, 40)], spans: [span(40, 'up')] });
    history.take({ outages: [out(50)], spans: [span(50, 'down')] });
    expect(history.outages).toEqual([out(50), ended(30, 40), ended(10, 20)]);
    expect(states(history)?.at(-1)).toEqual([50, 'down']);
  });

  test('that is recalled again lets what was decided have the last word', async () => {
    const history = await recalled(await storeWith(), 'site');
    history.take({ outages: [ended(30, 40)], spans: [span(40, 'up')] });
    await history.recall(['site', 'mail'], start + minutes);
    expect(history.outages).toEqual([ended(30, 40), ended(10, 20), ended(5, 6, 'mail')]);
    expect(states(history)).toEqual([
      [0, 'up'],
      [10, 'down'],
      [20, 'up'],
      [30, 'down'],
      [40, 'up'],
    ]);
  });

  test('of a service that becomes public is what is stored, and then what was decided since', async () => {
    const history = new RecentHistory(await storeWith());
    history.take({ outages: [ended(30, 40)], spans: [span(40, 'up')] });
    await history.recall(['site'], start + minutes);
    expect(history.outages).toEqual([ended(30, 40), ended(10, 20)]);
    expect(states(history)).toHaveLength(5);
  });

  test('that is recalled after the clock was set back leaves out what was to come', async () => {
    const history = new RecentHistory(await storeWith());
    history.take({ outages: [], spans: [span(15, 'unknown')] });
    await history.recall(['site'], start + minutes);
    expect(states(history)).toEqual([
      [0, 'up'],
      [10, 'down'],
      [15, 'unknown'],
    ]);
  });

  test('stays as it is when the store cannot be read', async () => {
    const store = await storeWith();
    let works = true;
    const history = await recalled(
      {
        outages: store.outages,
        spansOf: (...args) => (works ? store.spansOf(...args) : broken.spansOf(...args)),
      },
      'site',
    );
    works = false;
    const before = [history.outages, history.spans];
    await expect(history.recall(['site', 'mail'], start + minutes)).rejects.toThrow('The disk failed.');
    expect([history.outages, history.spans]).toEqual(before);
  });

  test('is taken back where the clock was set back', () => {
    const history = new RecentHistory(broken);
    history.take({ outages: [out(10)], spans: [span(10, 'down')] });
    history.take({ outages: [], spans: [span(20, 'up'), span(5, 'unknown')] });
    expect(states(history)).toEqual([[5, 'unknown']]);
  });

  test('leaves out the outages of a time that is told anew, and ends those that go on in it', async () => {
    const again = [span(15, 'unknown'), span(25, 'up')];
    const history = await recalled(await storeWith(), 'site');
    history.take({ outages: [ended(30, 40)], spans: [span(40, 'up')] });
    history.take({ outages: [], spans: again });
    expect(history.outages).toEqual([ended(10, 15)]);
    const later = new RecentHistory(await storeWith());
    later.take({ outages: [ended(16, 25)], spans: again });
    await later.recall(['site'], start + minutes);
    expect(later.outages).toEqual(
      [ended(16, 25), out(30), ended(10, 15)].toSorted((a, b) => b.startedAt - a.startedAt),
    );
  });

  test('holds nothing of checks, nor of services that are gone', () => {
    const history = new RecentHistory(broken);
    const ofCheck = { subject: { kind: 'check', id: 'site' } } as const;
    history.take({ outages: [out(10, ofCheck)], spans: [{ ...span(10, 'down'), ...ofCheck }] });
    history.take({ outages: [ended(1, 2, 'mail')], spans: [span(1, 'down', 'mail')] });
    expect([...history.spans.keys()]).toEqual(['mail']);
    history.keep(new Set(['mail', 'site']));
    expect([...history.spans.keys()]).toEqual(['mail']);
    history.keep(new Set(['site']));
    expect([history.outages, [...history.spans]]).toEqual([[], []]);
  });

  test('stays small: fifty outages of each service, and its spans of ninety days', () => {
    const history = new RecentHistory(broken);
    history.take({ outages: [ended(1, 2, 'mail')], spans: [span(1, 'down', 'mail')] });
    for (let at = 0; at < 200 * days; at += days)
      history.take({ outages: [ended(at, at + 10)], spans: [span(at, 'down'), span(at + 10, 'up')] });
    expect(history.outages).toHaveLength(51);
    expect(history.outages).toContainEqual(ended(1, 2, 'mail'));
    // Until 104 days and some before the last of them: ninety-one, were they all as long as the longest.
    expect(states(history)?.[0]).toEqual([104 * days + 10, 'up']);
    const unseen = Array.from({ length: 10_000 }, (_, at) => span(200 * days + at, 'unknown'));
    history.take({ outages: [], spans: unseen });
    expect(states(history)).toHaveLength(10_000);
  });
});

test('the page tells of an outage that came and went while nothing could be written or read', () => {
  const config = oneCheck();
  const { watch, step } = Watch.open(config, nothingRemembered, start);
  const history = new RecentHistory(broken);
  history.take(step.effects);
  const grades: readonly Grade[] = [
    'good',
    'good',
    'good',
    'bad',
    'bad',
    'bad',
    'good',
    'good',
    'good',
    'good',
  ];
  for (const [index, grade] of grades.entries()) {
    const at = start + index * 20 * seconds;
    history.take(watch.observe([makeReport(seriesKey('web'), at, grade)], at).effects);
  }
  const { outages, services } = publish(config, watch, history, [], start + 4 * minutes);
  expect(services.map(({ state }) => state)).toEqual(['up']);
  expect(outages).toMatchObject([
    {
      service: 'site',
      state: 'down',
      startedAt: start + 60 * seconds,
      endedAt: start + 120 * seconds,
      seenMs: 60 * seconds,
    },
  ]);
});
