import { describe, expect, test } from 'vitest';
import type { Grade } from '../../../server/core/result.ts';
import { Lookout } from '../../support/lookout.ts';
import type { Seen } from '../../support/lookout.ts';
import { oneCheck, seconds as s } from '../../support/watch.ts';

/** Every five seconds each place sees what it is told to, a letter a place: good, bad, poor, or nothing. */
const grades: Readonly<Record<string, Grade | undefined>> = { g: 'good', b: 'bad', p: 'poor' };
const places = ['paris', 'marseille', 'lyon', 'nantes'];

const watched = (...times: readonly [fromS: number, toS: number, letters: string][]): Lookout => {
  const vantagePoints = places.slice(0, times[0]?.[2].length);
  const lookout = new Lookout(oneCheck({ vantagePoints }));
  for (const [fromS, toS, letters] of times)
    for (let at = fromS; at <= toS; at += 5) lookout.seeEach(look(at, letters));
  return lookout;
};

const look = (atS: number, letters: string): readonly Seen[] =>
  places.flatMap((place, index) => {
    const grade = grades[letters[index] ?? ''];
    return grade ? [['web', atS * s + index * 100, grade, 4, place] as const] : [];
  });

const stateOf = (lookout: Lookout) => lookout.archive.history('check:web').at(-1);

describe('a check that is probed from several places', () => {
  test.each([
    ['gg', 'up'],
    ['gb', 'degraded'],
    ['bb', 'down'],
    ['ggb', 'up'],
    ['gbb', 'down'],
    ['bbb', 'down'],
    ['gpp', 'degraded'],
    ['gpb', 'degraded'],
    ['gggb', 'up'],
    ['ggbb', 'degraded'],
    ['gbbb', 'down'],
  ])('that see %s is %s', (letters, state) => {
    const well = 'g'.repeat(letters.length);
    expect(stateOf(watched([0, 20, well], [25, 80, letters]))?.[0]).toBe(state);
  });

  test('takes the word of the only one that sees, and says so', () => {
    const lookout = watched([0, 100, 'b-']);
    expect(stateOf(lookout)).toEqual(['down', 0]);
    expect(lookout.archive.notables[0]).toMatchObject({
      outage: { finding: { evidence: expect.stringMatching(/^from paris: /) } },
    });
  });

  test('goes down in one step, since the first place failed', () => {
    const lookout = watched([0, 20, 'ggg'], [25, 60, 'bbb']);
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['down', 25 * s],
    ]);
  });

  test('is down only since the second of two places failed', () => {
    const lookout = watched([0, 20, 'gg'], [25, 95, 'gb'], [100, 140, 'bb']);
    expect(lookout.archive.history('check:web')).toEqual([
      ['up', 0],
      ['degraded', 25.1 * s],
      ['down', 100 * s],
    ]);
  });

  test('names in its evidence the places that see it well', () => {
    const lookout = watched([0, 20, 'gg'], [25, 60, 'gb']);
    expect(lookout.archive.notables[0]).toMatchObject({
      outage: { finding: { evidence: expect.stringMatching(/^from marseille, well from paris: /) } },
    });
  });

  test('does not hold on to a place that has fallen silent', () => {
    const lookout = watched([0, 20, 'gg'], [25, 200, 'b-']);
    lookout.tick(201 * s);
    expect(stateOf(lookout)?.[0]).toBe('down');
  });
});
