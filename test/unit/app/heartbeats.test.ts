import { describe, expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import { Heartbeats } from '../../../server/app/heartbeats.ts';
import { StoreError } from '../../../server/app/ports.ts';
import type { Store } from '../../../server/app/ports.ts';
import type { Report } from '../../../server/core/result.ts';
import { passiveTypeOf } from '../../../server/prober/types.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { hours, makeCheck, minutes, seconds, start } from '../../support/watch.ts';

const tokenOf = (id: string): string => `a-token-for-${id}-only`;

const job = (id: string, token = tokenOf(id)) =>
  makeCheck(id, {
    type: 'heartbeat',
    families: [0],
    schedule: { kind: 'every', everyMs: minutes },
    options: { token: new Secret(token), expect: { every: hours }, grace: 5 * minutes },
  });

class Fixture {
  readonly time: PassingTime;
  readonly reports: Report[] = [];
  readonly heartbeats: Heartbeats;

  constructor(
    store: Pick<Store, 'keepPing' | 'pings'> = openInMemory(),
    startedAt = start,
    typeOf = passiveTypeOf,
  ) {
    this.time = new PassingTime(startedAt);
    this.heartbeats = new Heartbeats({
      clock: this.time.clock,
      timers: this.time.timers,
      cron: () => () => {},
      log: { info: () => {}, warn: () => {}, error: () => {} },
      store,
      typeOf,
      report: (report) => this.reports.push(report),
    });
  }

  /** What was last said of a check. */
  last(check: string) {
    return this.reports.findLast(({ series }) => series.check === check)?.outcome;
  }

  /** When its last end was heard, as the newest report of it says. */
  doneAt(check: string): unknown {
    return this.last(check)?.facts['lastDoneAt'];
  }
}

describe('a ping', () => {
  test('is judged as soon as it is heard, and again and again', async () => {
    const fixture = await open(['backup']);
    const { heartbeats, time, reports } = fixture;
    expect(await heartbeats.hear(tokenOf('backup'), 'fail')).toBe(true);
    await time.pass(100);
    expect(fixture.last('backup')).toMatchObject({ kind: 'fail', cause: 'job_failed' });
    expect(await heartbeats.hear(tokenOf('backup'), 'done')).toBe(true);
    await time.pass(100);
    expect(fixture.last('backup')).toMatchObject({ kind: 'ok' });
    const { length } = reports;
    await time.pass(10 * minutes);
    expect(reports).toHaveLength(length + 10);
    expect(reports.every(({ series }) => series.family === 0 && series.vantage === 'local')).toBe(true);
  });

  test('of another check says nothing about this one', async () => {
    const fixture = await open(['backup', 'rotation']);
    await fixture.heartbeats.hear(tokenOf('backup'), 'done');
    await fixture.time.pass(2 * minutes);
    expect(fixture.doneAt('backup')).toBe(start);
    expect(fixture.doneAt('rotation')).toBeUndefined();
  });

  test('with a token that two checks share is heard by both', async () => {
    const fixture = new Fixture();
    await fixture.heartbeats.configure([job('backup'), job('twin', tokenOf('backup'))]);
    await fixture.heartbeats.hear(tokenOf('backup'), 'done');
    await fixture.time.pass(minutes);
    expect([fixture.doneAt('backup'), fixture.doneAt('twin')]).toEqual([start, start]);
  });

  test('counts though it cannot be kept, and the job learns that it was not', async () => {
    const keepPing: Store['keepPing'] = () =>
      Promise.reject(new StoreError('store.full', 'The disk is full.'));
    const fixture = await open(['backup'], { ...openInMemory(), keepPing });
    await expect(fixture.heartbeats.hear(tokenOf('backup'), 'done')).rejects.toThrow('The disk is full.');
    await fixture.time.pass(2 * minutes);
    expect(fixture.doneAt('backup')).toBe(start);
    expect(fixture.last('backup')).toMatchObject({ kind: 'ok' });
  });

  test.for([
    ['an unknown token', 'a-token-for-nobody-at-all'],
    ['the beginning of a token', tokenOf('backup').slice(0, -1)],
    ['a token and more', `${tokenOf('backup')}x`],
    ['a token in capitals', tokenOf('backup').toUpperCase()],
    ['no token', ''],
    ['what a map would find', '__proto__'],
  ] as const)('with %s is not heard', async ([, token]) => {
    const store = openInMemory();
    const { heartbeats } = await open(['backup', 'rotation'], store);
    expect(await heartbeats.hear(token, 'done')).toBe(false);
    expect(await store.pings('backup', 10)).toEqual([]);
  });
});

describe('another configuration', () => {
  test('keeps what was heard', async () => {
    const fixture = await open(['backup']);
    await fixture.heartbeats.hear(tokenOf('backup'), 'done');
    await fixture.heartbeats.configure([job('rotation'), job('backup')]);
    await fixture.time.pass(minutes);
    expect(fixture.doneAt('backup')).toBe(start);
  });

  test('loses no ping that is heard while it is read', async () => {
    const store = openInMemory();
    const readers: (() => void)[] = [];
    const pings: Store['pings'] = async (check, limit) => {
      const read = await store.pings(check, limit);
      if (check === 'slowly-read') await new Promise<void>((resolve) => readers.push(resolve));
      return read;
    };
    const fixture = await open(['backup'], { ...store, pings });
    const configured = fixture.heartbeats.configure([job('backup'), job('slowly-read')]);
    await fixture.time.pass(10 * seconds);
    expect(await fixture.heartbeats.hear(tokenOf('backup'), 'done')).toBe(true);
    for (const read of readers) read();
    await configured;
    await fixture.time.pass(2 * minutes);
    expect(fixture.doneAt('backup')).toBe(start + 10 * seconds);
  });

  test('loses no ping that is being kept while it is taken', async () => {
    const store = openInMemory();
    let keep = () => {};
    const keepPing: Store['keepPing'] = async (check, ping) => {
      await new Promise<void>((resolve) => (keep = resolve));
      await store.keepPing(check, ping);
    };
    const fixture = await open(['backup'], { ...store, keepPing });
    const hearing = fixture.heartbeats.hear(tokenOf('backup'), 'done');
    await fixture.heartbeats.configure([job('backup')]);
    keep();
    expect(await hearing).toBe(true);
    await fixture.time.pass(2 * minutes);
    expect(fixture.doneAt('backup')).toBe(start);
  });

  test('with another token no longer hears the old one, and keeps what it said', async () => {
    const fixture = await open(['backup']);
    await fixture.heartbeats.hear(tokenOf('backup'), 'done');
    await fixture.heartbeats.configure([job('backup', 'another-token-altogether')]);
    expect(await fixture.heartbeats.hear(tokenOf('backup'), 'done')).toBe(false);
    expect(await fixture.heartbeats.hear('another-token-altogether', 'start')).toBe(true);
    await fixture.time.pass(minutes);
    expect(fixture.doneAt('backup')).toBe(start);
  });

  test('that cannot be read for leaves the old one', async () => {
    const store = openInMemory();
    const pings: Store['pings'] = (check, limit) =>
      check === 'backup'
        ? store.pings(check, limit)
        : Promise.reject(new StoreError('store.io', 'The disk failed.'));
    const fixture = await open(['backup'], { ...store, pings });
    await expect(fixture.heartbeats.configure([job('rotation')])).rejects.toThrow('The disk failed.');
    expect(await fixture.heartbeats.hear(tokenOf('rotation'), 'done')).toBe(false);
    expect(await fixture.heartbeats.hear(tokenOf('backup'), 'done')).toBe(true);
    await fixture.time.pass(minutes);
    expect(fixture.doneAt('backup')).toBe(start);
  });

  test('without a check neither hears nor judges it', async () => {
    const fixture = await open(['backup', 'rotation']);
    await fixture.time.pass(seconds);
    fixture.reports.length = 0;
    await fixture.heartbeats.configure([job('rotation')]);
    expect(await fixture.heartbeats.hear(tokenOf('backup'), 'done')).toBe(false);
    await fixture.time.pass(5 * minutes);
    expect(fixture.last('backup')).toBeUndefined();
  });
});

test('a restart says at once what was heard before it', async () => {
  const store = openInMemory();
  const before = await open(['backup'], store);
  await before.heartbeats.hear(tokenOf('backup'), 'done');
  await before.heartbeats.stop();
  const after = await open(['backup'], store, start + 30 * minutes);
  await after.time.pass(100);
  expect(after.doneAt('backup')).toBe(start);
  await after.time.pass(10 * minutes);
  expect(after.reports).toHaveLength(11);
});

test('only the newest pings are looked at, however many were heard', async () => {
  let looked = 0;
  const fixture = new Fixture(openInMemory(), start, (check) => {
    const type = passiveTypeOf(check);
    const assess: typeof type.assess = (options, heard) => {
      looked = heard.pings.length;
      return type.assess(options, heard);
    };
    return { ...type, assess };
  });
  await fixture.heartbeats.configure([job('chatty')]);
  for (let i = 0; i < 50; i++) await fixture.heartbeats.hear(tokenOf('chatty'), 'done');
  await fixture.time.pass(minutes);
  expect(looked).toBe(20);
});

test('nothing is judged after the end', async () => {
  const { heartbeats, time, reports } = await open(['backup']);
  await time.pass(5 * minutes);
  const { length } = reports;
  await heartbeats.stop();
  await time.pass(5 * minutes);
  expect(reports).toHaveLength(length);
  expect(await time.isOver()).toBe(true);
});

const open = async (
  ids: readonly string[],
  store?: Pick<Store, 'keepPing' | 'pings'>,
  startedAt?: number,
): Promise<Fixture> => {
  const fixture = new Fixture(store, startedAt);
  await fixture.heartbeats.configure(ids.map((id) => job(id)));
  return fixture;
};
