import { describe, expect, test } from 'vitest';
import { OnDemand } from '../../../server/app/on-demand.ts';
import { PassingTime } from '../../support/passing-time.ts';

const workMs = 100;

const open = ({ fails = (): boolean => false, keptMax = 3 } = {}) => {
  const time = new PassingTime(0);
  const begun: [name: string, at: number][] = [];
  const lines: string[] = [];
  const demand = new OnDemand<string, string>({
    make: async (name) => {
      begun.push([name, time.nowMs]);
      await new Promise<void>((done) => void time.timers.after(workMs, done));
      if (fails()) throw new Error('it cannot be made');
      return name === 'nothing' ? undefined : `${name} of ${begun.length}`;
    },
    nameOf: (name) => name,
    freshMs: () => 60_000,
    keptMax,
    clock: time.clock,
    timers: time.timers,
    log: { error: (event) => void lines.push(event) },
  });
  const ask = async (...names: readonly string[]) => {
    const asked = names.map((name) => demand.of(name));
    await time.pass(10_000);
    return Promise.all(asked);
  };
  return { time, demand, begun, lines, ask };
};

describe('what is made on demand', () => {
  test('is made once for all who ask for it, and again once it is old', async () => {
    const { ask, begun, time } = open();
    expect(await ask('a', 'a', 'a')).toEqual(['a of 1', 'a of 1', 'a of 1']);
    expect(await ask('a')).toEqual(['a of 1']);
    await time.pass(60_000);
    expect(await ask('a')).toEqual(['a of 2']);
    expect(begun).toHaveLength(2);
  });

  test('is made one at a time, with a rest after each as long as it took', async () => {
    const { ask, begun } = open();
    await ask('a', 'b', 'c');
    expect(begun).toEqual([
      ['a', 0],
      ['b', 2 * workMs],
      ['c', 4 * workMs],
    ]);
  });

  test('keeps no more than it may, and those that were asked for last', async () => {
    const { ask, begun } = open({ keptMax: 2 });
    await ask('a', 'b');
    await ask('a');
    await ask('c');
    expect(await ask('a')).toEqual(['a of 1']);
    expect(await ask('b')).toEqual(['b of 4']);
    expect(begun.map(([name]) => name)).toEqual(['a', 'b', 'c', 'b']);
  });

  test('sends away whom it would keep waiting too long, but for what is waited for already', async () => {
    const { ask } = open({ keptMax: 100 });
    const names = Array.from({ length: 40 }, (_, index) => `name ${index}`);
    const answers = await ask(...names, 'name 3');
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(8);
    expect(answers.at(-1)).toBe('name 3 of 4');
  });

  test('says nothing when it cannot be made, tells the log, and tries again for whoever asks next', async () => {
    let isBroken = true;
    const { ask, lines, begun } = open({ fails: () => isBroken });
    expect(await ask('a', 'b')).toEqual([undefined, undefined]);
    expect(lines).toEqual(['demand.failed', 'demand.failed']);
    isBroken = false;
    expect(await ask('a', 'nothing', 'nothing')).toEqual(['a of 3', undefined, undefined]);
    expect(await ask('nothing')).toEqual([undefined]);
    expect(begun).toHaveLength(5);
  });
});
