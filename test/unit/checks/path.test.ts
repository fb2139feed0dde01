import { afterAll, describe, expect, test } from 'vitest';
import { createPath } from '../../../checks/path.ts';
import type { Facts, Outcome } from '../../../checks/lib/outcome.ts';
import { makeMtr, reportOf } from '../../support/mtr-teller.ts';
import { runCheck } from '../../support/probe.ts';
import { inShort } from '../../support/web.ts';
import type { Written } from '../../support/web.ts';

type Hops = Parameters<typeof reportOf>[0];

const mtr = makeMtr();
afterAll(() => mtr[Symbol.dispose]());
const path = createPath(mtr.command);
const host = '192.0.2.9';

const run = (written: Written = {}, circumstances: Parameters<typeof runCheck>[2] = {}): Promise<Outcome> =>
  runCheck(path, { host, ...written }, circumstances);
const follow = (hops: Hops, written: Written = {}, before: Facts = {}): Promise<Outcome> => {
  mtr.tell(reportOf(hops));
  return run(written, { before, now: 5_000 });
};

const [a, b, c] = ['198.51.100.1', '198.51.100.2', '198.51.100.3'];

describe('loss', () => {
  test.for<[string, Hops, string, string]>([
    [
      'none',
      [
        [a, 0],
        [b, 0],
        [host, 0],
      ],
      'ok',
      '',
    ],
    [
      'little',
      [
        [a, 0],
        [b, 0],
        [host, 10],
      ],
      'ok',
      '',
    ],
    [
      'at one hop',
      [
        [a, 0],
        [b, 80],
        [host, 0],
      ],
      'ok',
      '',
    ],
    [
      'at one hop that never answers',
      [
        [a, 0],
        [undefined, 100],
        [host, 0],
      ],
      'ok',
      '',
    ],
    [
      'at one hop, and a little to the end',
      [
        [a, 0],
        [b, 90],
        [c, 0],
        [host, 10],
      ],
      'ok',
      '',
    ],
    [
      'from the second hop to the end',
      [
        [a, 0],
        [b, 40],
        [c, 30],
        [host, 40],
      ],
      'warn loss',
      `40% of the packets to ${host} are lost, from hop 2 (${b}) on`,
    ],
    [
      'from the host on',
      [
        [a, 0],
        [b, 0],
        [host, 20],
      ],
      'warn loss',
      `20% of the packets to ${host} are lost, from hop 3 (${host}) on`,
    ],
    [
      'over a hop that never answers',
      [
        [a, 0],
        [undefined, 100],
        [host, 50],
      ],
      'warn loss',
      `50% of the packets to ${host} are lost, from hop 3 (${host}) on`,
    ],
    [
      'worse at a hop that answers rarely',
      [
        [a, 0],
        [b, 90],
        [c, 0],
        [host, 50],
      ],
      'warn loss',
      `50% of the packets to ${host} are lost, from hop 4 (${host}) on`,
    ],
    [
      'from the first hop on',
      [
        [a, 60],
        [host, 60],
      ],
      'warn loss',
      `60% of the packets to ${host} are lost, from hop 1 (${a}) on`,
    ],
  ])('%s', async ([, hops, seen, evidence]) => {
    const outcome = await follow(hops);
    expect(inShort(outcome)).toBe(seen);
    if (evidence !== '') expect(outcome).toMatchObject({ evidence });
  });

  test('is judged as the options say', async () => {
    const hops: Hops = [
      [a, 0],
      [host, 30],
    ];
    expect(inShort(await follow(hops, { loss: { degraded: '31%' } }))).toBe('ok');
    expect(inShort(await follow(hops, { loss: { failed: '30%' } }))).toBe('fail loss');
  });
});

test.for<[Hops, string]>([
  [
    [
      [a, 0],
      [b, 0],
    ],
    `the way to ${host} ends after hop 2 (${b})`,
  ],
  [
    [
      [a, 0],
      [undefined, 100],
      [undefined, 100],
    ],
    `the way to ${host} ends after hop 1 (${a})`,
  ],
  [
    [
      [a, 0],
      [b, 0],
      [a, 0],
      [b, 0],
    ],
    `the way to ${host} goes round in circles from hop 1 (${a}) on`,
  ],
  [[[undefined, 100]], `the way to ${host} does not even begin`],
  [[], `the way to ${host} does not even begin`],
  [
    [
      [a, 0],
      [host, 100],
    ],
    `the way to ${host} ends after hop 2 (${host})`,
  ],
])('%j fails: %s', async ([hops, evidence]) => {
  expect(await follow(hops)).toMatchObject({ kind: 'fail', cause: 'unreachable', evidence });
});

test('an address of IPv6 is the same however it is written', async () => {
  mtr.tell(reportOf([['2001:db8:0::9', 0]]));
  const outcome = await runCheck(path, { host: '2001:DB8::0:9' }, { family: 6 });
  expect(inShort(outcome)).toBe('ok');
});

describe('the way', () => {
  const whole: Hops = [
    [a, 0],
    [b, 0],
    [host, 0],
  ];
  const known = { way1: `${a} ${b} ${host}`, pathChanges: 4, pathChangedAt: 77 };
  test.for<[string, Hops, Facts, boolean]>([
    ['is not known', whole, {}, false],
    ['is the same', whole, known, false],
    [
      'leads over another router',
      [
        [a, 0],
        [c, 0],
        [host, 0],
      ],
      known,
      true,
    ],
    [
      'is shorter',
      [
        [a, 0],
        [host, 0],
      ],
      known,
      true,
    ],
    [
      'has a silent router',
      [
        [a, 0],
        [undefined, 100],
        [host, 0],
      ],
      known,
      false,
    ],
    ['had a silent router', whole, { ...known, way1: `${a} * ${host}` }, false],
    [
      'ends early',
      [
        [a, 0],
        [c, 0],
      ],
      known,
      false,
    ],
  ])('that %s', async ([, hops, before, changed]) => {
    const { facts } = await follow(hops, {}, before);
    expect(facts['pathChanged']).toBe(changed);
    expect(facts['pathChanges']).toBe(Number(before['pathChanges'] ?? 0) + (changed ? 1 : 0));
    expect(facts['pathChangedAt']).toBe(changed ? 5_000 : before['pathChangedAt']);
  });

  test('of thirty hops fits into the facts, and comes back out of them', async () => {
    const long: Hops = Array.from({ length: 30 }, (_, index) => [
      index === 29 ? host : `2001:db8:1111:2222:3333:4444:5555:${(0x6660 + index).toString(16)}`,
      0,
    ]);
    const { facts } = await follow(long);
    const again = await follow(long, {}, facts);
    expect(again).toMatchObject({ kind: 'ok', facts: { hops: 30, pathChanged: false, pathChanges: 0 } });
    expect(Object.values(again.facts).some((fact) => String(fact).includes('…'))).toBe(false);
    const detour = long.with(28, [a, 0]);
    expect(await follow(detour, {}, facts)).toMatchObject({ facts: { pathChanged: true } });
  });
});

test.for<[Written, number]>([
  [{}, 13_400],
  [{ count: 100 }, 113_400],
  [{ count: 2, period: '10ms' }, 100],
])('%j needs a time-out of %i ms', ([written, leastMs]) => {
  expect(path.timeoutMsMin?.(path.options.parse({ host, ...written }))).toBe(leastMs);
});
