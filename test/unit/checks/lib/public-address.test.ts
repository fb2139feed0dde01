import { expect, test } from 'vitest';
import { isPublic } from '../../../../checks/lib/public-address.ts';

test.for([
  ['8.8.8.8', true],
  ['80.67.169.12', true],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['100.128.0.1', true],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['172.15.0.1', true],
  ['172.31.255.255', false],
  ['192.0.2.1', false],
  ['192.168.1.1', false],
  ['198.19.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['2001:910:800::12', true],
  ['2a00:5881::1', true],
  ['::', false],
  ['::1', false],
  ['::7f00:1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['::ffff:8.8.8.8', true],
  ['64:ff9b::7f00:1', false],
  ['64:ff9b:1::7f00:1', false],
  ['2001:0:4136:e378:8000:63bf:3fff:fdd2', false],
  ['2001:db8::1', false],
  ['2002:7f00:1::', false],
  ['fd00:ec2::254', false],
  ['fe80::1', false],
  ['fec0::1', false],
  ['ff02::1', false],
] as const)('%s is public: %s', ([address, isSo]) => {
  expect(isPublic(address)).toBe(isSo);
});
