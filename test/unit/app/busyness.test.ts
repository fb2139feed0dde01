import { expect, test } from 'vitest';
import { Busyness } from '../../../server/app/busyness.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { minutes, seconds, start } from '../../support/watch.ts';

type Line = readonly [event: string, fields: Readonly<Record<string, unknown>>];

/** What is told of requests that come every second, each of which takes so long. */
const linesAfter = async (spanMs: number, takesMs: (second: number) => number): Promise<readonly Line[]> => {
  const time = new PassingTime(start);
  const lines: Line[] = [];
  const note = (event: string, fields: Line[1] = {}) => void lines.push([event, fields]);
  const busyness = new Busyness({ clock: time.clock, log: { info: note, warn: note, error: note } });
  for (let second = 1; second <= spanMs / seconds; second += 1) {
    await time.pass(seconds);
    busyness.note(second % 2 === 0 ? 'commit' : 'spans', takesMs(second));
  }
  return lines;
};

test.for([
  ['always quick', () => 5, 0],
  ['slow now and then, beside another program', (second: number) => (second % 17 === 0 ? 300 : 5), 0],
  ['a little slow, always', () => 200, 0],
  ['busy for more than half of the time', () => 600, 10],
  ['stuck for a second, once', (second: number) => (second === 30 ? 1_500 : 5), 1],
  ['stuck again and again: a line a minute', (second: number) => (second % 5 === 0 ? 1_500 : 5), 10],
] as const)('a store that is %s', async ([, takesMs, lines]) => {
  expect(await linesAfter(10 * minutes, takesMs)).toHaveLength(lines);
});

test('a line says how busy the store was, with what, and where to look', async () => {
  expect(await linesAfter(minutes, (second) => (second === 30 ? 1_234.5 : 10))).toEqual([
    [
      'store.slow',
      {
        busyPercent: 3,
        slowest: 'commit',
        slowestMs: 1_235,
        advice: 'look at the disk: what else writes there, and how full it is',
      },
    ],
  ]);
});
