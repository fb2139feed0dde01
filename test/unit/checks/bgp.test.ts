import { describe, expect, test } from 'vitest';
import bgp from '../../../checks/bgp.ts';
import type { Facts, Outcome } from '../../../checks/lib/outcome.ts';
import { birdAnswers, serveBird } from '../../support/bird-teller.ts';
import { runCheck } from '../../support/probe.ts';
import { inShort } from '../../support/web.ts';
import type { Written } from '../../support/web.ts';

const now = Date.parse('2026-11-22T10:00:00Z');
const hours = 3_600_000;

describe('BIRD', () => {
  const ask = async (
    sessions: readonly string[],
    {
      written = {},
      answers = birdAnswers,
      before = {},
    }: { written?: Written; answers?: Readonly<Record<string, string>>; before?: Facts } = {},
  ): Promise<Outcome & { questions: readonly string[] }> => {
    await using bird = await serveBird(answers);
    const options = { source: { bird: bird.path }, sessions, ...written };
    return { ...(await runCheck(bgp, options, { now, before })), questions: bird.questions };
  };

  test('is told first that nothing will be changed', async () => {
    const { questions } = await ask(['transit1']);
    expect(questions).toEqual(['restrict', 'show status', 'show protocols all "transit1"']);
  });

  test('tells of a session, all its channels together', async () => {
    const outcome = await ask(['transit1']);
    expect(outcome).toMatchObject({
      kind: 'ok',
      facts: {
        sessions: 1,
        established: 1,
        imported: 1_112_345,
        exported: 3,
        preferred: 1_099_000,
        dataAt: now,
        'lastDay.transit1': '1112345/3',
        'session.transit1': 'Established for 3 h, 1112345 imported, 3 exported, 1099000 preferred',
      },
    });
    expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'reply']);
  });

  test.for<[readonly string[], string, string | undefined]>([
    [['transit1'], 'ok', undefined],
    [
      ['transit1', 'transit2'],
      'warn session_down',
      '1 of 2 sessions not established: transit2 (Active, Socket: Connection refused)',
    ],
    [['transit2'], 'fail session_down', undefined],
    [['nowhere'], 'fail session_down', '1 of 1 sessions not established: nowhere (not there)'],
    [['transit1', 'static1'], 'warn session_down', undefined],
  ])('%j: %s', async ([sessions, seen, evidence]) => {
    const outcome = await ask(sessions);
    expect(inShort(outcome)).toBe(seen);
    if (evidence !== undefined) expect(outcome).toMatchObject({ evidence });
  });

  test.for<[string, Written, string]>([
    ['1112345/3', {}, 'ok'],
    ['2224690/3', {}, 'ok'],
    ['2224692/3', {}, 'warn routes_lost'],
    ['1112345/7', {}, 'warn routes_lost'],
    ['9/1 2224692/3 2224692/3', {}, 'warn routes_lost'],
    ['9/1 9/1 2224692/3', {}, 'ok'],
    ['1300000/3', { drop: { degraded: '10%' } }, 'warn routes_lost'],
    ['9000000/3', { drop: { failed: '80%' } }, 'fail routes_lost'],
    ['spoilt', {}, 'ok'],
    ['', {}, 'ok'],
  ])('after a day of %s with %j: %s', async ([day, written, seen]) => {
    const before = { 'lastDay.transit1': day, sampledAt: now - hours };
    expect(inShort(await ask(['transit1'], { written, before }))).toBe(seen);
  });

  test.for<[Written, string]>([
    [{ imported: 1_112_345 }, 'ok'],
    [{ imported: 1_112_346 }, 'warn routes_lost'],
    [{ exported: 4 }, 'warn routes_lost'],
  ])('with at least %j: %s', async ([atLeast, seen]) => {
    expect(inShort(await ask(['transit1'], { written: { 'at-least': atLeast } }))).toBe(seen);
  });

  test.for<[number, string, string]>([
    [2, '9/1', '9/1'],
    [3, '9/1', '9/1 1112345/3'],
    [3, '1/1 2/1 3/1 4/1 5/1 6/1 7/1 8/1', '2/1 3/1 4/1 5/1 6/1 7/1 8/1 1112345/3'],
    [-1, '9/1', '9/1 1112345/3'],
  ])('is sampled every three hours: %i hours after %s comes %s', async ([passed, day, next]) => {
    const before = { 'lastDay.transit1': day, sampledAt: now - passed * hours };
    const { facts } = await ask(['transit1'], { before });
    expect(facts['lastDay.transit1']).toBe(next);
  });

  test('that is silent does not make us forget what was usual', async () => {
    const before = { 'lastDay.transit1': '9/1', sampledAt: now, established: 1 };
    const outcome = await ask(['transit1'], {
      answers: { ...birdAnswers, restrict: '9001 what?\n' },
      before,
    });
    expect(outcome).toMatchObject({ kind: 'fail', facts: { 'lastDay.transit1': '9/1', sampledAt: now } });
    expect(outcome.facts).not.toHaveProperty('established');
  });

  test.for<[string, string, string]>([
    ['restrict', '8007 Access denied\n', 'BIRD refuses: Access denied'],
    ['restrict', 'hello\n', 'this is not BIRD: hello'],
    ['show protocols all "transit1"', '8001 Route not found\n', 'BIRD refuses: Route not found'],
  ])('that answers %s with %j is not understood', async ([question, answer, evidence]) => {
    const outcome = await ask(['transit1'], { answers: { ...birdAnswers, [question]: answer } });
    expect(outcome).toMatchObject({ kind: 'fail', cause: 'protocol', evidence });
  });

  test('that never ends a reply is given up', async () => {
    const endless = '1006-  Description:    again\n'.repeat(2_000);
    const answers = { ...birdAnswers, 'show protocols all "transit1"': endless };
    expect(inShort(await ask(['transit1'], { answers }))).toBe('fail protocol');
  });

  test('whose dates have no day does not say for how long', async () => {
    const answers = Object.fromEntries(
      Object.entries(birdAnswers).map(([question, answer]) => [
        question,
        answer.replaceAll('2026-11-22 ', ''),
      ]),
    );
    const { facts } = await ask(['transit1'], { answers });
    expect(facts['session.transit1']).toMatch(/^Established, 1112345 imported/);
  });

  test('that is not there refuses', async () => {
    const options = { source: { bird: '/nowhere/bird.ctl' }, sessions: ['transit1'] };
    expect(inShort(await runCheck(bgp, options))).toBe('fail refused');
  });
});

describe('options', () => {
  test.for<[Written]>([
    [{ source: { bird: 'bird.ctl' }, sessions: ['a'] }],
    [{ source: { bird: '/run/bird.ctl' } }],
    [{ source: { bird: '/run/bird.ctl' }, sessions: [] }],
    [{ source: { bird: '/run/bird.ctl' }, sessions: ['a"; down; "'] }],
    [{ source: { bird: '/run/bird.ctl' }, sessions: ['transit*'] }],
    [{ source: { bird: '/run/bird.ctl' }, sessions: Array.from('abcdefghi') }],
    [{ source: { ripestat: { prefix: '192.0.2.0/33', origin: 1 } } }],
    [{ source: { ripestat: { prefix: '192.0.2.0', origin: 1 } } }],
    [{ source: { ripestat: { prefix: '2001:db8::/32', origin: 0 } } }],
    [{ source: { ripestat: { prefix: '2001:db8::/32', origin: 1 } }, sessions: ['a'] }],
  ])('%j is refused', ([written]) => {
    expect(bgp.options.safeParse(written).success).toBe(false);
  });

  test.for<[Written, string | undefined]>([
    [{ bird: '/run/bird.ctl' }, undefined],
    [{ frr: '/run/summary.json' }, undefined],
    [{ frr: 'https://router.example.org/summary.json' }, 'router.example.org'],
    [{ birdwatcher: 'http://[2001:db8::1]:29184/protocols/bgp' }, '2001:db8::1'],
  ])('the source %j dials %s', ([source, host]) => {
    expect(bgp.target(bgp.options.parse({ source, sessions: ['a'] }))).toBe(host);
  });
});
