// What block lists say of a mail server, and what they say when it is not about it: Knot has the lists, Unbound asks them.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import dnsbl from '../../../checks/dnsbl.ts';
import { blockListZone, testPoints } from '../../support/block-list-zone.ts';
import type { Entries } from '../../support/block-list-zone.ts';
import { catalogue } from '../../support/catalogue.ts';
import type { Fault } from '../../support/catalogue.ts';
import { canKnot, startKnot } from '../../support/knot.ts';
import { runCheck } from '../../support/probe.ts';
import { canUnbound, startUnbound } from '../../support/unbound.ts';

const lists = ['block.test', 'other.test'] as const;
const ours = { ipv4: '192.0.2.25', ipv6: '2001:db8::25' };

/** Zones of both lists, of which the first has more, or another code for everybody. */
const zones = (more: Entries = {}, everybody?: string) => ({
  'block.test': blockListZone(
    'block.test',
    { ...(everybody === undefined && testPoints), ...more },
    everybody,
  ),
  'other.test': blockListZone('other.test', testPoints),
});

const startLists = async () => {
  const knot = await startKnot(zones());
  const upstreams = Object.fromEntries(lists.map((list) => [list, knot.port]));
  return { knot, unbound: await startUnbound({ upstreams }) };
};
type Lists = Awaited<ReturnType<typeof startLists>>;

const stopLists = async ({ knot, unbound }: Lists) => {
  await unbound[Symbol.asyncDispose]();
  await knot[Symbol.asyncDispose]();
};

const options = ({ unbound }: Lists, asked: readonly string[] = lists) => ({
  server: '127.0.0.1',
  port: unbound.port,
  hosts: Object.values(ours),
  lists: asked,
});

const listed = { state: 'degraded', cause: 'listed' } as const;

const saying = (
  fault: string,
  served: Readonly<Record<string, string>>,
  expected: Fault<Lists>['expected'],
  probes?: number,
): Fault<Lists> => ({
  fault,
  inject: ({ knot }) => knot.serve(served),
  mend: ({ knot }) => knot.serve(zones()),
  expected,
  ...(probes !== undefined && { probes }),
});

const spam = { code: '127.0.0.4', reason: 'sends spam' };
const both = (more: Entries) => ({
  ...zones(more),
  'other.test': blockListZone('other.test', { ...testPoints, ...more }),
});
const empty = { ...zones(), 'block.test': blockListZone('block.test', {}) };

describe.skipIf(!canKnot || !canUnbound)('Knot and Unbound', () => {
  catalogue<Lists>({
    type: 'dnsbl',
    start: startLists,
    stop: stopLists,
    check: (rig) => ({ type: 'dnsbl', ...options(rig), every: '15s', timeout: '4s' }),
    faults: [
      saying('our IPv4 address is listed', zones({ [ours.ipv4]: spam }), listed),
      saying('our IPv6 address is listed', zones({ [ours.ipv6]: spam }), listed),
      saying(
        'both addresses are listed, by both lists',
        both({ [ours.ipv4]: spam, [ours.ipv6]: spam }),
        listed,
      ),
      saying('our address is listed as a policy', zones({ [ours.ipv4]: { code: '127.0.0.10' } }), listed),
      saying(
        'our address is listed, and the other list refuses us',
        { ...zones({ [ours.ipv4]: spam }), 'other.test': blockListZone('other.test', {}, '127.255.255.254') },
        listed,
      ),
      saying(
        'our address is listed, and the other list is given up',
        { ...zones({ [ours.ipv4]: spam }), 'other.test': blockListZone('other.test', {}) },
        listed,
      ),
      saying('our address is listed for a moment', zones({ [ours.ipv4]: spam }), 'nothing', 2),
      saying('a neighbour is listed', zones({ '192.0.2.26': spam, '2001:db8::26': spam }), 'nothing'),
      saying('a list refuses our resolver', zones({}, '127.255.255.254'), 'nothing'),
      saying('a list has had enough of us', zones({}, '127.255.255.255'), 'nothing'),
      saying('a list that was given up lists everybody', zones({}, '127.0.0.2'), 'nothing'),
      saying('a list that was sold answers with a web server', zones({}, '203.0.113.80'), 'nothing'),
      saying('a list is empty, without its test point', empty, 'nothing'),
    ],
  });

  describe('a probe', () => {
    let rig: Lists;
    beforeAll(async () => {
      rig = await startLists();
    });
    afterAll(() => stopLists(rig));

    test('believes lists that work, of either family', async () => {
      expect(await runCheck(dnsbl, options(rig))).toMatchObject({
        kind: 'ok',
        facts: { addresses: 2, listings: 0, listsBelieved: 2 },
      });
    });

    test('tells the reason of a listing', async () => {
      rig.knot.serve(zones({ [ours.ipv4]: spam }));
      expect(await runCheck(dnsbl, options(rig))).toMatchObject({
        cause: 'listed',
        evidence: '192.0.2.25 is listed in block.test (127.0.0.4): sends spam',
      });
    });

    test('says that it is us whom the only list refuses', async () => {
      rig.knot.serve(zones({}, '127.255.255.254'));
      expect(await runCheck(dnsbl, options(rig, ['block.test']))).toMatchObject({
        kind: 'invalid',
        cause: 'self_misconfigured',
        evidence: expect.stringMatching(/^no list can be believed: block\.test refuses us .*open resolver/),
      });
      rig.knot.serve(zones());
    });

    test('says that it is our resolver that is silent', async () => {
      rig.unbound.pause();
      const outcome = await runCheck(dnsbl, options(rig), { timeoutMs: 500 });
      rig.unbound.resume();
      expect(outcome).toMatchObject({ kind: 'invalid', cause: 'self_no_resolver' });
    });
  });
});
