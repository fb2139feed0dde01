import { expect, test } from 'vitest';
import { Backups } from '../../../server/app/backups.ts';
import { StoreError } from '../../../server/app/ports.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { hours, makeConfig, start } from '../../support/watch.ts';

const backup = { folder: '/copies', at: '03:30', keep: 2 };

/** Backups by a cron that goes off when a test says so; what is made of a copy is taken from `made`. */
const backups = (made: (readonly string[] | StoreError)[] = [], newestAt?: number) => {
  const time = new PassingTime(start);
  const told: unknown[] = [];
  const calls: (() => void)[] = [];
  const log = (event: string, fields: object = {}) => void told.push([event, fields]);
  const kept = new Backups({
    copiesIn: (folder) => ({
      newestAt: () => newestAt,
      make: async (date) => {
        told.push(`${folder} ${date}`);
        const copy = made.shift() ?? [];
        if (copy instanceof StoreError) throw copy;
        return copy;
      },
      keep: (count) => 10 - count,
    }),
    clock: time.clock,
    cron: (expression, timezone, call, missed) => {
      told.push(`${expression} ${timezone}`);
      calls.push(call, missed!);
      return () => calls.splice(0);
    },
    log: { info: log, warn: log, error: log },
    verified: (at) => told.push(at - start),
  });
  const configure = (part: { backup?: typeof backup } = { backup }) =>
    kept.configure({ ...makeConfig([]), ...part });
  return { kept, configure, told, time, calls };
};
const onceMade = { date: '2026-03-01', removed: 8 };

test('a copy of every night is made in the zone of the organisation, and old ones go', async () => {
  const { configure, told, time, calls } = backups();
  configure();
  calls[0]!();
  await time.pass(0);
  expect(told).toEqual(['30 3 * * * Europe/Paris', '/copies 2026-03-01', 0, ['backup.made', onceMade]]);
});

test('a process that stood still at that moment makes the copy when it goes on', async () => {
  const { configure, told, time, calls } = backups();
  configure();
  calls[1]!();
  await time.pass(0);
  expect(told).toContain('/copies 2026-03-01');
});

test('when the newest was made is known after a restart', () => {
  const { configure, told } = backups([], start - 5 * hours);
  configure();
  expect(told[0]).toBe(-5 * hours);
});

const gone = new StoreError('store.full', 'The disk is full.');
test.each([
  [['the results of some hour are damaged'], { problems: ['the results of some hour are damaged'] }],
  [gone, { error: gone }],
] as const)(
  'a copy that is not sound, or was not made, is told, and takes no old one with it',
  async (made, why) => {
    const { configure, told, time, calls } = backups([made]);
    configure();
    calls[0]!();
    await time.pass(0);
    expect(told.slice(2)).toEqual([['backup.failed', { ...why, date: '2026-03-01' }]]);
  },
);

test('none is made that nobody has asked for, any more', () => {
  const { configure, kept, calls } = backups();
  configure();
  configure({});
  expect(calls).toEqual([]);
  configure();
  kept.stop();
  expect(calls).toEqual([]);
});
