// What the check `path` tells of a road through three routers: where it leads, where it loses, that it has changed.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import path from '../../checks/path.ts';
import type { Facts, Outcome } from '../../checks/lib/outcome.ts';
import { runCheck } from '../support/probe.ts';
import { canRoad, makeRoad } from '../support/road.ts';
import type { Road } from '../support/road.ts';

describe.skipIf(!canRoad)('the way to a host', () => {
  let road: Road;
  beforeAll(() => {
    road = makeRoad();
  });
  afterAll(() => road[Symbol.dispose]());
  afterEach(() => road.mend());
  const follow = (before: Facts = {}, now = 1_000): Promise<Outcome> =>
    runCheck(path, { host: road.address, count: 10, period: '20ms' }, { before, now, timeoutMs: 4_000 });

  test('is told hop by hop', async () => {
    const outcome = await follow();
    expect(outcome).toMatchObject({
      kind: 'ok',
      facts: { way1: road.stations.join(' '), hops: 4, whole: true, pathLossRatio: 0, pathChanged: false },
    });
    expect(outcome.facts['hops1']).toMatch(/^198\.18\.\d+\.2 0% \d+\.\d ms, /);
    expect(outcome.phasesUs['rtt']).toBeGreaterThan(0);
  });

  test.for([
    ['r3', 4],
    ['r2', 3],
  ] as const)('begins to lose packets after %s, at hop %i', async ([place, hop]) => {
    // Packets to different hops pass in turn: two go and two do not.
    road.drop(place, 'passing', 'icmp type echo-request numgen inc mod 4 < 2');
    const outcome = await follow();
    expect(outcome).toMatchObject({ kind: 'warn', cause: 'loss' });
    expect(outcome).toHaveProperty(
      'evidence',
      expect.stringMatching(new RegExp(`from hop ${hop} \\(${road.stations[hop - 1]}\\) on$`)),
    );
  });

  test('loses nothing where a router answers only sometimes', async () => {
    road.drop('r2', 'leaving', 'icmp type time-exceeded numgen inc mod 2 == 0');
    const outcome = await follow();
    expect(outcome).toMatchObject({ kind: 'ok', facts: { pathLossRatio: 0 } });
    expect(outcome.facts['hops1']).toContain(`${road.stations[1]} 50% `);
  });

  test('ends where it ends, and goes round where it goes round', async () => {
    // It swallows even what it should have said had come too far.
    road.route('r2', 'blackhole END');
    expect(await follow()).toMatchObject({
      kind: 'fail',
      cause: 'unreachable',
      evidence: `the way to ${road.address} ends after hop 1 (${road.stations[0]})`,
    });
    road.mend();
    road.route('r2', `END via ${road.stations[0]?.replace(/\d+$/, '5')}`);
    expect(await follow()).toMatchObject({
      evidence: expect.stringMatching(/goes round in circles from hop 1/),
    });
  });

  test('may change, which is told and held against nobody', async () => {
    const first = await follow();
    road.shorten();
    const second = await follow(first.facts, 2_000);
    expect(second).toMatchObject({
      kind: 'ok',
      facts: { hops: 3, pathChanged: true, pathChanges: 1, pathChangedAt: 2_000 },
    });
    const third = await follow(second.facts, 3_000);
    expect(third).toMatchObject({ facts: { pathChanged: false, pathChanges: 1, pathChangedAt: 2_000 } });
    road.mend();
    expect(await follow(third.facts, 4_000)).toMatchObject({ facts: { pathChanged: true, pathChanges: 2 } });
  });

  test('is the same when a router falls silent, and after it was cut', async () => {
    const first = await follow();
    road.drop('r2', 'leaving', 'icmp type time-exceeded');
    const silent = await follow(first.facts);
    expect(silent).toMatchObject({ kind: 'ok', facts: { pathChanged: false, hops: 4 } });
    road.mend();
    road.route('r2', 'blackhole END');
    const cut = await follow(first.facts);
    expect(cut).toMatchObject({ kind: 'fail', facts: { pathChanged: false, way1: road.stations.join(' ') } });
    road.mend();
    expect(await follow(cut.facts)).toMatchObject({ facts: { pathChanged: false, pathChanges: 0 } });
  });
});
