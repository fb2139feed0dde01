import { beforeEach, describe, expect, test } from 'vitest';
import type { Outcome, SelfCause } from '../../../checks/lib/outcome.ts';
import { Unfitness } from '../../../server/app/unfitness.ts';
import { outcomeOf, seriesKey, start } from '../../support/watch.ts';

let lines: string[] = [];
let unfitness = new Unfitness({ info: () => {}, warn: () => {}, error: () => {} });
beforeEach(() => {
  lines = [];
  const log = (event: string, fields: object = {}) =>
    void lines.push([event, ...Object.values(fields)].join(' '));
  unfitness = new Unfitness({ info: log, warn: log, error: log });
});

const unfit = (cause: SelfCause, evidence = 'no fping'): Outcome => ({
  kind: 'invalid',
  cause,
  evidence,
  phasesUs: {},
  totalUs: 0,
  facts: {},
});

const hear = (check: string, ...outcomes: readonly Outcome[]): void => {
  for (const outcome of outcomes)
    unfitness.hear([{ series: seriesKey(check), startedAt: start, outcome, tainted: false }]);
};

describe('that we cannot probe', () => {
  test('is said once when it begins, and once when it ends', () => {
    const broken = unfit('self_misconfigured');
    hear('web', broken, broken, unfit('self_misconfigured', 'still no fping'), broken);
    expect(lines).toEqual(['probe.unfit web/local/4 self_misconfigured no fping']);
    hear('web', outcomeOf('bad'), outcomeOf('good'));
    expect(lines.slice(1)).toEqual(['probe.fit-again web/local/4']);
    hear('web', broken);
    expect(lines).toHaveLength(3);
  });

  test('is said of every series', () => {
    hear('a', unfit('self_bug'));
    hear('b', unfit('self_bug'));
    hear('a', outcomeOf('good'));
    expect(lines).toEqual([
      'probe.unfit a/local/4 self_bug no fping',
      'probe.unfit b/local/4 self_bug no fping',
      'probe.fit-again a/local/4',
    ]);
  });

  test('is said again when the reason is another', () => {
    hear('web', unfit('self_misconfigured'), unfit('self_bug', 'fping ended with 3'));
    expect(lines.slice(1)).toEqual(['probe.unfit web/local/4 self_bug fping ended with 3']);
  });

  test.for(['self_no_network', 'self_loop_lag'] as const)(
    'is not said of what passes by itself: %s',
    (cause) => {
      hear('web', unfit(cause), outcomeOf('good'));
      expect(lines).toEqual([]);
    },
  );

  test('has not ended when the network is gone as well', () => {
    hear('web', unfit('self_misconfigured'), unfit('self_no_network'), unfit('self_misconfigured'));
    expect(lines).toHaveLength(1);
  });

  test('is not said of what was fit all the time', () => {
    hear('web', outcomeOf('good'), outcomeOf('bad'), outcomeOf('poor'));
    expect(lines).toEqual([]);
  });

  test('is remembered of the checks there are, and of no other', () => {
    hear('stays', unfit('self_bug'));
    hear('goes', unfit('self_bug'));
    unfitness.keep(new Set(['stays', 'new']));
    hear('stays', unfit('self_bug'), outcomeOf('good'));
    hear('goes', outcomeOf('good'));
    expect(lines.slice(2)).toEqual(['probe.fit-again stays/local/4']);
  });
});
