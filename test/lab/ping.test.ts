// Real echoes over a cable that loses packets: drops are counted, not drawn by lot, so that every run is the same.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { installed } from '../support/installed.ts';
import { canLink, far, makeLink } from '../support/link.ts';
import type { Link } from '../support/link.ts';

const requests = 'meta l4proto { icmp, icmpv6 } @th,0,8 { 8, 128 }';

describe.skipIf(!canLink || !installed('fping'))('ping', () => {
  let link: Link;
  beforeAll(() => {
    link = makeLink();
  });
  afterAll(() => link[Symbol.dispose]());
  afterEach(() => link.heal());
  const ping = (written: Readonly<Record<string, unknown>> = {}, family: 4 | 6 = 4) =>
    link.probe('ping', { host: far[family], count: 20, period: '20ms', ...written }, { family });

  test.for([4, 6] as const)('a host that answers over IPv%i is fine', async (family) => {
    const outcome = await ping({}, family);
    expect(outcome).toMatchObject({ kind: 'ok', facts: { sent: 20, received: 20, lossRatio: 0 } });
    expect(outcome.phasesUs['rtt']).toBeGreaterThan(0);
    expect(Object.keys(outcome.phasesUs)).toEqual(['rtt']);
  });

  test.for([
    ['one packet', 20, 'numgen inc mod 20 == 7', 'ok', 19],
    ['five per cent', 100, 'numgen inc mod 20 == 7', 'ok', 95],
    ['thirty per cent', 20, 'numgen inc mod 10 < 3', 'warn', 14],
  ] as const)('when %s is lost, of %i', async ([, count, condition, kind, received]) => {
    link.drop(`${requests} ${condition}`);
    const outcome = await ping({ count });
    expect(outcome).toMatchObject({ kind, facts: { received } });
    if (kind === 'warn') expect(outcome).toMatchObject({ cause: 'loss' });
  });

  test('IPv6 can be dead while IPv4 is fine', async () => {
    link.drop('meta l4proto icmpv6');
    expect((await ping({}, 6)).kind).toBe('fail');
    expect((await ping({}, 4)).kind).toBe('ok');
  });

  test('a host that reboots loses what was sent meanwhile, and nothing before and after', async () => {
    link.drop(`${requests} numgen inc mod 40 10-29`);
    expect(await ping({ count: 40 })).toMatchObject({
      kind: 'warn',
      cause: 'loss',
      facts: { sent: 40, received: 20, lossRatio: 0.5 },
    });
    link.heal();
    expect((await ping()).kind).toBe('ok');
  });

  test('a router that knows no way is named', async () => {
    link.near(`route add 198.19.0.0/24 via ${far[4]}`);
    link.far('route add prohibit 198.19.0.0/24');
    link.forward();
    expect(await ping({ host: '198.19.0.7' })).toMatchObject({
      kind: 'fail',
      cause: 'unreachable',
      evidence: expect.stringMatching(/^198\.19\.0\.7: ICMP .* from 198\.18\.0\.2$/),
    });
  });

  test('a machine without a route of its own is no evidence about the host', async () => {
    const lonely = { host: '203.0.113.1', count: 2, period: '20ms' };
    expect(await link.probe('ping', lonely)).toMatchObject({ kind: 'invalid', cause: 'self_no_network' });
  });
});
