// What has been much slower than usual for long is told also to those who are told only of what is down.
import { describe, expect, test } from 'vitest';
import { Alerting, makeRoute } from '../../../support/alerting.ts';
import { databaseConfig, everyMs, took, usual } from '../../../support/timed.ts';
import type { Phases } from '../../../support/timed.ts';
import { hours, minutes, seriesKey, start } from '../../../support/watch.ts';

const pager = makeRoute('pager', { severity: 'down' });
const chat = makeRoute('chat');

/** A database that is probed every twenty seconds, and those who are told of it. */
class Told {
  readonly post: Alerting;

  constructor(routes = [chat, pager], part: Parameters<typeof databaseConfig>[0] = {}, well = usual) {
    this.post = new Alerting(databaseConfig(part), routes);
    this.probe(3 * hours, well);
  }

  probe(lengthMs: number, phases: Phases): this {
    for (let passed = 0; passed < lengthMs; passed += everyMs) {
      const at = this.post.now + everyMs;
      const report = {
        series: seriesKey('db'),
        startedAt: start + at,
        outcome: took(phases),
        tainted: false,
      };
      this.post.lookout.observe([report], start + at);
      this.post.look(at);
    }
    return this;
  }

  /** When a route was first told of it, in minutes after `at`. */
  minutesTo(route: string, at: number): number {
    const { at: toldAt = Number.NaN } = this.post.messages.find((one) => one.route === route) ?? {};
    return (toldAt - start - at) / minutes;
  }
}

describe('a database that takes much longer than usual', () => {
  test('is told at once to who is told of what is slow, and after ten minutes to who is not', () => {
    const told = new Told();
    const at = told.post.now;
    told.probe(15 * minutes, { query: 1, commit: 60 });
    expect(told.minutesTo('chat', at)).toBeLessThan(4);
    expect(told.minutesTo('pager', at)).toBeGreaterThanOrEqual(10);
    expect(told.minutesTo('pager', at)).toBeLessThan(11);
    expect(told.post.messages.map(({ route, kind, severity }) => [route, kind, severity])).toEqual([
      ['chat', 'alert', 'degraded'],
      ['pager', 'alert', 'down'],
    ]);
    expect(told.post.messages[1]?.alerts[0]?.state).toBe('degraded');
    told.probe(30 * minutes, usual);
    expect(told.post.messages.slice(2).map(({ route, kind }) => [route, kind])).toEqual([
      ['chat', 'recovery'],
      ['pager', 'recovery'],
    ]);
  });

  test('in two phases, after five', () => {
    const told = new Told();
    const at = told.post.now;
    told.probe(15 * minutes, { query: 40, commit: 60 });
    expect(told.minutesTo('pager', at)).toBeGreaterThanOrEqual(5);
    expect(told.minutesTo('pager', at)).toBeLessThan(6);
  });

  test('is told at night', () => {
    const told = new Told([makeRoute('mail', { hours: { fromMinute: 0, toMinute: 1 } })]);
    const at = told.post.now;
    told.probe(15 * minutes, { query: 1, commit: 60 });
    expect(told.minutesTo('mail', at)).toBeGreaterThanOrEqual(10);
    told.probe(30 * minutes, usual);
    expect(told.post.messages.map(({ kind }) => kind)).toEqual(['alert', 'recovery']);
  });

  test('is not told twice when it was slower and is slow again, nor after a restart', () => {
    const told = new Told([pager]).probe(15 * minutes, { query: 1, commit: 60 });
    told.probe(2 * minutes, { query: 1, commit: 20 });
    told.post.restart();
    told.probe(15 * minutes, { query: 1, commit: 60 });
    expect(told.post.messages.map(({ kind }) => kind)).toEqual(['alert']);
  });

  test.for([
    ['not for long', 8 * minutes, usual, { query: 1, commit: 60 }, {}],
    ['but less than five times', hours, { query: 1, commit: 30 }, { query: 1, commit: 140 }, {}],
    ['but by little', hours, usual, { query: 24, commit: 5 }, {}],
    ['in a check that is not required', hours, usual, { query: 1, commit: 60 }, { supporting: true }],
  ] as const)('%s: who is told only of what is down is not told', ([, lengthMs, well, phases, part]) => {
    const told = new Told([chat, pager], part, well).probe(lengthMs, phases).probe(hours, well);
    expect(told.post.messages.map(({ route, kind }) => [route, kind])).toEqual([
      ['chat', 'alert'],
      ['chat', 'recovery'],
    ]);
  });

  test('now and then only: who is told only of what is down is not told', () => {
    const told = new Told();
    for (let times = 0; times < 60; times++)
      told.probe(2 * everyMs, usual).probe(everyMs, { query: 1, commit: 100 });
    expect(told.post.messages.map(({ route }) => route)).toEqual(['chat']);
  });
});
