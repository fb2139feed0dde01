// Checks whose probes take their time whatever the target does: what is written naturally works, and nothing is taken that never can.
import { describe, expect, test } from 'vitest';
import { checkTypes } from '../../../checks/index.ts';
import type { ActiveCheck } from '../../../checks/lib/contract.ts';
import type { CheckConfig } from '../../../config/config.ts';
import { load as loadText, problemsOf } from '../../support/configuration.ts';

const load = (check: string, more = '') =>
  loadText(
    `organisation: { name: Globenet, timezone: Europe/Paris }
${more}
services:
  - id: net
    name: Net
    checks:
      - ${check}`,
    { checkTypes },
  );

const ping: ActiveCheck = checkTypes.ping;

/** How long all packets of a probe take, the wait for the last included, and the time-out. */
const timesOf = ({ options, timeoutMs }: CheckConfig): { takesMs: number; timeoutMs: number } => {
  const key = ping.round!.key(options, timeoutMs);
  const [count = 0, periodMs = 0, waitMs = 0] = key.split('/').map(Number);
  return { takesMs: (count - 1) * periodMs + waitMs, timeoutMs };
};

describe('a ping that is written as one would', () => {
  test.for([
    ['{ type: ping, host: a }', ''],
    ['{ type: ping, host: a }', 'defaults: { every: 5s }'],
    ['{ type: ping, host: a }', 'defaults: { every: 1s }'],
    ['{ type: ping, host: a }', 'defaults: { every: 1m, timeout: 2s }'],
    ['{ type: ping, host: a, timeout: 1s }', ''],
    ['{ type: ping, host: a, count: 100 }', ''],
    ['{ type: ping, host: a, count: 1, every: 2s }', ''],
    ['{ type: ping, host: a, period: 500ms, every: 8s }', ''],
    ['{ type: ping, host: a, count: 20, period: 1s, every: 1m }', 'defaults: { timeout: 3s }'],
  ] as const)('%s %s fits its time-out', ([check, more]) => {
    const loaded = load(check, more);
    expect(problemsOf(loaded)).toEqual([]);
    const times = timesOf(loaded.config!.services[0]!.checks[0]!);
    expect(times.takesMs).toBeGreaterThan(0);
    expect(times.takesMs).toBeLessThan(0.95 * times.timeoutMs);
  });

  test('fits as a witness, though witnesses are probed every ten seconds', () => {
    const loaded = load('{ type: ping, host: b }', 'witnesses: [{ type: ping, host: a }]');
    const { takesMs, timeoutMs } = timesOf(loaded.config!.witnesses[0]!);
    expect(timeoutMs).toBe(5_000);
    expect(takesMs).toBeLessThan(0.95 * timeoutMs);
  });
});

test.for([
  [
    '{ type: ping, host: a, period: 500ms, timeout: 3s }',
    '',
    'vigie.yaml:7:56 services[0].checks[0].timeout: found "3s", expected at least 7.3 s, which a probe with these options takes',
  ],
  [
    '{ type: ping, host: a, period: 500ms, every: 5s }',
    '',
    'vigie.yaml:7:54 services[0].checks[0].every: found an interval of 5 s, expected more than the 7.3 s that a probe with these options takes',
  ],
  [
    '{ type: ping, host: a, period: 500ms }',
    'defaults: { every: 5s }',
    'vigie.yaml:7:9 services[0].checks[0].every: found an interval of 5 s, expected more than the 7.3 s that a probe with these options takes',
  ],
  [
    '{ type: ping, host: a, count: 100, timeout: 1s }',
    '',
    'vigie.yaml:7:53 services[0].checks[0].timeout: found "1s", expected at least 2.5 s, which a probe with these options takes',
  ],
  [
    '{ type: ping, host: a, every: 5s, timeout: 9s }',
    '',
    'vigie.yaml:7:52 services[0].checks[0].timeout: found "9s", expected less than the interval of 5 s',
  ],
] as const)('%s %s is refused', ([check, more, problem]) => {
  expect(problemsOf(load(check, more))).toEqual([problem]);
});

test('a check knows for which causes it is asked at once, where its type says so', () => {
  const checkOf = (check: string) => load(check).config!.services[0]!.checks[0]!;
  expect(checkOf('{ type: path, host: a }').askedOn).toEqual(checkTypes.path.askedOn);
  expect(checkTypes.path.askedOn).toContain('loss');
  expect(checkOf('{ type: tcp, host: a, port: 1 }')).not.toHaveProperty('askedOn');
});
