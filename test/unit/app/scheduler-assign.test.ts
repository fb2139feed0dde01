// Another assignment while probes are due, waiting and under way.
import { describe, expect, test } from 'vitest';
import { slotsMax } from '../../../server/app/slots.ts';
import { Probing } from '../../support/probing.ts';
import { makeCheck, minutes, outcomeOf, seconds, seriesKey } from '../../support/watch.ts';

describe('another assignment', () => {
  test('leaves the rhythm of what stays as it was', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    scheduler.assign([makeCheck('web')]);
    for (let i = 0; i < 40; i++) {
      await probing.pass(7_300);
      scheduler.assign([makeCheck('web'), makeCheck(`new-${i}`)]);
    }
    const starts = probing.startsOf('web');
    expect(starts).toHaveLength(Math.floor((40 * 7_300 - starts[0]!) / 20_000) + 1);
    expect(starts.every((ms) => (ms - starts[0]!) % 20_000 === 0)).toBe(true);
  });

  test('does not lose a run that was due just before it', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    scheduler.assign([makeCheck('web')]);
    await probing.pass(minutes);
    const [first = 0] = probing.startsOf('web');
    probing.standStill(first + 60_000 + 5 - probing.nowMs);
    scheduler.assign([makeCheck('web')]);
    await probing.pass(1_000);
    expect(probing.startsOf('web').length + scheduler.takeCounts().missed).toBe(4);
  });

  test('at the very instant at which a run is due makes it once', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    scheduler.assign([makeCheck('web')]);
    await probing.pass(minutes);
    const [first = 0] = probing.startsOf('web');
    probing.standStill(first + 60_000 - probing.nowMs);
    scheduler.assign([makeCheck('web')]);
    await probing.pass(1_000);
    expect(probing.startsOf('web')).toHaveLength(4);
    expect(scheduler.takeCounts().missed).toBe(0);
  });

  test('probes no more what it does not list, also when that was due again soon', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    scheduler.assign([makeCheck('old'), makeCheck('web')]);
    await probing.pass(minutes);
    scheduler.recheck(seriesKey('old'), 5_000);
    scheduler.assign([makeCheck('web')]);
    const assignedMs = probing.nowMs;
    await probing.pass(minutes);
    expect(probing.startsOf('old').filter((ms) => ms > assignedMs)).toEqual([]);
  });

  test('probes what stays once more when that was promised', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    const rare = makeCheck('rare', { schedule: { kind: 'every', everyMs: 86_400_000 } });
    scheduler.assign([rare]);
    scheduler.recheck(seriesKey('rare'), 5_000);
    scheduler.assign([rare, makeCheck('web')]);
    await probing.pass(6_000);
    expect(probing.startsOf('rare')).toHaveLength(1);
  });

  test.for([
    ['is listed again', [[], ['web']]],
    ['changes', [['web']]],
  ] as const)('never has two probes of a series under way: it %s', async ([, lists]) => {
    const probing = new Probing();
    const { scheduler, behaviours } = probing;
    behaviours.set('web', 'never');
    scheduler.assign([makeCheck('web')]);
    scheduler.recheck(seriesKey('web'), 0);
    await probing.pass(100);
    expect(probing.underWay).toHaveLength(1);
    for (const ids of lists) scheduler.assign(ids.map((id) => makeCheck(id)));
    scheduler.recheck(seriesKey('web'), 0);
    await probing.pass(100);
    expect(probing.underWay).toHaveLength(1);
    await probing.pass(minutes);
    expect(probing.runs.length).toBeGreaterThan(1);
  });

  test('is what a probe that had to wait for its slot obeys', async () => {
    const probing = new Probing();
    const { scheduler, behaviours } = probing;
    const crowd = Array.from({ length: slotsMax }, (_, index) => makeCheck(`crowd-${index}`));
    for (const { id } of crowd) behaviours.set(id, 5_000);
    const late = ['gone', 'changed', 'moved'].map((id) => makeCheck(id));
    scheduler.assign([...crowd, ...late]);
    for (const { id } of crowd) scheduler.recheck(seriesKey(id), 0);
    await probing.pass(100);
    for (const { id } of late) scheduler.recheck(seriesKey(id), 0);
    await probing.pass(100);
    expect(probing.runs).toHaveLength(slotsMax);
    scheduler.assign([
      makeCheck('changed', { options: { port: 443 } }),
      makeCheck('moved', { type: 'http' }),
    ]);
    await probing.pass(6_000);
    expect(probing.startsOf('gone')).toEqual([]);
    expect(probing.runsOf('changed').map(({ jobs }) => jobs[0]?.check.options)).toEqual([{ port: 443 }]);
    await probing.pass(minutes);
    expect(probing.runsOf('moved').length).toBeGreaterThan(1);
    expect(probing.runsOf('moved').every(({ jobs }) => jobs[0]?.check.type === 'http')).toBe(true);
  });

  test('does not let two that waited together go together when they no longer may', async () => {
    const probing = new Probing(({ options }) => String(options['key']));
    const { scheduler, behaviours } = probing;
    const crowd = Array.from({ length: slotsMax }, (_, key) =>
      makeCheck(`crowd-${key}`, { options: { key } }),
    );
    for (const { id } of crowd) behaviours.set(id, 5_000);
    const pair = (key: string) => [
      makeCheck('stays', { options: { key: 'pair' } }),
      makeCheck('moves', { options: { key } }),
    ];
    scheduler.assign([...crowd, ...pair('pair')]);
    for (const { id } of crowd) scheduler.recheck(seriesKey(id), 0);
    await probing.pass(100);
    for (const { id } of pair('pair')) scheduler.recheck(seriesKey(id), 0);
    await probing.pass(100);
    scheduler.assign(pair('another'));
    await probing.pass(minutes);
    expect(probing.runsOf('stays')[0]?.startedMs).toBe(probing.runsOf('crowd-0')[0]?.endedMs);
    const together = probing.runs.filter(({ series }) => series.length > 1);
    expect(together).toEqual([]);
    expect(probing.runsOf('moves').length).toBeGreaterThan(1);
  });

  test('goes on counting the turns of a series that stays, and begins anew with one that comes back', async () => {
    const probing = new Probing();
    const { scheduler } = probing;
    const turns = () => probing.runsOf('web').map(({ jobs }) => jobs[0]?.turn);
    for (let i = 0; i < 4; i++) {
      scheduler.assign([makeCheck('web')]);
      await probing.pass(20 * seconds);
    }
    expect(turns()).toEqual([0, 1, 2, 3]);
    scheduler.assign([]);
    scheduler.assign([makeCheck('web')]);
    await probing.pass(20 * seconds);
    expect(turns().at(-1)).toBe(0);
  });

  test('hands a probe what the last one of its series has noted, whatever we could not judge since', async () => {
    const probing = new Probing();
    const noted = { ...outcomeOf('good'), facts: { serial: 7 } };
    const unfit = outcomeOf('invalid');
    probing.scheduler.assign([makeCheck('web')]);
    for (const outcome of [noted, unfit, outcomeOf('bad'), noted]) {
      probing.outcomes.set('web', outcome);
      await probing.pass(20 * seconds);
    }
    const before = probing.runsOf('web').map(({ jobs }) => jobs[0]?.before);
    expect(before).toEqual([{}, noted.facts, noted.facts, {}]);
  });

  test('forgets what was noted of another target, and only that', async () => {
    const probing = new Probing();
    const noted = { ...outcomeOf('good'), facts: { serial: 7 } };
    for (const id of ['web', 'other']) probing.outcomes.set(id, noted);
    for (const port of [22, 22, 23, 23]) {
      probing.scheduler.assign([makeCheck('web', { options: { port } }), makeCheck('other')]);
      await probing.pass(20 * seconds);
    }
    const before = (id: string) => probing.runsOf(id).map(({ jobs }) => jobs[0]?.before);
    expect(before('web')).toEqual([{}, noted.facts, {}, noted.facts]);
    expect(before('other')).toEqual([{}, noted.facts, noted.facts, noted.facts]);
  });
});
