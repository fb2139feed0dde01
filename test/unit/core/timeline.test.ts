import { describe, expect, test } from 'vitest';
import type { Combined } from '../../../server/core/combine.ts';
import { advance, begin, withdraw } from '../../../server/core/timeline.ts';
import type { State } from '../../../server/core/state.ts';
import { minutes, start } from '../../support/watch.ts';

/** The outages and spans that these states write, one after the other. */
const history = (...states: readonly (readonly [State, sinceMs: number])[]) => {
  let { timeline, written } = begin({ kind: 'service', id: 'mail' }, start);
  const all = [written];
  for (const [state, sinceMs] of states) {
    const next: Combined = { state, since: start + sinceMs };
    const advanced = advance(timeline, next, start + 10 * minutes);
    timeline = advanced.timeline;
    if (advanced.written) all.push(advanced.written);
  }
  return {
    sinceMs: all.flatMap(({ spans }) => spans.map(({ since }) => since - start)),
    opened: all.flatMap(({ notables }) =>
      notables.flatMap((notable) => (notable.kind === 'outage-opened' ? [notable.outage.id] : [])),
    ),
  };
};

describe('states that are said to have begun at one instant', () => {
  test('begin one after the other, so that history only grows', () => {
    expect(history(['degraded', 60], ['down', 60], ['degraded', 60]).sinceMs).toEqual([0, 60, 61, 62]);
  });

  test('make outages each with an id of its own', () => {
    const { opened } = history(
      ['degraded', 60],
      ['down', 60],
      ['degraded', 60],
      ['up', 50],
      ['degraded', 50],
    );
    expect(opened).toHaveLength(4);
    expect(new Set(opened).size).toBe(4);
  });

  test('and so does one that opens where unseen time hid the end of another', () => {
    const { opened } = history(['down', 60], ['unknown', 60], ['up', 60], ['unknown', 60], ['down', 60]);
    expect(opened).toHaveLength(2);
    expect(new Set(opened).size).toBe(2);
  });

  test('take the place of an unknown that began then, and give way to it', () => {
    expect(history(['up', 0], ['unknown', 0]).sinceMs).toEqual([0, 0, 0]);
  });
});

test('what is withdrawn after the clock was set back is in no state in the future', () => {
  const subject = { kind: 'service', id: 'mail' } as const;
  const down = { state: 'down', since: start + 100 } as const;
  const opened = advance(begin(subject, start).timeline, down, start + 130).timeline;
  expect(withdraw(opened, start + 40, start + 40)).toMatchObject({
    spans: [{ state: 'unknown', since: start + 40 }],
    outages: [{ startedAt: start + 40, confirmedAt: start + 40, end: { at: start + 40, how: 'withdrawn' } }],
  });
  const unseen = begin(subject, start + 100).timeline;
  expect(withdraw(unseen, start + 40, start + 40).spans).toEqual([
    { subject, state: 'unknown', since: start + 40 },
  ]);
  expect(withdraw(unseen, start + 100, start + 130).spans).toEqual([]);
});
