import { expect, test } from 'vitest';
import { Condenser } from '../../../server/app/condenser.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { minutes, start } from '../../support/watch.ts';

const condensing = (slices: (boolean | Error)[]) => {
  const time = new PassingTime(start);
  const askedMs: number[] = [];
  const lines: string[] = [];
  const log = (event: string) => void lines.push(event);
  const condense = async (now: number) => {
    askedMs.push(now - start);
    const slice = slices.shift() ?? false;
    if (slice instanceof Error) throw slice;
    return slice;
  };
  const condenser = new Condenser({
    store: { condense },
    clock: time.clock,
    timers: time.timers,
    log: { info: log, warn: log, error: log },
  });
  return { condenser, time, askedMs, lines };
};

test('what is due is condensed slice after slice, and then looked for every minute', async () => {
  const { time, askedMs } = condensing([true, true, false]);
  for (const ms of [60_000, 20, 20, 60_000]) await time.pass(ms);
  expect(askedMs).toEqual([60_000, 60_020, 60_040, 120_040]);
});

test('a slice that fails is told, and tried again', async () => {
  const { time, askedMs, lines } = condensing([new Error('held')]);
  for (let i = 0; i < 2; i++) await time.pass(minutes);
  expect(askedMs).toEqual([60_000, 120_000]);
  expect(lines).toEqual(['work.failed']);
});

test('nothing is begun once it is stopped', async () => {
  const { condenser, time, askedMs } = condensing([true, true]);
  await time.pass(60_010);
  await condenser.stop();
  await time.pass(5 * minutes);
  expect(askedMs).toEqual([60_000]);
});
