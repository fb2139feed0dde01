// No way to a host: is it our own machine that has none, or a router on the way? Over TCP both say the same.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canLink, far, makeLink } from '../support/link.ts';
import type { Link } from '../support/link.ts';

describe.skipIf(!canLink)('a connection', () => {
  let link: Link;
  beforeAll(() => {
    link = makeLink();
    link.near(`route add 198.19.0.0/24 via ${far[4]}`);
    link.near(`-6 route add fd00:19::/64 via ${far[6]}`);
    link.forward();
  });
  afterAll(() => link?.[Symbol.dispose]());

  test.for([
    [4, '198.19.0.7', 'fail', 'unreachable', 'a router knows no way to 198.19.0.7 port 80'],
    [6, 'fd00:19::7', 'fail', 'unreachable', 'a router knows no way to fd00:19::7 port 80'],
    [4, '203.0.113.1', 'invalid', 'self_no_network', /^no route to 203\.0\.113\.1 port 80 from here/],
    [6, '2001:db8::1', 'invalid', 'self_no_network', /^no route to 2001:db8::1 port 80 from here/],
  ] as const)('over IPv%i to %s is %s %s', async ([family, host, kind, cause, evidence]) => {
    const outcome = await link.probe('tcp', { host, port: 80 }, { family });
    expect(outcome).toMatchObject({
      kind,
      cause,
      evidence: typeof evidence === 'string' ? evidence : expect.stringMatching(evidence),
    });
  });
});
