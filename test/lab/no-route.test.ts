// No way to a host: is it our own machine that has none, or a router on the way? Over TCP both say the same.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canLink, far, makeLink } from '../support/link.ts';
import type { Link } from '../support/link.ts';
import { makeNamespace } from '../support/namespace.ts';
import type { Namespace } from '../support/namespace.ts';

const program = new URL('../support/run-zone.ts', import.meta.url).pathname;

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

// 203.0.113.0/24 is nowhere from a machine that has only itself; at 127.0.0.4 nobody listens.
describe.skipIf(!canLink)('a zone that is asked from a machine without a network', () => {
  let alone: Namespace;
  beforeAll(() => {
    alone = makeNamespace('alone');
  });
  afterAll(() => alone?.[Symbol.dispose]());

  test.for([
    ['203.0.113.1', '203.0.113.2', { kind: 'invalid', cause: 'self_no_network' }],
    ['203.0.113.1', '127.0.0.4', { kind: 'fail', cause: 'unreachable' }],
    ['127.0.0.4', '203.0.113.2', { kind: 'fail', cause: 'refused' }],
    ['127.0.0.2', '203.0.113.2', { kind: 'warn', cause: 'unreachable' }],
  ] as const)('with servers at %s and %s is %o', async ([first, second, outcome]) => {
    const words = ['netns', 'exec', alone.name, process.execPath, program, first, second];
    const { stdout } = await promisify(execFile)('ip', words);
    expect(JSON.parse(stdout)).toMatchObject(outcome);
  });
});
