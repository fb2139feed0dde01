import { expect, test } from 'vitest';
import { addressIn } from '../../../../server/core/subscriptions/address.ts';

const long = (length: number) => 'a'.repeat(length);

test.for([
  ['ada@example.org', 'ada@example.org'],
  ['  Ada.Lovelace+status@Example.ORG \n', 'Ada.Lovelace+status@example.org'],
  ["o'brien_1@mail.example.co.uk", "o'brien_1@mail.example.co.uk"],
  ['ada@théâtre.example', 'ada@xn--thtre-4qa2c.example'],
  [`${long(64)}@example.org`, `${long(64)}@example.org`],
] as const)('%j is %s', ([written, address]) => {
  expect(addressIn(written)).toBe(address);
});

test.for([
  '',
  'ada',
  '@example.org',
  'ada@',
  'ada@localhost',
  'ada@192.0.2.1',
  'ada@[192.0.2.1]',
  'ada@[IPv6:::1]',
  'ada@0x7f.1',
  'ada@example.org:25',
  'ada@example.org/x',
  'ada@example.org?bcc=eve@example.net',
  'ada@example..org',
  'ada@-example.org',
  'ada@example.org, eve@example.net',
  'ada@example.org eve@example.net',
  'Ada <ada@example.org>',
  'ada@eve@example.org',
  '"ada"@example.org',
  '"a\r\nBcc: eve@example.net"@example.org',
  'ada\r\nBcc: eve@example.net',
  'ada\u0000@example.org',
  'ada@exam\u202eple.org',
  'adé@example.org',
  '.ada@example.org',
  'ada.@example.org',
  'a..da@example.org',
  `${long(65)}@example.org`,
  `ada@${`${long(60)}.`.repeat(5)}org`,
  `ada@${long(64)}.org`,
  `${long(10_000)}@example.org`,
  `ada@${long(10_000)}`,
])('%j is none', (written) => {
  expect(addressIn(written)).toBeUndefined();
});
