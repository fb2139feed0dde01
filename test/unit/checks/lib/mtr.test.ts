import { afterAll, expect, test } from 'vitest';
import { createPath } from '../../../../checks/path.ts';
import { makeMtr } from '../../../support/mtr-teller.ts';
import { runCheck } from '../../../support/probe.ts';
import { inShort } from '../../../support/web.ts';

const mtr = makeMtr();
afterAll(() => mtr[Symbol.dispose]());
const host = '192.0.2.9';
const run = (timeoutMs = 10_000) => runCheck(createPath(mtr.command), { host }, { timeoutMs });

test.for<[string, string]>([
  ['mtr: udp socket connect failed: Network is unreachable', 'invalid self_no_network'],
  ['mtr: Failure to open IPv4 sockets: Permission denied', 'invalid self_misconfigured'],
  ['mtr: Failure to start mtr-packet: Invalid argument', 'invalid self_misconfigured'],
  ['mtr: non-root users cannot request an interval < 1.0 seconds', 'invalid self_misconfigured'],
  ['mtr: something else', 'invalid self_bug'],
  ['', 'invalid self_bug'],
])('mtr that fails with "%s" is %s', async ([errors, seen]) => {
  mtr.tell('', { exitCode: 1, errors });
  expect(inShort(await run())).toBe(seen);
});

test('mtr that prints no JSON is a bug', async () => {
  mtr.tell('Start: today\n');
  expect(inShort(await run())).toBe('invalid self_bug');
});

test.for<[string, string]>([
  ['{"toString":0}', 'ok'],
  ['[[]]', 'ok'],
  ['"40"', 'warn loss'],
  ['1e999', 'ok'],
])('mtr that tells %s as the loss is %s', async ([loss, seen]) => {
  mtr.tell(`{"report":{"hubs":[{"host":"${host}","Loss%":${loss},"Avg":{"valueOf":0}}]}}`);
  expect(inShort(await run())).toBe(seen);
});

test('mtr that prints without end is ended', async () => {
  mtr.tell('x'.repeat(1_500_000));
  expect((await run()).kind).toBe('invalid');
});

test('mtr that does not end in time says nothing about the way', async () => {
  mtr.hang();
  expect(inShort(await run(200))).toBe('invalid self_misconfigured');
});

test('mtr that is not installed says what to install', async () => {
  const outcome = await runCheck(createPath('/nowhere/mtr'), { host });
  expect(outcome).toMatchObject({
    kind: 'invalid',
    cause: 'self_misconfigured',
    evidence: 'mtr is not installed; on Debian: apt install mtr-tiny',
  });
});
