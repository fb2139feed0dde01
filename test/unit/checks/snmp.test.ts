import { describe, expect, test } from 'vitest';
import snmp from '../../../checks/snmp.ts';
import { Secret } from '../../../config/secret.ts';
import type { Facts, Outcome } from '../../../checks/lib/outcome.ts';
import { runCheck } from '../../support/probe.ts';
import { serveSnmp } from '../../support/snmp-teller.ts';
import type { Objects, SnmpTeller, Value } from '../../support/snmp-teller.ts';
import { inShort } from '../../support/web.ts';
import type { Written } from '../../support/web.ts';

const table = '1.3.6.1.2.1.2.2.1';
const extended = '1.3.6.1.2.1.31.1.1.1';
const columns = {
  upTime: '1.3.6.1.2.1.1.3.0',
  admin: `${table}.7`,
  oper: `${table}.8`,
  speed: `${table}.5`,
  name: `${extended}.1`,
  alias: `${extended}.18`,
  mbit: `${extended}.15`,
  anew: `${extended}.19`,
  inOctets: `${extended}.6`,
  inPackets: `${extended}.7`,
  outOctets: `${extended}.10`,
  outPackets: `${extended}.11`,
  inErrors: `${table}.14`,
  outErrors: `${table}.20`,
  inDiscards: `${table}.13`,
  outDiscards: `${table}.19`,
  narrowInOctets: `${table}.10`,
  narrowInPackets: `${table}.11`,
} as const;
type Column = keyof typeof columns;
type Row = Partial<Record<Column, Value | undefined>>;

const healthy: Row = {
  upTime: 100_000,
  admin: 1,
  oper: 1,
  mbit: 1_000,
  anew: 0,
  name: 'eth0',
  alias: 'Gitoyen',
  inOctets: 1_000_000n,
  outOctets: 2_000_000n,
  inPackets: 10_000n,
  outPackets: 10_000n,
  inErrors: 5,
  outErrors: 0,
  inDiscards: 0,
  outDiscards: 0,
};
/** The same ten seconds later, on a link that is used to a hundredth. */
const later: Row = {
  ...healthy,
  upTime: 101_000,
  inOctets: 13_500_000n,
  outOctets: 2_000_000n,
  inPackets: 20_000n,
};

const objectsOf = (row: Row, index = 3): Objects =>
  Object.fromEntries(
    Object.entries({ ...row, ...others(index) }).flatMap(([column, value]) => {
      if (value === undefined) return [];
      const oid = columns[column as Column];
      return [[column === 'upTime' ? oid : oid === undefined ? column : `${oid}.${index}`, value] as const];
    }),
  );
const others = (index: number): Objects => ({
  [`${extended}.1.${index - 1}`]: 'other',
  [`${extended}.1.${index + 1}`]: 'another',
  [`${extended}.2.1`]: 0,
});

const ask = async (
  { port }: SnmpTeller,
  {
    written = {},
    before = {},
    timeoutMs = 10_000,
  }: { written?: Written; before?: Facts; timeoutMs?: number } = {},
): Promise<Outcome> => {
  const options = {
    host: '127.0.0.1',
    port,
    community: new Secret('open-sesame'),
    interface: { name: 'eth0' },
  };
  return runCheck(snmp, { ...options, ...written }, { before, timeoutMs });
};
const askOnce = async (row: Row, more: Parameters<typeof ask>[1] = {}): Promise<Outcome> => {
  await using agent = await serveSnmp(objectsOf(row));
  return await ask(agent, more);
};
/** What a second probe sees. */
const askTwice = async (first: Row, second: Row, written: Written = {}): Promise<Outcome> => {
  await using agent = await serveSnmp(objectsOf(first));
  const { facts: before } = await ask(agent);
  agent.tell(objectsOf(second));
  return await ask(agent, { before, written });
};

describe('an interface', () => {
  test('is found by its name or its alias, wherever it is', async () => {
    for (const written of [{}, { interface: { alias: 'Gitoyen' } }]) {
      const outcome = await askOnce(healthy, { written });
      expect(outcome).toMatchObject({
        kind: 'ok',
        facts: { ifIndex: 3, up: 1, status: 'up', speedMbit: 1_000 },
      });
      expect(Object.keys(outcome.phasesUs)).toEqual(['reply']);
    }
  });

  test('is asked for directly where it was last, and looked for when it is not there', async () => {
    await using agent = await serveSnmp(objectsOf(healthy));
    const { facts: before } = await ask(agent);
    const askedFirst = agent.asked();
    await ask(agent, { before });
    expect(agent.asked() - askedFirst).toBe(2);
    agent.tell(objectsOf(healthy, 9));
    expect(await ask(agent, { before })).toMatchObject({ kind: 'ok', facts: { ifIndex: 9 } });
  });

  test('is found among thousands, which are read in batches', async () => {
    const crowd = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`${extended}.1.${index + 1}`, `eth-${index}`] as const),
    );
    await using agent = await serveSnmp({ ...crowd, ...objectsOf(healthy, 2_000) });
    expect(await ask(agent)).toMatchObject({ kind: 'ok', facts: { ifIndex: 2_000 } });
    expect(agent.asked()).toBeLessThan(50);
  });

  test.for<[Row, Written, string]>([
    [{ oper: 2 }, {}, 'fail link_down'],
    [{ oper: 6 }, {}, 'fail link_down'],
    [{ oper: 7 }, {}, 'fail link_down'],
    [{ oper: 4 }, {}, 'ok'],
    [{ oper: undefined }, {}, 'fail link_down'],
    [{ oper: 2, admin: 2 }, {}, 'warn link_down'],
    [{ name: 'eth1' }, {}, 'fail bad_answer'],
    [{ name: 'eth0 ' }, {}, 'fail bad_answer'],
    [{ mbit: 100 }, { speed: 1_000 }, 'warn bad_value'],
    [{ mbit: 1_000 }, { speed: 1_000 }, 'ok'],
    [{ mbit: undefined, speed: 100_000_000 }, { speed: 1_000 }, 'warn bad_value'],
    [{ mbit: undefined }, { speed: 1_000 }, 'ok'],
  ])('that is %o, with %j: %s', async ([row, written, seen]) => {
    expect(inShort(await askOnce({ ...healthy, ...row }, { written }))).toBe(seen);
  });
});

describe('between two probes', () => {
  test('counters become rates, by the clock of the agent', async () => {
    const { kind, facts } = await askTwice(healthy, later);
    expect(kind).toBe('ok');
    expect(facts).toMatchObject({
      inBitsPerSecond: 10_000_000,
      outBitsPerSecond: 0,
      utilisationRatio: 0.01,
      errorRatio: 0,
    });
  });

  test.for<[Row, Written, string]>([
    [{ inOctets: 1_063_500_000n }, {}, 'ok'],
    [{ inOctets: 1_063_500_100n }, {}, 'warn saturated'],
    [{ outOctets: 1_064_500_001n }, {}, 'warn saturated'],
    [{ inOctets: 640_000_000n }, { utilisation: '50%' }, 'warn saturated'],
    [{ inErrors: 15 }, {}, 'ok'],
    [{ inErrors: 16 }, {}, 'warn loss'],
    [{ outDiscards: 11 }, {}, 'warn loss'],
    [{ inDiscards: 100 }, { errors: '2%' }, 'ok'],
    [{ inPackets: 10_098n, inErrors: 6 }, {}, 'ok'],
  ])('what is %o, with %j: %s', async ([row, written, seen]) => {
    expect(inShort(await askTwice(healthy, { ...later, ...row }, written))).toBe(seen);
  });

  test.for<[string, Row, Row]>([
    ['the router was rebooted', healthy, { ...later, upTime: 500, inOctets: 100n }],
    ['the counters began anew', healthy, { ...later, anew: 100_500, inOctets: 100n }],
    ['nothing was counted since', healthy, { ...later, upTime: 100_000 }],
  ])('no rate is told when %s', async ([, first, second]) => {
    const { kind, facts } = await askTwice(first, second, { utilisation: '1%' });
    expect(kind).toBe('ok');
    expect(facts).not.toHaveProperty('inBitsPerSecond');
    expect(facts).not.toHaveProperty('errorRatio');
  });

  const narrow = {
    ...healthy,
    inOctets: undefined,
    outOctets: undefined,
    inPackets: undefined,
    outPackets: undefined,
  };
  test('a counter of 32 bits may go round', async () => {
    const { facts } = await askTwice(
      { ...narrow, narrowInOctets: 2 ** 32 - 500_000 },
      { ...narrow, upTime: 101_000, narrowInOctets: 12_000_000 },
    );
    expect(facts['inBitsPerSecond']).toBe(10_000_000);
  });

  test('a counter of 64 bits may go round', async () => {
    const { facts } = await askTwice(
      { ...healthy, inOctets: 2n ** 64n - 2_048_000n },
      { ...later, inOctets: 10_452_000n },
    );
    expect(facts['inBitsPerSecond']).toBe(10_000_000);
  });

  test('errors go round too, at 2^32', async () => {
    const { facts } = await askTwice({ ...healthy, inErrors: 2 ** 32 - 1 }, { ...later, inErrors: 9 });
    expect(facts['errorRatio']).toBeCloseTo(10 / 10_010, 9);
  });

  test('a counter that was set back and did not say so is no traffic', async () => {
    const { kind, facts } = await askTwice(healthy, { ...later, inOctets: 100n, inErrors: 0 });
    expect(kind).toBe('ok');
    expect(facts).not.toHaveProperty('inBitsPerSecond');
    expect(facts).not.toHaveProperty('errorRatio');
  });
});

describe('an agent', () => {
  test('that is silent is no evidence about its interfaces', async () => {
    await using agent = await serveSnmp({}, () => undefined);
    const outcome = await ask(agent, { timeoutMs: 200 });
    expect(outcome).toMatchObject({ kind: 'invalid', cause: 'self_no_source', evidence: /does not answer/ });
  });

  test('that loses one datagram is asked again', async () => {
    let lost = false;
    await using agent = await serveSnmp(objectsOf(healthy), (reply) => {
      const isFirst = !lost;
      lost = true;
      return isFirst ? undefined : reply;
    });
    expect((await ask(agent)).kind).toBe('ok');
  });

  test('that is not there says so at once', async () => {
    const agent = await serveSnmp({});
    await agent[Symbol.asyncDispose]();
    const outcome = await ask(agent);
    expect(outcome).toMatchObject({ kind: 'invalid', cause: 'self_no_source', evidence: /refused/ });
    expect(outcome.totalUs).toBeLessThan(2_000_000);
  });

  test('whose interfaces go round in circles is soon left', async () => {
    const circle = { [`${extended}.1.5`]: 'a', [`${extended}.1.4`]: 'b' };
    let turn = 0;
    await using agent = await serveSnmp(circle, (reply) => {
      turn += 1;
      // 5 after 5, for ever.
      return turn > 1
        ? Buffer.from(reply.toString('latin1').replace('\x02\x01\x04', '\x02\x01\x05'), 'latin1')
        : reply;
    });
    expect(inShort(await ask(agent, { timeoutMs: 3_000 }))).toMatch(
      /^(?:fail bad_answer|invalid self_no_source)$/,
    );
    expect(turn).toBeLessThan(10);
  });

  test('does not get to see its community in evidence', async () => {
    await using agent = await serveSnmp(objectsOf(healthy), (reply) =>
      Buffer.from(reply.toString('latin1').replace('open-sesame', 'open-sesamE'), 'latin1'),
    );
    const outcome = await ask(agent);
    expect(inShort(outcome)).toBe('invalid self_no_source');
    expect(JSON.stringify(outcome)).not.toMatch(/sesam/i);
  });
});

describe('options', () => {
  const good = { host: '192.0.2.1', interface: { name: 'eth0' } };
  const key = { key: new Secret('long enough') };
  test.for<[Written, boolean]>([
    [{ community: new Secret('c') }, true],
    [{ user: 'vigie' }, true],
    [{ user: 'vigie', auth: key }, true],
    [{ user: 'vigie', auth: { ...key, protocol: 'sha' }, privacy: { ...key, protocol: 'des' } }, true],
    [{}, false],
    [{ community: new Secret('c'), user: 'vigie' }, false],
    [{ community: new Secret('c'), auth: key }, false],
    [{ user: 'vigie', privacy: key }, false],
    [{ user: 'vigie', auth: { key: new Secret('short') } }, false],
    [{ user: 'vigie', auth: { ...key, protocol: 'rot13' } }, false],
    [{ community: new Secret('c'), interface: {} }, false],
    [{ community: new Secret('c'), interface: { name: 'a', alias: 'b' } }, false],
    [{ community: new Secret('c'), errors: '0%' }, false],
  ])('%o: %s', ([written, isRight]) => {
    expect(snmp.options.safeParse({ ...good, ...written }).success).toBe(isRight);
  });
});
