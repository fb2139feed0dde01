import { describe, expect, test } from 'vitest';
import { Slots, slotsMax } from '../../../server/app/slots.ts';
import { Probing } from '../../support/probing.ts';
import { makeCheck, minutes, seconds } from '../../support/watch.ts';

describe('slots', () => {
  test('admit as many as there are, and the others in their order', () => {
    const slots = new Slots();
    const started: number[] = [];
    for (let i = 0; i < slotsMax + 3; i++) slots.take(false, () => started.push(i));
    expect(started).toHaveLength(slotsMax);
    expect(slots.taken).toBe(slotsMax);
    slots.free(false);
    slots.free(false);
    expect(started.slice(slotsMax)).toEqual([slotsMax, slotsMax + 1]);
  });

  test('are never all taken by what hangs', () => {
    const slots = new Slots();
    let [hanging, others] = [0, 0];
    for (let i = 0; i < 2 * slotsMax; i++) slots.take(true, () => hanging++);
    for (let i = 0; i < 2 * slotsMax; i++) slots.take(false, () => others++);
    expect(hanging).toBeLessThan(slotsMax);
    expect(hanging + others).toBe(slotsMax);
    slots.free(true);
    expect([hanging + others, slots.taken]).toEqual([slotsMax + 1, slotsMax]);
  });

  test('admit first who came first, whether it hangs or not', () => {
    const slots = new Slots();
    for (let i = 0; i < slotsMax; i++) slots.take(false, () => {});
    const started: string[] = [];
    for (const id of ['a', 'B', 'c', 'D', 'E', 'f']) slots.take(id < 'a', () => started.push(id));
    for (let i = 0; i < 6; i++) slots.free(false);
    expect(started.join('')).toBe('aBcDEf');
  });

  test('cost the same however many wait', () => {
    const slots = new Slots();
    for (let i = 0; i < 100_000; i++) slots.take(true, () => {});
    let started = 0;
    for (let i = 0; i < 100_000; i++) {
      slots.take(false, () => started++);
      slots.free(false);
    }
    expect(started).toBe(100_000);
  });

  test('forget who waits when they are cleared', () => {
    const slots = new Slots();
    let started = 0;
    for (let i = 0; i < 2 * slotsMax; i++) slots.take(false, () => started++);
    slots.clear();
    for (let i = 0; i < slotsMax; i++) slots.free(false);
    expect([started, slots.taken]).toEqual([slotsMax, 0]);
  });
});

test('when hundreds of targets hang, the others are probed on time', async () => {
  const probing = new Probing();
  const { scheduler, behaviours } = probing;
  const hung = Array.from({ length: 500 }, (_, index) =>
    makeCheck(`hung-${index}`, { timeoutMs: 19 * seconds }),
  );
  const well = Array.from({ length: 100 }, (_, index) => makeCheck(`well-${index}`));
  for (const { id } of hung) behaviours.set(id, 'never');
  scheduler.assign([...hung, ...well]);
  // Nobody knows yet that they hang.
  await probing.pass(minutes);
  const fromMs = probing.nowMs;
  await probing.pass(minutes);
  for (const { id } of well) {
    const starts = probing.startsOf(id).filter((ms) => ms > fromMs);
    expect(starts).toHaveLength(3);
    expect(starts.map((ms) => ms - starts[0]!)).toEqual(starts.map((_, index) => index * 20 * seconds));
  }
  expect(Math.max(...inFlightOverTime(probing.runs))).toBeLessThanOrEqual(slotsMax);
  // They hang, and yet they are all asked again and again.
  const asked = hung.map(({ id }) => probing.startsOf(id).length);
  expect(Math.min(...asked)).toBeGreaterThan(1);
});

const inFlightOverTime = (runs: Probing['runs']): readonly number[] => {
  const changes = runs.flatMap(({ startedMs, endedMs = Infinity }) => [
    { atMs: startedMs, by: 1 },
    { atMs: endedMs, by: -1 },
  ]);
  let inFlight = 0;
  return changes.toSorted((a, b) => a.atMs - b.atMs || a.by - b.by).map(({ by }) => (inFlight += by));
};
