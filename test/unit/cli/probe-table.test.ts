// What `vigie run` shows of a probe.
import { expect, test } from 'vitest';
import { causes, selfCauses } from '../../../checks/lib/outcome.ts';
import type { Facts, Outcome } from '../../../checks/lib/outcome.ts';
import { probeTable } from '../../../server/cli/probe-table.ts';
import { whereToLook } from '../../../server/cli/where-to-look.ts';
import { grade } from '../../../server/core/result.ts';
import { makeCheck, seriesKey } from '../../support/watch.ts';

const check = makeCheck('site', { slowMs: { connect: 300 } });
const told = (outcome: Outcome, family: 4 | 0 = 4): readonly string[] => {
  const series = seriesKey('site', family);
  const graded = grade({ series, startedAt: 0, outcome, tainted: false }, check.slowMs);
  return probeTable(check, { series, outcome, graded }).split('\n');
};
const measured = { phasesUs: { connect: 1_400 }, totalUs: 12_000, facts: {} };

test('of a good probe: its phases in their order and its facts, in two columns', () => {
  const facts = { certificateDaysLeft: 89, software: 'Postfix' };
  expect(told({ kind: 'ok', ...measured, facts })).toEqual([
    'site (tcp, IPv4): good',
    '  connect                 1.40 ms',
    '  total                  12.00 ms',
    '  certificate days left  89',
    '  software               Postfix',
    '',
  ]);
});

test('of a bad one: the cause, what was seen, and where to look', () => {
  const outcome = { kind: 'fail', cause: 'refused', evidence: '192.0.2.1 port 80 refused', ...measured };
  expect(told(outcome as Outcome, 0).slice(0, 3)).toEqual([
    'site (tcp): bad: refused, 192.0.2.1 port 80 refused',
    `  ${whereToLook.refused}`,
    '  connect   1.40 ms',
  ]);
});

test('of a slow one: which phase it was, and its limit', () => {
  const lines = told({ kind: 'ok', ...measured, phasesUs: { connect: 300_010 }, totalUs: 400_000 });
  expect(lines.slice(0, 4)).toEqual([
    'site (tcp, IPv4): poor: slow, connect took 300 ms, slow above 300 ms',
    `  ${whereToLook.slow}`,
    '  connect  300.01 ms   slow above 300 ms',
    '  total    400.00 ms',
  ]);
});

test.for<[Facts, string]>([
  [{ certificateExpiresAt: Date.UTC(2027, 1, 19, 8) }, 'certificate expires at  2027-02-19 08:00:00 UTC'],
  [{ valueAt: 9e15 }, 'value at  9000000000000000'],
  [{ p90Us: 65 }, 'p90    0.07 ms'],
  [{ upTimeMs: 10_015_000 }, 'up time  10015.0 s'],
  [{ pathLossRatio: 0.125 }, 'path loss  12.5 %'],
  [{ resolverVouches: true }, 'resolver vouches  yes'],
  [{ truncated: false }, 'truncated  no'],
  [{ retransmissions: 2 }, 'retransmissions  2'],
  [{ 'session.gitoyen-1': 'down' }, 'session gitoyen-1  down'],
  [{ 'session.192.0.2.1': 'Active' }, 'session 192.0.2.1  Active'],
  [{ 'session.RouteAt': 'Active' }, 'session RouteAt  Active'],
  [{ changedAt: 'never' }, 'changed at  never'],
])('the fact %j is "%s"', ([facts, line]) => {
  const squeezed = told({ kind: 'ok', ...measured, facts }).map((told) => told.replace(/ {2,}/g, ' ').trim());
  expect(squeezed).toContain(line.replace(/ {2,}/g, ' '));
});

test.for([...causes, ...selfCauses])('%s says where to look, in one line of a terminal', (cause) => {
  expect(whereToLook[cause]).toMatch(/\b[Ll]ook |tell its developers/);
  expect(whereToLook[cause]).toMatch(/^[A-Z].{20,110}\.$/);
});
