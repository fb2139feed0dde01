import { describe, expect, test } from 'vitest';
import { happens, roundMs, scenes, timetable } from '../../../server/demonstration/story.ts';

const startedAt = 1_800_000_000_000;
const telling = { startedAt, speed: 1 };

describe('the story of the demonstration', () => {
  test('begins with a fine day', () => {
    expect(scenes.filter(({ trouble }) => happens(trouble, telling, startedAt))).toEqual([]);
  });

  test.for(scenes)('tells $trouble from its beginning until its end, and not at its end', (scene) => {
    const { trouble, fromMs, untilMs } = scene;
    const at = (ms: number) => happens(trouble, telling, startedAt + ms);
    expect([at(fromMs - 1), at(fromMs), at(untilMs - 1), at(untilMs)]).toEqual([false, true, true, false]);
  });

  test.for(scenes)('tells $trouble in every round', ({ trouble, fromMs }) => {
    expect(happens(trouble, telling, startedAt + 7 * roundMs + fromMs)).toBe(true);
  });

  test('is told within ten minutes', () => {
    expect(roundMs).toBe(600_000);
    for (const { untilMs } of scenes) expect(untilMs).toBeLessThanOrEqual(roundMs);
  });

  test('never tells two scenes at a time, and leaves twelve seconds of calm after each', () => {
    for (const [index, { trouble, fromMs, untilMs }] of scenes.entries()) {
      const told = scenes.filter(({ trouble }) => happens(trouble, telling, startedAt + fromMs));
      expect(told.map(({ trouble }) => trouble)).toEqual([trouble]);
      expect((scenes[index + 1]?.fromMs ?? roundMs) - untilMs).toBeGreaterThan(12_000);
    }
  });

  test('goes as many times faster as is wanted', () => {
    const [first] = scenes;
    const fast = { startedAt, speed: 4 };
    expect(happens(first!.trouble, fast, startedAt + first!.fromMs / 4)).toBe(true);
    expect(happens(first!.trouble, fast, startedAt + first!.untilMs / 4)).toBe(false);
  });

  test('has a timetable that is right at any speed', () => {
    for (const speed of [1, 2.5, 5]) {
      for (const { trouble, from, until } of timetable({ startedAt, speed })) {
        const at = (instant: number) => happens(trouble, { startedAt, speed }, instant);
        expect([at(from - 1), at(from + 1), at(until - 1), at(until + 1)]).toEqual([
          false,
          true,
          true,
          false,
        ]);
      }
    }
  });
});
