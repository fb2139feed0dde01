import { describe, expect, test } from 'vitest';
import { Observer } from '../../../server/app/observer.ts';
import { StoreError } from '../../../server/app/ports.ts';
import type { Store } from '../../../server/app/ports.ts';
import type { Effects } from '../../../server/core/effects.ts';
import { nothingRemembered } from '../../../server/core/remember.ts';
import type { SeriesKey } from '../../../server/core/series.ts';
import { makeReport, minutes, oneCheck, seconds, seriesKey, start } from '../../support/watch.ts';
import { Lane, VirtualTime } from '../../support/virtual-time.ts';

class Fixture {
  readonly time = new VirtualTime(start);
  readonly lane = new Lane();
  readonly attempts: number[] = [];
  readonly kept: Effects[] = [];
  readonly rechecks: (readonly [SeriesKey, number])[] = [];
  readonly errors: string[] = [];
  readonly observer: Observer;
  refuses = false;

  constructor(witnesses: readonly string[] = []) {
    const store = {
      commit: async (effects: Effects) => {
        this.attempts.push(this.time.nowMs);
        if (this.refuses) throw new StoreError('store.full', 'The disk is full.');
        this.kept.push(effects);
      },
    } as Store;
    this.observer = new Observer(
      {
        store,
        clock: this.time.clock,
        timers: this.time.timers(this.lane),
        log: { info: () => {}, warn: () => {}, error: (event) => this.errors.push(event) },
        recheck: (series, afterMs) => this.rechecks.push([series, afterMs]),
        committed: () => {},
      },
      oneCheck({}, witnesses),
      nothingRemembered,
    );
  }

  /** One report a second for so long. */
  async live(lengthMs: number, grade: 'good' | 'bad' = 'good'): Promise<void> {
    const untilMs = this.time.nowMs + lengthMs;
    while (this.time.nowMs < untilMs) {
      this.observer.receive([makeReport(seriesKey('web'), this.time.clock.now() - 1, grade)]);
      await this.time.run(this.time.nowMs + seconds, () => {});
    }
  }

  get results(): number {
    return this.kept.reduce((sum, { results }) => sum + results.length, 0);
  }
}

describe('an observer', () => {
  test('writes what it is told within a second, in one transaction for all that comes together', async () => {
    const fixture = new Fixture();
    await fixture.live(10 * seconds);
    expect(fixture.results).toBe(10);
    const before = fixture.attempts.length;
    for (let index = 0; index < 50; index++)
      fixture.observer.receive([makeReport(seriesKey('web'), start + 20_000 + index, 'good')]);
    await fixture.time.run(fixture.time.nowMs + seconds, () => {});
    expect(fixture.results).toBe(60);
    expect(fixture.attempts.length).toBe(before + 1);
  });

  test('that cannot write tries again about once a second, however long that lasts', async () => {
    const fixture = new Fixture();
    fixture.refuses = true;
    await fixture.live(10 * minutes);
    const lastMinute = fixture.attempts.filter((atMs) => atMs > 9 * minutes);
    expect(lastMinute.length).toBeGreaterThan(30);
    expect(lastMinute.length).toBeLessThan(65);
  });

  test('writes everything in its order when it can write again', async () => {
    const fixture = new Fixture();
    fixture.refuses = true;
    await fixture.live(minutes);
    await fixture.live(minutes, 'bad');
    fixture.refuses = false;
    await fixture.live(2 * seconds);
    expect(fixture.results).toBe(122);
    const effects = fixture.kept[0];
    expect(effects?.results.map(({ at }) => at)).toEqual(
      effects?.results.map(({ at }) => at).toSorted((a, b) => a - b),
    );
    expect(
      effects?.spans.filter(({ subject }) => subject.kind === 'check').map(({ state }) => state),
    ).toEqual(['up', 'down']);
    expect(effects?.notables).toHaveLength(2);
    expect(new Set(fixture.errors)).toEqual(new Set(['store.commit-failed']));
  });

  test('asks for what is in doubt to be looked at again, and for every witness at once', async () => {
    const fixture = new Fixture(['near', 'far']);
    await fixture.live(seconds);
    fixture.rechecks.length = 0;
    await fixture.live(seconds, 'bad');
    expect(fixture.rechecks).toEqual([
      [seriesKey('web'), 5 * seconds],
      [seriesKey('near'), 0],
      [seriesKey('far'), 0],
    ]);
  });

  test('says that what it no longer hears of is unknown', async () => {
    const fixture = new Fixture();
    await fixture.live(5 * seconds);
    await fixture.time.run(5 * minutes, () => {});
    expect(
      fixture.kept.flatMap(({ spans }) => spans.filter(({ subject }) => subject.kind === 'check')).at(-1),
    ).toMatchObject({
      state: 'unknown',
      since: start + 4 * seconds - 1,
    });
  });

  test('writes what it still has when it is stopped, and then nothing more', async () => {
    const fixture = new Fixture();
    await fixture.live(5 * seconds);
    fixture.observer.receive([makeReport(seriesKey('web'), start + 9 * seconds, 'good')]);
    await fixture.observer.stop();
    expect(fixture.results).toBe(6);
    const attempts = fixture.attempts.length;
    await fixture.time.run(10 * minutes, () => {});
    expect(fixture.attempts.length).toBe(attempts);
  });
});
