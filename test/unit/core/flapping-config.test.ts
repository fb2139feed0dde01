// What flaps is known to, with its service, where the configuration wants it.
import { describe, expect, test } from 'vitest';
import type { Grade } from '../../../server/core/result.ts';
import { Lookout } from '../../support/lookout.ts';
import { minutes, oneCheck, seconds } from '../../support/watch.ts';

const web = { kind: 'check', id: 'web' } as const;
const site = { kind: 'service', id: 'site' } as const;

test.each([true, false])('whether it flaps is told as the configuration wants it: %s', (flapping) => {
  const lookout = new Lookout({ ...oneCheck(), flapping });
  for (let at = 0; at < 1_500; at += 5)
    lookout.see(['web', at * seconds, Math.floor(at / 120) % 2 === 0 ? 'good' : 'bad']);
  expect(lookout.watch.isFlapping(web)).toBe(flapping);
});

const see = (lookout: Lookout, from: number, to: number, grade: Grade): void => {
  for (let at = from; at < to; at += 10 * seconds) lookout.see(['web', at, grade]);
};

const begun = (): Lookout => {
  const lookout = new Lookout(oneCheck());
  see(lookout, 0, 10 * minutes, 'good');
  return lookout;
};

describe('what flaps', () => {
  /** Three minutes down, three minutes up, as often as that. */
  const flap = (lookout: Lookout, times: number): number => {
    for (let i = 0; i < times; i++) {
      see(lookout, (10 + 4 * i) * minutes, (12 + 4 * i) * minutes, 'bad');
      see(lookout, (12 + 4 * i) * minutes, (14 + 4 * i) * minutes, 'good');
    }
    return (10 + 4 * times) * minutes;
  };

  test('is known to, with its service, until it has been calm for half an hour', () => {
    const lookout = begun();
    flap(lookout, 2);
    expect([web, site].map((subject) => lookout.watch.isFlapping(subject))).toEqual([false, false]);
    const other = begun();
    const at = flap(other, 3);
    expect([web, site].map((subject) => other.watch.isFlapping(subject))).toEqual([true, true]);
    see(other, at, at + 28 * minutes, 'good');
    expect(other.watch.isFlapping(web)).toBe(true);
    see(other, at + 28 * minutes, at + 31 * minutes, 'good');
    expect(other.watch.isFlapping(web)).toBe(false);
  });

  test('is known to after a restart, and after a reload', () => {
    const lookout = begun();
    const at = flap(lookout, 3);
    expect(lookout.restart(oneCheck(), at).watch.isFlapping(web)).toBe(true);
    lookout.configure(oneCheck(), at);
    expect(lookout.watch.isFlapping(web)).toBe(true);
  });
});
