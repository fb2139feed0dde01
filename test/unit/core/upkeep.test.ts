// Maintenance as the watch lives it: what it excuses, what outlives it, and what is told of that.
import { describe, expect, test } from 'vitest';
import type { MaintenanceConfig } from '../../../config/config.ts';
import { Lookout } from '../../support/lookout.ts';
import { hours, makeCheck, makeConfig, makeService, minutes, seconds, start } from '../../support/watch.ts';
import type { Grade } from '../../../server/core/result.ts';

const web = { kind: 'check', id: 'web' } as const;
const site = { kind: 'service', id: 'site' } as const;

const works = (part: Partial<MaintenanceConfig> = {}): MaintenanceConfig => ({
  id: 'works',
  title: { fr: 'Travaux', en: 'Works' },
  services: ['site'],
  checks: [],
  once: { fromMs: start + 10 * minutes, toMs: start + 20 * minutes },
  ...part,
});

const configWith = (...maintenance: readonly MaintenanceConfig[]) => ({
  ...makeConfig([makeService('site', [makeCheck('web'), makeCheck('php')])]),
  maintenance,
});

/** Every ten seconds both checks are seen, and `php` is well. */
const see = (lookout: Lookout, from: number, to: number, grade: Grade): void => {
  for (let at = from; at < to; at += 10 * seconds) lookout.see(['web', at, grade], ['php', at, 'good']);
};

const begun = (...maintenance: readonly MaintenanceConfig[]): Lookout => {
  const lookout = new Lookout(configWith(...maintenance));
  see(lookout, 0, 10 * minutes, 'good');
  return lookout;
};

const windowOf = (lookout: Lookout, afterMs: number, subject: typeof web | typeof site = web) =>
  lookout.watch.maintenanceOf(subject, start + afterMs)?.id;

test('what is in a window is judged as ever', () => {
  const lookout = begun(works());
  see(lookout, 10 * minutes, 15 * minutes, 'bad');
  expect(lookout.archive.outagesOf('check:web')).toMatchObject([{ startedAt: start + 10 * minutes }]);
  expect(lookout.watch.checks.get('web')?.timeline.state).toBe('down');
  expect(windowOf(lookout, 15 * minutes)).toBe('works');
});

test('a window that has begun is kept with what is decided then', () => {
  const lookout = begun(works());
  expect(lookout.archive.windows).toEqual([]);
  lookout.tick(10 * minutes);
  expect(lookout.archive.windows).toMatchObject([{ id: 'works', plan: 'works' }]);
});

describe('a fault that outlives its window', () => {
  const outlived = (): Lookout => {
    const lookout = begun(works());
    see(lookout, 10 * minutes, 20 * minutes, 'bad');
    return lookout;
  };

  test('is looked at again as soon as the window ends', () => {
    const { asked } = outlived().tick(20 * minutes);
    expect(asked.map(({ check }) => check)).toEqual(['web']);
  });

  test('is held until as many failures as confirm an outage have begun after the end', () => {
    const lookout = outlived();
    const held = [0, 5, 10].map((s) => {
      const { contested } = lookout.see(['web', 20 * minutes + s * seconds, 'bad']);
      return [windowOf(lookout, 20 * minutes + s * seconds), contested.length];
    });
    expect(held).toEqual([
      ['works', 1],
      ['works', 1],
      [undefined, 0],
    ]);
  });

  test('is no longer held when it is over', () => {
    const lookout = outlived();
    see(lookout, 20 * minutes, 22 * minutes, 'good');
    expect(windowOf(lookout, 22 * minutes)).toBeUndefined();
  });

  test('is not confirmed by a probe that was sent off within the window', () => {
    const lookout = outlived();
    for (const s of [1, 2, 3, 20])
      lookout.seeLate(20 * minutes + s * seconds, ['web', 20 * minutes - s, 'bad']);
    expect(windowOf(lookout, 20 * minutes + 20 * seconds)).toBe('works');
  });

  test('is confirmed though a probe in between was good', () => {
    const lookout = outlived();
    const grades = ['bad', 'good', 'bad', 'bad'] as const;
    for (const [index, grade] of grades.entries())
      lookout.see(['web', 20 * minutes + index * 5 * seconds, grade]);
    expect(windowOf(lookout, 20 * minutes + 15 * seconds)).toBeUndefined();
  });

  test('is one outage of the service too, from its beginning on', () => {
    const lookout = outlived();
    see(lookout, 20 * minutes, 21 * minutes, 'bad');
    expect(lookout.archive.outagesOf('service:site')).toEqual([
      expect.objectContaining({ startedAt: start + 10 * minutes, state: 'down' }),
    ]);
    expect(lookout.archive.outages.every(({ end }) => end === undefined)).toBe(true);
  });

  test('is held by the next window when that has begun', () => {
    const next = works({ id: 'more', once: { fromMs: start + 20 * minutes, toMs: start + hours } });
    const lookout = begun(works(), next);
    see(lookout, 10 * minutes, 25 * minutes, 'bad');
    expect(windowOf(lookout, 25 * minutes)).toBe('more');
  });

  test('and that was about to be confirmed is not told before it is confirmed afresh', () => {
    const lookout = begun(works());
    see(lookout, 10 * minutes, 19.8 * minutes, 'good');
    lookout.see(['web', 20 * minutes - 8 * seconds, 'bad']);
    lookout.see(['web', 20 * minutes - 3 * seconds, 'bad']);
    lookout.see(['web', 20 * minutes + 2 * seconds, 'bad']);
    expect(lookout.watch.checks.get('web')?.timeline.state).toBe('down');
    expect(windowOf(lookout, 20 * minutes + 2 * seconds)).toBe('works');
  });

  test.for([
    ['has ended long ago, while nobody ran', 19 * minutes, [], 40 * minutes],
    ['has just ended', 20 * minutes, [0], 20 * minutes],
    ['has ended some seconds ago', 20 * minutes, [0, 5], 20 * minutes],
  ] as const)('is confirmed afresh after a restart when the window %s', ([, until, failures, from]) => {
    for (const window of [works(), works({ services: [], checks: ['web'] })]) {
      const lookout = begun(window);
      see(lookout, 10 * minutes, until, 'bad');
      for (const s of failures) lookout.see(['web', 20 * minutes + s * seconds, 'bad']);
      const restarted = lookout.restart(configWith(window), from + 8 * seconds);
      expect(restarted.opening.asked.map(({ check }) => check)).toContain('web');
      const held = [10, 15, 20].map((s) => {
        restarted.see(['web', from + s * seconds, 'bad'], ['php', from + s * seconds, 'good']);
        return windowOf(restarted, from + s * seconds);
      });
      expect(held).toEqual(['works', 'works', undefined]);
    }
  });

  test('and was confirmed is not held again by a restart', () => {
    const lookout = begun(works());
    see(lookout, 10 * minutes, 22 * minutes, 'bad');
    expect(windowOf(lookout.restart(configWith(works()), 22 * minutes), 22 * minutes)).toBeUndefined();
  });

  test('and is slow is confirmed by as many slow outcomes', () => {
    const lookout = begun(works());
    see(lookout, 10 * minutes, 20 * minutes, 'poor');
    const held = [0, 5, 10, 15, 20].map((s) => {
      lookout.see(['web', 20 * minutes + s * seconds, 'poor']);
      return windowOf(lookout, 20 * minutes + s * seconds);
    });
    expect(held).toEqual(['works', 'works', 'works', 'works', undefined]);
  });
});

describe('a window of one check', () => {
  const ofWeb = works({ services: [], checks: ['web'] });

  test('is not held against its service', () => {
    const lookout = begun(ofWeb);
    see(lookout, 10 * minutes, 20 * minutes, 'bad');
    see(lookout, 20 * minutes, 30 * minutes, 'good');
    expect(lookout.archive.history('service:site')).toEqual([['up', 0]]);
    expect(lookout.archive.outagesOf('check:web')).toHaveLength(1);
  });

  test('is held against it from its end on, once confirmed afresh', () => {
    const lookout = begun(ofWeb);
    see(lookout, 10 * minutes, 20 * minutes + 20 * seconds, 'bad');
    expect(lookout.watch.services.get('site')?.timeline.state).toBe('up');
    see(lookout, 20 * minutes + 20 * seconds, 21 * minutes, 'bad');
    expect(lookout.archive.outagesOf('service:site')).toMatchObject([{ startedAt: start + 20 * minutes }]);
  });

  test('excuses nothing that was wrong before', () => {
    const lookout = new Lookout(configWith(ofWeb));
    see(lookout, 0, 5 * minutes, 'good');
    see(lookout, 5 * minutes, 15 * minutes, 'bad');
    expect(lookout.archive.outagesOf('service:site')).toMatchObject([{ startedAt: start + 5 * minutes }]);
    expect(lookout.watch.services.get('site')?.timeline.state).toBe('down');
  });

  test('that is made afterwards takes the outage from its service', () => {
    const lookout = begun();
    see(lookout, 10 * minutes, 15 * minutes, 'bad');
    const { title, services, checks } = ofWeb;
    const window = { id: 'late', title, services, checks, from: start + 9 * minutes, until: start + hours };
    lookout.plan(window, 15 * minutes);
    expect(lookout.watch.services.get('site')?.timeline.state).toBe('up');
    lookout.plan({ ...window, cancelled: true }, 16 * minutes);
    expect(lookout.watch.services.get('site')?.timeline.state).toBe('down');
    // Nothing that was seen begins with what was seen before it.
    expect(lookout.archive.history('service:site').slice(1)).toEqual([
      ['down', 10 * minutes],
      ['up', 10 * minutes + 1],
      ['down', 10 * minutes + 2],
    ]);
  });

  test('that is taken back, or was over long ago, is held against its service since then', () => {
    for (const [change, since] of [
      [{ cancelled: true }, 11 * minutes],
      [{ until: start + 12 * minutes }, 12 * minutes],
      [{ until: start + 10.5 * minutes }, 11 * minutes],
    ] as const) {
      const lookout = begun();
      const { title, services, checks } = ofWeb;
      const window = { id: 'w', title, services, checks, from: start + 10 * minutes, until: start + hours };
      lookout.plan(window, 10 * minutes);
      see(lookout, 10 * minutes, 11 * minutes, 'good');
      see(lookout, 11 * minutes, 15 * minutes, 'bad');
      lookout.plan({ ...window, ...change }, 15 * minutes);
      see(lookout, 15 * minutes, 16 * minutes, 'good');
      expect(lookout.archive.history('service:site')).toEqual([
        ['up', 0],
        ['down', since],
        ['up', 15 * minutes],
      ]);
      expect(lookout.archive.outagesOf('service:site')).toMatchObject([{ startedAt: start + since }]);
    }
  });
});

describe('a window', () => {
  test('that goes with the configuration ends, and what it leaves is confirmed afresh', () => {
    const lookout = begun(works());
    see(lookout, 10 * minutes, 15 * minutes, 'bad');
    const { asked } = lookout.configure(configWith(), 15 * minutes);
    expect(asked.map(({ check }) => check)).toEqual(['web']);
    expect(windowOf(lookout, 15 * minutes)).toBe('works');
    see(lookout, 15 * minutes, 15.5 * minutes, 'bad');
    expect(windowOf(lookout, 15.5 * minutes)).toBeUndefined();
    expect(lookout.archive.windows).toMatchObject([{ until: start + 15 * minutes }]);
  });

  test('that is taken back holds nothing, and leaves outages as they are', () => {
    const lookout = begun();
    const { title, services, checks } = works();
    const window = {
      id: 'w',
      title,
      services,
      checks,
      from: start + 10 * minutes,
      until: start + 15 * minutes,
    };
    lookout.plan(window, 10 * minutes);
    see(lookout, 10 * minutes, 15 * minutes + 5 * seconds, 'bad');
    expect(windowOf(lookout, 15 * minutes + 5 * seconds)).toBe('w');
    lookout.plan({ ...window, cancelled: true }, 15 * minutes + 6 * seconds);
    expect(windowOf(lookout, 15 * minutes + 6 * seconds)).toBeUndefined();
    see(lookout, 15 * minutes + 10 * seconds, 20 * minutes, 'bad');
    expect(lookout.archive.outagesOf('service:site')).toMatchObject([{ startedAt: start + 10 * minutes }]);
    expect(lookout.archive.outages.every(({ end }) => end === undefined)).toBe(true);
  });

  test('that somebody made is known after a restart', () => {
    const lookout = begun();
    const { title, services, checks } = works();
    const window = { id: 'cable', title, services, checks, from: start + hours, until: start + 2 * hours };
    lookout.plan(window, 10 * minutes);
    const restarted = lookout.restart(configWith(), 11 * minutes);
    expect(windowOf(restarted, hours)).toBe('cable');
    expect(restarted.watch.maintenanceOf(site, start + hours)).toEqual(window);
  });
});
