import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkTypes, load, problemsOf } from '../../support/configuration.ts';

const uplinkType = {
  kind: 'derived',
  title: 'Uplink',
  summary: 'For tests.',
  options: z.strictObject({}),
  phases: [],
  slowMs: {},
  defaults: { everyMs: 10_000, timeoutMs: 5_000 },
} as const;

const loaded = (witnesses: readonly string[], check = '{ type: uplink }', more = '') =>
  load(
    [
      'organisation: { name: Globenet, timezone: Europe/Paris }',
      more,
      `witnesses: [${witnesses.join(', ')}]`,
      `services: [{ id: network, name: Network, checks: [${check}] }]`,
    ].join('\n'),
    { checkTypes: { ...checkTypes, uplink: uplinkType } },
  );

const reference = (id: string, host: string, more = ''): string =>
  `{ id: ${id}, type: tcp, host: '${host}', port: 1${more} }`;
const one = reference('one', '192.0.2.1');
const four = [one, reference('other', '192.0.2.2')];
const six = [reference('two', '2001:db8::2', ', every: 1m, timeout: 4s'), reference('three', '2001:db8::3')];
const both = [...four, ...six];

describe('a witness', () => {
  test('is a reference, of no network, unless it says otherwise', () => {
    const { config } = loaded([...four, '{ type: tcp, host: gw, port: 1, layer: gateway, network: LAN }']);
    expect(config?.witnesses.map(({ layer, network }) => [layer, network])).toEqual([
      ['reference', undefined],
      ['reference', undefined],
      ['gateway', 'LAN'],
    ]);
  });

  test('stands in a layer that there is', () => {
    expect(problemsOf(loaded(['{ type: tcp, host: a, port: 1, layer: gatway }']))).toEqual([
      'vigie.yaml:3:51 witnesses[0].layer: found "gatway", expected "gateway"',
    ]);
  });

  test('alone has a layer', () => {
    expect(problemsOf(loaded(four, '{ type: uplink, layer: edge }'))[0]).toMatch(
      /checks\[0\]\.layer: found an unknown key/,
    );
  });
});

describe('a check that is made of what witnesses see', () => {
  const check = (...args: Parameters<typeof loaded>) => loaded(...args).config?.services[0]?.checks[0];

  test('has a series for each family that they are asked over, whatever other checks have', () => {
    expect(check(both)?.families).toEqual([4, 6]);
    expect(check(four, undefined, 'defaults: { families: [4, 6] }')?.families).toEqual([4]);
    expect(check(both, '{ type: uplink, families: [6] }')?.families).toEqual([6]);
  });

  test('is stale when the slowest of them has not been asked', () => {
    const slowest = check(both);
    expect(slowest).toMatchObject({ derived: true, schedule: { kind: 'every', everyMs: 60_000 } });
    expect(slowest?.policy.staleMs).toBe(190_000);
    expect(check(four)?.schedule).toEqual({ kind: 'every', everyMs: 10_000 });
  });

  test.for<readonly [what: string, witnesses: readonly string[], check: string, problem: string]>([
    [
      'without witnesses',
      [],
      '{ type: uplink }',
      'vigie.yaml:4:59 services[0].checks[0].type: found no witnesses, expected witnesses, for what they see is all that it knows',
    ],
    [
      'for a family without witnesses',
      four,
      '{ type: uplink, families: [4, 6] }',
      'vigie.yaml:4:77 services[0].checks[0].families: found [4, 6], expected [4], for over no other are there witnesses',
    ],
    [
      'of one reference',
      [one],
      '{ type: uplink }',
      'vigie.yaml:4:59 services[0].checks[0].type: found only one, expected references over IPv4 in 2 networks or more, for one that is dead looks like an uplink that is',
    ],
    [
      'of one network, over one of the families',
      [
        ...four,
        reference('two', '2001:db8::2', ', network: Orange'),
        reference('three', '2001:db8::3', ', network: Orange'),
      ],
      '{ type: uplink }',
      'vigie.yaml:4:59 services[0].checks[0].type: found only Orange, expected references over IPv6 in 2 networks or more, for one that is dead looks like an uplink that is',
    ],
    [
      'of nothing far away',
      [reference('gateway', '192.0.2.1', ', layer: gateway')],
      '{ type: uplink }',
      'vigie.yaml:4:59 services[0].checks[0].type: found none, expected references over IPv4 in 2 networks or more, for one that is dead looks like an uplink that is',
    ],
    [
      'with a rhythm of its own',
      four,
      '{ type: uplink, every: 20s }',
      'vigie.yaml:4:67 services[0].checks[0].every: found an unknown key, expected one of "type", "id", "families", "confirm", "recover", "vantage-points", "depends-on", "supporting"',
    ],
    [
      'as a witness',
      ['{ id: w, type: uplink }'],
      '{ type: tcp, host: a, port: 1 }',
      'vigie.yaml:3:28 witnesses[0].type: found "uplink", expected one of "tcp", "database"',
    ],
  ])('%s is refused', ([, witnesses, check, problem]) => {
    expect(problemsOf(loaded(witnesses, check))).toEqual([problem]);
  });

  test('is not refused for a family that it leaves out', () => {
    expect(
      check([...four, reference('two', '2001:db8::2')], '{ type: uplink, families: [4] }')?.families,
    ).toEqual([4]);
  });

  test('is not blamed for a witness that is wrong', () => {
    expect(problemsOf(loaded(['{ type: tcp, host: a, port: 99999 }']))).toHaveLength(1);
  });
});
