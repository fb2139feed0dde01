import { closeSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SelfExam, leftOf, thisMachine } from '../../../server/prober/condition.ts';
import { systemClock } from '../../../server/system.ts';

test('what a prober finds of itself is how much it has missed, and what it has left', () => {
  let [monotonicMs, now] = [100, 1_000_000];
  const clock = { monotonicMs: () => monotonicMs, now: () => now };
  const self = new SelfExam({ clock, filesLeft: () => 12, families: () => [4] });
  monotonicMs += 5_000;
  now += 5_000;
  expect(self.read(30)).toEqual({
    elapsedMs: 5_000,
    stalledMs: 30,
    clockStepMs: 0,
    filesLeft: 12,
    families: [4],
  });
  monotonicMs += 5_000;
  now -= 55_000;
  expect(self.read(0)).toMatchObject({ elapsedMs: 5_000, clockStepMs: -60_000 });
});

test.runIf(process.platform === 'linux')('files that are opened are left no more', () => {
  const { filesLeft } = thisMachine(systemClock);
  const before = filesLeft() ?? Number.NaN;
  const opened = Array.from({ length: 20 }, () => openSync('/dev/null', 'r'));
  expect(before - (filesLeft() ?? Number.NaN)).toBe(20);
  for (const descriptor of opened) closeSync(descriptor);
});

test.for<readonly [of: string, code: string, left: number | undefined]>([
  ['without any left', 'EMFILE', 0],
  ['on a machine without any left', 'ENFILE', 0],
  ['that may not list its own', 'EACCES', undefined],
  ['on a system that has no such list', 'ENOENT', undefined],
])('of the files of a process %s (%s) is known what can be', ([, code, left]) => {
  const count = () => {
    throw Object.assign(new Error(code), { code });
  };
  expect(leftOf(1_024, count)).toBe(left);
});
