import { describe, expect, test } from 'vitest';
import { DueHeap, firstAt, gridMs, hash } from '../../../server/core/due.ts';

const rhythm = (id: string, intervalMs = 20_000, phaseKey = id) => ({ id, intervalMs, phaseKey });

const ids = Array.from({ length: 500 }, (_, index) => `check-${index}/local/4`);

/** All that a heap asks for until `untilMs`, when it is asked as soon as something is due. */
const run = (heap: DueHeap, untilMs: number) => {
  const taken: { id: string; dueMs: number; missed: number }[] = [];
  for (let next = heap.nextMs; next !== undefined && next <= untilMs; next = heap.nextMs)
    taken.push(...heap.take(next));
  return taken;
};

describe('the first instant of a rhythm', () => {
  test('is later than now, for what is due now was taken, and within one interval', () => {
    for (const nowMs of [0, 0.25, 1_000, 19_999.9, 86_400_000.123])
      for (const id of ids) {
        const atMs = firstAt(rhythm(id), nowMs);
        expect(atMs).toBeGreaterThan(nowMs);
        expect(atMs).toBeLessThanOrEqual(nowMs + 20_000);
      }
  });

  test('is on the grid, the same after every start, and spread over the interval', () => {
    const phases = ids.map((id) => firstAt(rhythm(id), 0));
    expect(phases.every((atMs) => atMs % gridMs === 0)).toBe(true);
    expect(ids.map((id) => firstAt(rhythm(id), 20_000_000) - 20_000_000)).toEqual(phases);
    const quarters = [0, 1, 2, 3].map((n) => phases.filter((atMs) => Math.floor(atMs / 5_000) === n).length);
    for (const count of quarters) expect(count).toBeGreaterThan(80);
  });

  test('is exactly the same for the same phase, whatever the fraction of a millisecond at which one asks', () => {
    const at = new Set(
      [0.1, 0.3, 7.77, 1_234.567].map((nowMs) => firstAt(rhythm('a', 60_000, 'round'), nowMs)),
    );
    expect(at.size).toBe(1);
  });

  test('of an interval shorter than the grid is within that interval', () => {
    expect(firstAt(rhythm('fast', 50), 1_000)).toBe(1_050);
  });
});

test('the hash is that of FNV-1a', () => {
  expect(hash('')).toBe(0x811c9dc5);
  expect(hash('foobar')).toBe(0xbf9cf968);
});

describe('the heap', () => {
  test('asks for each thing once an interval, in the order of time', () => {
    const heap = new DueHeap();
    for (const id of ids) heap.add(rhythm(id), 0);
    const taken = run(heap, 100_000);
    expect(taken).toHaveLength(5 * ids.length);
    expect(taken.map(({ dueMs }) => dueMs)).toEqual(taken.map(({ dueMs }) => dueMs).sort((a, b) => a - b));
    for (const id of ids.slice(0, 20)) {
      const at = taken.filter((one) => one.id === id).map(({ dueMs }) => dueMs);
      expect(at).toEqual([0, 1, 2, 3, 4].map((n) => (at[0] ?? 0) + n * 20_000));
    }
    expect(taken.every(({ missed }) => missed === 0)).toBe(true);
  });

  test('gives what is due together in the order in which it was added', () => {
    const heap = new DueHeap();
    for (const id of ['c', 'a', 'b', 'd']) heap.add(rhythm(id, 20_000, 'same'), 0.5);
    for (let round = 0; round < 3; round++)
      expect(heap.take(heap.nextMs ?? 0).map(({ id }) => id)).toEqual(['c', 'a', 'b', 'd']);
  });

  test('keeps different rhythms apart', () => {
    const heap = new DueHeap();
    heap.add(rhythm('slow', 60_000), 0);
    heap.add(rhythm('fast', 10_000), 0);
    const taken = run(heap, 120_000).map(({ id }) => id);
    expect(taken.filter((id) => id === 'slow')).toHaveLength(2);
    expect(taken.filter((id) => id === 'fast')).toHaveLength(12);
  });

  test('runs a thing once after a pause, says how often it was missed, and goes on on the old grid', () => {
    const heap = new DueHeap();
    heap.add(rhythm('a'), 0);
    const first = heap.nextMs ?? 0;
    expect(heap.take(first + 70_500)).toEqual([{ id: 'a', dueMs: first + 60_000, missed: 3 }]);
    expect(heap.nextMs).toBe(first + 80_000);
    expect(heap.take(first + 79_999)).toEqual([]);
    expect(heap.take(first + 80_000)).toEqual([{ id: 'a', dueMs: first + 80_000, missed: 0 }]);
  });

  test('forgets what is removed, and keeps the order of the rest', () => {
    const heap = new DueHeap();
    for (const id of ids) heap.add(rhythm(id), 0);
    for (const id of ids.slice(0, 490)) heap.remove(id);
    heap.remove('never there');
    const taken = run(heap, 20_000);
    expect(taken.map(({ id }) => id).sort()).toEqual(ids.slice(490).sort());
    expect(taken.map(({ dueMs }) => dueMs)).toEqual(taken.map(({ dueMs }) => dueMs).sort((a, b) => a - b));
  });

  test('that is empty asks for nothing', () => {
    const heap = new DueHeap();
    expect(heap.nextMs).toBeUndefined();
    expect(heap.take(1e9)).toEqual([]);
    heap.add(rhythm('a'), 0);
    heap.remove('a');
    expect(heap.nextMs).toBeUndefined();
  });
});
