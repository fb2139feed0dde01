import { expect, test } from 'vitest';
import { Lookout } from '../../support/lookout.ts';
import { oneCheck, seconds } from '../../support/watch.ts';

test.each([true, false])('whether it flaps is told as the configuration wants it: %s', (flapping) => {
  const lookout = new Lookout({ ...oneCheck(), flapping });
  for (let at = 0; at < 1_500; at += 5)
    lookout.see(['web', at * seconds, Math.floor(at / 120) % 2 === 0 ? 'good' : 'bad']);
  expect(lookout.watch.isFlapping({ kind: 'check', id: 'web' })).toBe(flapping);
});
