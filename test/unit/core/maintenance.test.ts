// Which windows there are: those of the configuration, and those that somebody made, changed or took back.
import { describe, expect, test } from 'vitest';
import type { MaintenanceConfig } from '../../../config/config.ts';
import { Maintenance, pastMs } from '../../../server/core/maintenance.ts';
import type { Window } from '../../../server/core/maintenance.ts';
import { hours, makeCheck, makeConfig, makeService, minutes, start } from '../../support/watch.ts';

const days = 24 * hours;

const plans = (...maintenance: readonly MaintenanceConfig[]) => ({
  ...makeConfig([
    makeService('site', [makeCheck('web'), makeCheck('php'), makeCheck('old', { supporting: true })]),
    makeService('mail', [makeCheck('smtp')]),
  ]),
  maintenance,
});

const title = { fr: 'Travaux', en: 'Works' };

const once = (from: number, until: number, part: Partial<MaintenanceConfig> = {}): MaintenanceConfig => ({
  id: 'works',
  title,
  services: ['site'],
  checks: [],
  once: { fromMs: start + from, toMs: start + until },
  ...part,
});

// 1 March 2026 is a Sunday.
const sundays = (
  wallStart = '2026-01-04T02:00',
  part: Partial<MaintenanceConfig> = {},
): MaintenanceConfig => ({
  id: 'backups',
  title,
  services: ['mail'],
  checks: [],
  recurring: { wallStart, rule: 'FREQ=WEEKLY;BYDAY=SU', timezone: 'Europe/Paris', durationMs: hours },
  ...part,
});

const madeBySomebody = (from: number, until: number, part: Partial<Window> = {}): Window => ({
  id: 'cable',
  title,
  services: ['mail'],
  checks: [],
  from: start + from,
  until: start + until,
  ...part,
});

const ids = (windows: readonly Window[]) => windows.map(({ id }) => id);

describe('a window', () => {
  const maintenance = new Maintenance(plans(once(hours, 2 * hours)));
  const web = { kind: 'check', id: 'web' } as const;

  test.for([
    [hours - 1, undefined],
    [hours, 'works'],
    [2 * hours - 1, 'works'],
    [2 * hours, undefined],
  ] as const)('%d ms after the start: %s', ([at, expected]) => {
    expect(maintenance.at(web, start + at)?.id).toBe(expected);
  });

  test('tells when it begins and when it ends', () => {
    expect(maintenance.nextChange(start)).toBe(start + hours);
    expect(maintenance.nextChange(start + hours)).toBe(start + 2 * hours);
    expect(maintenance.nextChange(start + 2 * hours)).toBe(Infinity);
  });

  test('of several, the one that ends last is told', () => {
    const two = new Maintenance(plans(once(0, 3 * hours), once(hours, 2 * hours, { id: 'short' })));
    expect(two.at(web, start + hours)?.id).toBe('works');
  });

  test.for([
    [{ services: ['site'], checks: [] }, ['web', 'php', 'old', 'site']],
    [{ services: [], checks: ['web'] }, ['web']],
    [{ services: [], checks: ['web', 'old'] }, ['web', 'old']],
    // Nothing that the service requires is left.
    [{ services: [], checks: ['web', 'php'] }, ['web', 'php', 'site']],
    [{ services: ['mail'], checks: ['old'] }, ['old', 'smtp', 'mail']],
    [{ services: ['gone'], checks: ['gone'] }, []],
  ] as const)('that names %o touches %o', ([named, touched]) => {
    const named_ = new Maintenance(plans(once(0, hours, named)));
    const subjects = [
      ...['web', 'php', 'old', 'smtp'].map((id) => ({ kind: 'check', id }) as const),
      ...['site', 'mail'].map((id) => ({ kind: 'service', id }) as const),
    ];
    const found = subjects.filter((subject) => named_.at(subject, start) !== undefined);
    expect(found.map(({ id }) => id).toSorted()).toEqual([...touched].toSorted());
  });

  test('that somebody ended early is over, though it was planned for longer', () => {
    const works = new Maintenance(plans(once(0, 2 * hours)));
    works.settle(start);
    const [planned] = works.windows(start);
    if (planned !== undefined) works.keep({ ...planned, until: start + hours, changedAt: start + hours });
    expect(works.at(web, start + hours - 1)?.id).toBe('works');
    expect(works.at(web, start + hours)).toBeUndefined();
    expect(works.settle(start + hours)).toMatchObject([{ id: 'works', until: start + hours }]);
    const again = new Maintenance(plans(once(0, 2 * hours)), works.windows(start + hours));
    expect(again.at(web, start + hours)).toBeUndefined();
    again.configure(plans(once(3 * hours, 4 * hours)), start + 2 * hours);
    expect(again.at(web, start + 3 * hours)?.id).toBe('works');
  });

  test('is known for as long as it is told of', () => {
    const known = (now: number) => new Maintenance(plans(once(hours, 2 * hours))).windows(now).length;
    const end = start + 2 * hours;
    expect([end + pastMs - 1, end + pastMs].map(known)).toEqual([1, 0]);
  });
});

describe('an entry that recurs', () => {
  test('brings a window each time, named after its day', () => {
    expect(ids(new Maintenance(plans(sundays())).windows(start))).toEqual([
      'backups@2026-03-01',
      'backups@2026-03-08',
      'backups@2026-03-15',
    ]);
  });

  test('brings those of later weeks when these have come', () => {
    const maintenance = new Maintenance(plans(sundays()));
    maintenance.windows(start);
    expect(ids(maintenance.windows(start + 7 * days))).toContain('backups@2026-03-22');
  });

  test('says nothing of what was over before it was written', () => {
    const after = start + 5 * hours;
    expect(ids(new Maintenance(plans(sundays())).windows(after))).not.toContain('backups@2026-03-01');
  });

  test('is in the window that has begun when it is written', () => {
    const halfPastTwo = Temporal.Instant.from('2026-03-01T02:30+01:00').epochMilliseconds;
    expect(ids(new Maintenance(plans(sundays())).settle(halfPastTwo))).toEqual(['backups@2026-03-01']);
  });
});

describe('what is kept', () => {
  test('is what has begun, once', () => {
    const maintenance = new Maintenance(plans(once(hours, 2 * hours), sundays()));
    expect(maintenance.settle(start)).toEqual([]);
    expect(ids(maintenance.settle(start + hours))).toEqual(['works', 'backups@2026-03-01']);
    expect(maintenance.settle(start + hours + 1)).toEqual([]);
  });

  test('is not kept again after a restart', () => {
    const [kept] = new Maintenance(plans(once(0, hours))).settle(start);
    expect(new Maintenance(plans(once(0, hours)), kept ? [kept] : []).settle(start + 1)).toEqual([]);
  });

  test('goes on when the entry is gone, for what is over', () => {
    const maintenance = new Maintenance(plans(once(0, hours), sundays()));
    maintenance.settle(start + hours);
    maintenance.configure(plans(), start + 3 * hours);
    expect(ids(maintenance.windows(start + 3 * hours))).toEqual(['works', 'backups@2026-03-01']);
    expect(maintenance.settle(start + 3 * hours)).toEqual([]);
  });

  test('ends now when the entry goes while it runs', () => {
    const maintenance = new Maintenance(plans(once(0, hours)));
    maintenance.settle(start);
    maintenance.configure(plans(), start + 20 * minutes);
    expect(maintenance.settle(start + 20 * minutes)).toMatchObject([
      { id: 'works', from: start, until: start + 20 * minutes },
    ]);
    expect(maintenance.windows(start + 30 * minutes)).toMatchObject([{ until: start + 20 * minutes }]);
  });

  test('takes another time when an entry with a date is given one, even afterwards', () => {
    const maintenance = new Maintenance(plans(once(0, hours)));
    maintenance.settle(start);
    maintenance.configure(plans(once(0, 2 * hours)), start + 5 * hours);
    expect(maintenance.settle(start + 5 * hours)).toMatchObject([{ id: 'works', until: start + 2 * hours }]);
  });

  test('stays as it came when an entry that recurs gets another time', () => {
    const maintenance = new Maintenance(plans(sundays()));
    maintenance.settle(start + hours);
    const before = maintenance.windows(start + hours)[0];
    maintenance.configure(plans(sundays('2026-01-04T05:00')), start + 10 * hours);
    expect(maintenance.windows(start + 10 * hours)[0]).toEqual(before);
    expect(maintenance.windows(start + 10 * hours)[1]?.from).toBe(
      Temporal.Instant.from('2026-03-08T05:00+01:00').epochMilliseconds,
    );
  });

  test('is forgotten here when it is long over', () => {
    const maintenance = new Maintenance(plans(), [madeBySomebody(0, hours)]);
    expect(maintenance.windows(start + hours + pastMs)).toEqual([]);
  });
});

describe('what somebody', () => {
  test('makes is there at once, and to be stored once', () => {
    const maintenance = new Maintenance(plans());
    maintenance.windows(start);
    maintenance.keep(madeBySomebody(hours, 2 * hours));
    expect(ids(maintenance.windows(start))).toEqual(['cable']);
    expect(ids(maintenance.settle(start))).toEqual(['cable']);
    expect(maintenance.settle(start)).toEqual([]);
  });

  test('made outlives another configuration while it runs', () => {
    const maintenance = new Maintenance(plans(), [madeBySomebody(0, hours)]);
    maintenance.configure(plans(once(0, hours)), start + minutes);
    expect(maintenance.windows(start + minutes)).toContainEqual(madeBySomebody(0, hours));
  });

  test('takes back no longer counts, even if it is over', () => {
    const maintenance = new Maintenance(plans(), [madeBySomebody(0, hours)]);
    maintenance.keep(madeBySomebody(0, hours, { cancelled: true }));
    expect(maintenance.windows(start + 2 * hours)).toEqual([]);
    expect(maintenance.settle(start + 2 * hours)).toMatchObject([{ id: 'cable', cancelled: true }]);
  });

  test('takes back of the configuration does not come, and the next one does', () => {
    const maintenance = new Maintenance(plans(sundays()));
    const [next] = maintenance.windows(start);
    if (next !== undefined) maintenance.keep({ ...next, cancelled: true });
    const restarted = new Maintenance(plans(sundays()), maintenance.settle(start));
    expect(ids(restarted.windows(start))).toEqual(['backups@2026-03-08', 'backups@2026-03-15']);
  });

  test('takes back comes after all when its entry is given another time', () => {
    const taken: Window = {
      ...madeBySomebody(hours, 2 * hours),
      id: 'works',
      plan: 'works',
      cancelled: true,
    };
    expect(new Maintenance(plans(once(hours, 2 * hours)), [taken]).windows(start)).toEqual([]);
    expect(ids(new Maintenance(plans(once(hours, 3 * hours)), [taken]).windows(start))).toEqual(['works']);
  });
});
