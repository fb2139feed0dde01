import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../../checks/lib/outcome.ts';
import { TimedDatabase, database, databaseConfig, everyMs, took, usual } from '../../../support/timed.ts';
import { hours, makeConfig, makeService, minutes, seriesKey, start } from '../../../support/watch.ts';

const slow = { query: 1, commit: 60 };

describe('a database whose commits take ten times as long', () => {
  test('is degraded within two and a half minutes, since the first of them', () => {
    const db = new TimedDatabase().learn();
    const from = db.at;
    db.probe(6, slow);
    expect(db.state).toBe('up');
    db.probe(1, slow);
    expect(db.state).toBe('degraded');
    const [outage] = db.lookout.archive.outagesOf('check:db');
    expect(outage).toMatchObject({
      state: 'degraded',
      startedAt: start + from + everyMs,
      confirmedAt: start + from + 7 * everyMs + 61,
      finding: { cause: 'slow', phase: 'commit', slowness: { kind: 'shift', tookMs: 60, usualMs: 5.2 } },
    });
    expect(outage?.finding.evidence).toBe(
      'commit takes 60 ms, usually 5.2 ms; likely the disk (fsync), or a replica or binary log it waits for',
    );
  });

  test('is spoken against by evidence that grows to all that it takes, and goes with it', () => {
    const db = new TimedDatabase().learn();
    const shifts = () =>
      db.lookout.watch.slowness
        .evidenceOf(seriesKey('db'))
        .map(({ phase, shift }) => [phase, Number(shift.toFixed(2))]);
    const calm = shifts();
    expect(calm.map(([phase]) => phase)).toEqual(['query', 'commit', 'total']);
    expect(calm.every(([, shift]) => shift === 0)).toBe(true);
    db.probe(3, slow);
    expect(shifts()).toEqual([
      ['query', 0],
      ['commit', 0.43],
      ['total', 0.43],
    ]);
    db.probe(6, slow);
    expect(shifts().find(([phase]) => phase === 'commit')).toEqual(['commit', 1]);
    db.probe(60, usual);
    expect(shifts()).toEqual(calm);
  });

  test('is known to take of late what its newest probes took, which one spike does not change for long', () => {
    const db = new TimedDatabase();
    const lately = () => db.lookout.watch.slowness.latelyOf(seriesKey('db'), 'commit');
    expect(lately()).toBeUndefined();
    db.probe(20, { query: 1, commit: 5 });
    expect(lately()).toBeCloseTo(5_000, -1);
    db.probe(1, { query: 1, commit: 500 }).probe(20, { query: 1, commit: 5 });
    expect(lately()).toBeLessThan(5_500);
    db.probe(20, { query: 1, commit: 40 });
    expect(lately()).toBeGreaterThan(35_000);
  });

  test('is known to take what it usually does, at any hour and whatever it takes now', () => {
    const db = new TimedDatabase();
    const usually = (phase: string, hour = 0) =>
      db.lookout.watch.slowness.usualOf(seriesKey('db'), phase, start + hour * hours);
    expect(usually('commit')).toBeUndefined();
    db.learn((index) => ({ query: 1, commit: 4 + (index % 3) })).probe(60, slow);
    const { lowUs, highUs } = usually('commit', 40)!;
    expect(lowUs).toBeGreaterThan(3_000);
    expect(lowUs).toBeLessThan(5_000);
    expect(highUs).toBeGreaterThan(5_000);
    expect(highUs).toBeLessThan(8_000);
    expect(usually('nothing')).toBeUndefined();
  });

  test('is well again when it has been as usual for the time that calms, since the first of that', () => {
    const db = new TimedDatabase().learn().probe(60, slow);
    const from = db.at;
    db.probe(15, usual);
    expect(db.state).toBe('degraded');
    db.probe(1, usual);
    expect(db.state).toBe('up');
    expect(db.lookout.archive.history('check:db').at(-1)).toEqual(['up', from + everyMs]);
  });

  test('is not spoken of where nothing is learned', () => {
    const { learn: _, ...check } = database();
    const db = new TimedDatabase(makeConfig([makeService('data', [check])])).learn().probe(60, slow);
    expect(db.state).toBe('up');
  });

  test('has its new normal once the configuration says from when that counts', () => {
    const from = start + 3 * hours + minutes;
    const db = new TimedDatabase(databaseConfig({ learn: { overMs: 130_000, from } })).learn();
    db.probe(60, slow);
    expect(db.state).toBe('up');
  });

  test('is degraded since no time that is still to come, when the clock is set back meanwhile', () => {
    const db = new TimedDatabase().learn().probe(4, slow);
    db.at -= hours;
    const from = start + db.at;
    db.probe(5, slow);
    const [outage] = db.lookout.archive.outagesOf('check:db');
    expect(outage?.startedAt).toBeGreaterThan(from);
    expect(outage?.startedAt).toBeLessThan(from + 2 * everyMs);
  });

  test('is degraded after a restart too, with the same outage', () => {
    const db = new TimedDatabase().learn().probe(60, slow);
    const before = db.lookout.archive.outages;
    db.restart().probe(1, usual).probe(30, slow);
    expect(db.state).toBe('degraded');
    expect(db.lookout.archive.outages).toEqual(before);
  });

  test('is found slow after a restart that came before', () => {
    const db = new TimedDatabase().learn().restart().probe(7, slow);
    expect(db.state).toBe('degraded');
  });
});

describe('of a database that is now and then slow', () => {
  const oneInThree = (index: number) => (index % 3 === 0 ? { query: 1, commit: 120 } : usual);

  test('that is said, since the first slow one', () => {
    const db = new TimedDatabase().learn();
    const from = db.at;
    db.probe(30, oneInThree);
    expect(db.state).toBe('degraded');
    expect(db.finding).toMatchObject({
      phase: 'commit',
      slowness: { kind: 'tail', tookMs: 120, usualMs: 5.2 },
    });
    expect(db.finding?.evidence).toMatch(
      /^commit now and then takes 120 ms, usually 5.2 ms; likely the disk/,
    );
    expect(db.lookout.archive.outagesOf('check:db')[0]?.startedAt).toBe(start + from + everyMs);
  });

  test('a pause is not the end', () => {
    const db = new TimedDatabase().learn().probe(60, oneInThree);
    expect(db.probe(30, usual).state).toBe('degraded');
    db.probe(60, oneInThree).probe(60, usual);
    expect(db.state).toBe('up');
    expect(db.lookout.archive.outagesOf('check:db')).toHaveLength(1);
  });

  test('nothing is said when it always was so', () => {
    const db = new TimedDatabase().learn(oneInThree).probe(1_000, oneInThree);
    expect(db.lookout.archive.outages).toEqual([]);
  });
});

describe('no word is lost', () => {
  const timeout: Outcome = {
    kind: 'fail',
    cause: 'timeout_reply',
    evidence: 'no answer',
    phasesUs: {},
    totalUs: 10_000_000,
    facts: {},
  };

  test('on six slow answers', () => {
    const db = new TimedDatabase().learn().probe(6, slow).probe(40, usual);
    expect(db.lookout.archive.outages).toEqual([]);
  });

  test('on an answer that takes ten times as long, but less than anybody minds', () => {
    const db = new TimedDatabase().learn({ query: 0.2, commit: 0.5 }).probe(100, { query: 2, commit: 5 });
    expect(db.state).toBe('up');
  });

  test('before it is known what is usual', () => {
    const db = new TimedDatabase().probe(50, usual).probe(50, slow);
    expect(db.state).toBe('up');
  });

  test('on slow answers of which we may have been the cause', () => {
    const db = new TimedDatabase().learn();
    db.probe(100, slow, true);
    expect(db.state).not.toBe('degraded');
    expect(db.lookout.archive.outages).toEqual([]);
  });

  test('on what was slow before it went down', () => {
    const db = new TimedDatabase().learn();
    for (let probe = 0; probe < 12; probe++) db.hear(timeout);
    expect(db.state).toBe('down');
    db.probe(40, usual);
    expect(db.lookout.archive.history('check:db').map(([state]) => state)).toEqual([
      'unknown',
      'up',
      'down',
      'up',
    ]);
  });

  test('on one that is probed too rarely to tell', () => {
    const config = databaseConfig({ schedule: { kind: 'every', everyMs: 600_000 } });
    const db = new TimedDatabase(config).learn().probe(100, slow);
    expect(db.state).toBe('up');
  });
});

test('probes that run into their time-out now and then are found, though no two come together', () => {
  const db = new TimedDatabase().learn();
  for (let round = 0; round < 12; round++)
    db.hear({
      kind: 'fail',
      cause: 'timeout_reply',
      evidence: '',
      phasesUs: {},
      totalUs: 10_000_000,
      facts: {},
    }).probe(2, usual);
  expect(db.state).toBe('degraded');
  expect(db.finding).toMatchObject({ phase: 'total', slowness: { kind: 'tail', tookMs: 10_000 } });
});

test('what was learned is written seldom, and is the same after a restart', () => {
  const written: number[] = [];
  const db = new TimedDatabase();
  for (let probe = 0; probe < (4 * hours) / everyMs; probe++) {
    db.at += everyMs;
    const startedAt = start + db.at;
    const report = { series: seriesKey('db'), startedAt, outcome: took(usual), tainted: false };
    const { learned } = db.lookout.observe([report], startedAt).effects;
    if (learned.length > 0) written.push(db.at);
    for (const { bytes } of learned) expect(bytes.byteLength).toBeLessThan(2_048);
  }
  expect(written).toHaveLength(4);
});
