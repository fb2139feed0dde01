import { expect, test } from 'vitest';
import { Crowd, networkOf } from '../../../server/http/crowd.ts';

const hourMs = 3_600_000;
const pace = { everyMs: 1_000, burst: 1 };

test.for([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:C000:201', '192.0.2.1'],
  ['2001:db8:1:ff23:4:5:6:7', '2001:db8:1:255'],
  ['2001:db8:1:ff99::', '2001:db8:1:255'],
  ['2001:DB8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['2001:db8::', '2001:db8:0:0'],
  [undefined, ''],
] as const)('%s stands for %s', ([address, network]) => {
  expect(networkOf(address)).toBe(network);
});

test('each asks at a pace of his own', () => {
  const crowd = new Crowd(pace);
  expect(crowd.allows('192.0.2.1', 0)).toBe(true);
  expect(crowd.allows('192.0.2.1', 500)).toBe(false);
  expect(crowd.allows('192.0.2.2', 500)).toBe(true);
  expect(crowd.allows('192.0.2.1', 1_000)).toBe(true);
  expect(crowd.allows('2001:db8::1', 0)).toBe(true);
  expect(crowd.allows('2001:db8::ffff:1', 0)).toBe(false);
});

test('with the key of an hour ago everybody is forgotten', () => {
  const crowd = new Crowd({ everyMs: 10 * hourMs, burst: 1 });
  expect(crowd.allows('192.0.2.1', 0)).toBe(true);
  expect(crowd.allows('192.0.2.1', hourMs - 1)).toBe(false);
  expect(crowd.allows('192.0.2.1', hourMs)).toBe(true);
});

test('of more strangers than there is room for, the first are forgotten', () => {
  const crowd = new Crowd({ everyMs: hourMs, burst: 1 });
  const at = (index: number) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  for (let index = 0; index <= 20_000; index += 1) crowd.allows(at(index), 0);
  expect(crowd.allows(at(20_000), 0)).toBe(false);
  expect(crowd.allows(at(0), 0)).toBe(true);
});
