// What is in the outbox is told: every row, in its order, and again when we do not know whether it was.
import { describe, expect, test } from 'vitest';
import { Courier } from '../../../server/app/courier.ts';
import { StoreError } from '../../../server/app/ports.ts';
import type { Store } from '../../../server/app/ports.ts';
import type { Notable } from '../../../server/core/effects.ts';
import { noEffects, outage } from '../../support/effects.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { seconds, start } from '../../support/watch.ts';

const opened = (key: string): Notable => ({
  kind: 'outage-opened',
  key,
  at: start,
  outage: outage(start, { id: key, subject: { kind: 'check', id: key } }),
});

class Post {
  readonly lines: { readonly event: string; readonly fields: object }[] = [];
  readonly waiting: number[] = [];
  readonly troubles: unknown[] = [];
  readonly store: Store;
  readonly time = new PassingTime(start);
  readonly courier: Courier;

  constructor(part: Partial<Store> = {}, store = openInMemory()) {
    this.store = { ...store, ...part };
    const log = (event: string, fields: object = {}) => void this.lines.push({ event, fields });
    const error = (_: string, fields: object = {}) => void this.troubles.push(fields);
    this.courier = new Courier({
      store: this.store,
      log: { info: log, warn: log, error },
      clock: this.time.clock,
      timers: this.time.timers,
      waiting: (rows) => this.waiting.push(rows),
    });
  }

  /** Half a minute that begins with these notables. */
  async deliver(...notables: readonly Notable[]): Promise<void> {
    await this.store.commit({ ...noEffects, notables });
    this.courier.call();
    await this.time.pass(30 * seconds);
  }

  get told(): readonly unknown[] {
    return this.lines.map(({ fields }) => 'subject' in fields && fields.subject);
  }
}

describe('the courier', () => {
  test('tells what waits once, in its order, and says how much waited', async () => {
    const post = new Post();
    await post.deliver(opened('b'), opened('a'), opened('c'));
    expect(post.told).toEqual(['check:b', 'check:a', 'check:c']);
    expect(post.waiting).toEqual([3, 0]);
    await post.deliver(opened('d'));
    expect(post.told).toEqual(['check:b', 'check:a', 'check:c', 'check:d']);
  });

  test('tells nothing when nothing waits', async () => {
    const post = new Post();
    await post.deliver();
    expect([post.lines, post.waiting]).toEqual([[], [0]]);
  });

  test('tells more than it takes at once, and what is decided meanwhile', async () => {
    const store = openInMemory();
    const told: Store['told'] = async (ids, at) => {
      await store.told(ids, at);
      await store.commit({ ...noEffects, notables: [opened('meanwhile')] });
    };
    const post = new Post({ told }, store);
    await post.deliver(...Array.from({ length: 450 }, (_, index) => opened(`${index}`)));
    expect(post.told).toHaveLength(451);
    expect(new Set(post.told).size).toBe(451);
    expect(post.waiting).toEqual([200, 200, 51, 0]);
  });

  test('tells again, and by itself, what could not be noted as told', async () => {
    const store = openInMemory();
    const full = new StoreError('store.full', 'The disk is full.');
    let failures = 2;
    const told: Store['told'] = (ids, at) => (failures-- > 0 ? Promise.reject(full) : store.told(ids, at));
    const post = new Post({ told }, store);
    await post.deliver(opened('a'));
    expect(post.told).toEqual(['check:a', 'check:a', 'check:a']);
    expect(post.troubles).toEqual([{ error: full }, { error: full }]);
    expect(await post.time.isOver()).toBe(true);
  });

  test('tells by itself what could not be read', async () => {
    const store = openInMemory();
    let fails = true;
    const untold: Store['untold'] = (limit) =>
      fails ? Promise.reject(new StoreError('store.gone', 'The thread has ended.')) : store.untold(limit);
    const post = new Post({ untold }, store);
    await post.deliver(opened('a'));
    expect(post.told).toEqual([]);
    fails = false;
    await post.time.pass(30 * seconds);
    expect(post.told).toEqual(['check:a']);
  });

  test('ends when all is told and noted, and then tells nothing more', async () => {
    const store = openInMemory();
    let isNoted = false;
    const told: Store['told'] = async (ids, at) => {
      await store.told(ids, at);
      isNoted = true;
    };
    const post = new Post({ told }, store);
    await post.store.commit({ ...noEffects, notables: [opened('a')] });
    post.courier.call();
    await post.courier.stop();
    expect([post.told, isNoted]).toEqual([['check:a'], true]);
    expect(await post.time.isOver()).toBe(true);
  });

  test('ends though nothing can be told', async () => {
    const untold: Store['untold'] = () =>
      Promise.reject(new StoreError('store.gone', 'The thread has ended.'));
    const post = new Post({ untold });
    await post.deliver(opened('a'));
    await post.courier.stop();
    const { length } = post.troubles;
    expect(await post.time.isOver()).toBe(true);
    expect(post.troubles).toHaveLength(length);
  });

  test('tells of an outage what, since when, and why; of its end also until when', async () => {
    const post = new Post();
    const subject = { kind: 'service', id: 'databases' } as const;
    const finding = { cause: 'slow', phase: 'commit', evidence: 'commit took 900 ms' } as const;
    const one = outage(start, { subject, finding, state: 'degraded' });
    const end = { at: start + 90 * seconds, how: 'recovered' } as const;
    await post.deliver(
      { kind: 'outage-opened', key: 'a', at: start, outage: one },
      { kind: 'outage-closed', key: 'b', at: start, outage: { ...one, end } },
    );
    const fields = {
      subject: 'service:databases',
      state: 'degraded',
      since: '2026-03-01T00:00:00.000Z',
      ...finding,
    };
    expect(post.lines).toEqual([
      { event: 'service.outage-opened', fields },
      {
        event: 'service.outage-closed',
        fields: { ...fields, until: '2026-03-01T00:01:30.000Z', how: 'recovered' },
      },
    ]);
  });

  test('tells what an outage is a consequence of', async () => {
    const post = new Post();
    const consequenceOf = { kind: 'service', id: 'network' } as const;
    await post.deliver({
      kind: 'outage-opened',
      key: 'a',
      at: start,
      outage: outage(start, { consequenceOf }),
    });
    expect(post.lines).toMatchObject([{ fields: { consequenceOf: 'service:network' } }]);
  });

  test('tells that we cannot see, and that we see again', async () => {
    const post = new Post();
    await post.deliver(
      { kind: 'blind', key: 'a', at: start, since: start, vantage: 'local', family: 4 },
      { kind: 'sighted', key: 'b', at: start, since: start, vantage: 'local', family: 4 },
    );
    const fields = { since: '2026-03-01T00:00:00.000Z', vantage: 'local', family: 4 };
    expect(post.lines).toEqual([
      { event: 'vigie.cannot-see', fields },
      { event: 'vigie.sees-again', fields },
    ]);
  });
});
