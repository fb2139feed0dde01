// The program is a script of ours that says what fping would: real echoes are in the lab.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPing } from '../../../checks/ping.ts';
import { makeProbe, runCheck } from '../../support/probe.ts';
import { until } from '../../support/turns.ts';

const folder = mkdtempSync(join(tmpdir(), 'vigie-ping-'));
afterAll(() => rmSync(folder, { recursive: true }));

let scripts = 0;
/** A program that runs these lines of shell. */
const program = (lines: string): string => {
  scripts += 1;
  const path = join(folder, `fping-${scripts}`);
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return path;
};
const saying = (lines: string, exitCode = 0): string =>
  program(`cat >&2 <<'END'\n${lines}\nEND\nexit ${exitCode}`);

describe('what came back', () => {
  test('is told as median, spread, jitter and loss', async () => {
    const check = createPing(saying('192.0.2.1 : 1.00 - 3.00 2.00 2.50 9.00 2.00 2.00 2.00 2.00', 1));
    expect(await runCheck(check, { host: '192.0.2.1' })).toMatchObject({
      kind: 'warn',
      cause: 'loss',
      evidence: '1 of 10 packets to 192.0.2.1 were lost',
      phasesUs: { rtt: 2_000 },
      facts: {
        sent: 10,
        received: 9,
        lossRatio: 0.1,
        minUs: 1_000,
        p90Us: 9_000,
        maxUs: 9_000,
        jitterUs: 2_125,
      },
    });
  });

  test.for([
    ['1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0', {}, 'ok', undefined],
    ['1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 -', {}, 'warn', 'loss'],
    ['1.0 1.0 1.0 1.0 -', {}, 'warn', 'loss'],
    ['- - - - 1.0', {}, 'warn', 'loss'],
    ['- - - - -', {}, 'fail', 'timeout_reply'],
    ['1.0 1.0 1.0 1.0 -', { degraded: '21%' }, 'ok', undefined],
    ['1.0 1.0 - - -', { failed: '60%' }, 'fail', 'loss'],
    ['1.0 1.0 1.0 - -', { failed: '60%' }, 'warn', 'loss'],
  ] as const)('%s under %o is %s', async ([sums, loss, kind, cause]) => {
    const outcome = await runCheck(createPing(saying(`127.0.0.1 : ${sums}`)), { host: '127.0.0.1', loss });
    expect([outcome.kind, 'cause' in outcome ? outcome.cause : undefined]).toEqual([kind, cause]);
  });

  test('names the router that says there is no way', async () => {
    const notice = 'ICMP Host Unreachable from 192.0.2.254 for ICMP Echo sent to 192.0.2.9';
    const check = createPing(saying(`${notice}\n${notice}\n\n192.0.2.9 : - - -`, 1));
    expect(await runCheck(check, { host: '192.0.2.9' })).toMatchObject({
      kind: 'fail',
      cause: 'unreachable',
      evidence: '192.0.2.9: ICMP Host Unreachable from 192.0.2.254',
    });
  });
});

describe('a prober that cannot ping is no evidence', () => {
  test.for([
    [join(folder, 'nowhere'), 'fping is not installed; on Debian: apt install fping'],
    [
      saying("fping: can't create socket (must run as root?)", 4),
      /^fping may not open a socket, it needs CAP_NET_RAW/,
    ],
    [folder, /^fping cannot be started/],
  ] as const)('%s', async ([path, evidence]) => {
    expect(await runCheck(createPing(path), { host: '127.0.0.1' })).toMatchObject({
      kind: 'invalid',
      cause: 'self_misconfigured',
      evidence: expect.stringMatching(evidence),
    });
  });

  test.for([
    ['an exit code that fping does not have for results', saying('fping: these options are too risky', 3)],
    ['an output without the target', saying('a line of another kind')],
    ['an output that does not end', program('exec cat /dev/zero >&2')],
  ] as const)('%s is a bug of ours', async ([, path]) => {
    expect(await runCheck(createPing(path), { host: '127.0.0.1' })).toMatchObject({
      kind: 'invalid',
      cause: 'self_bug',
    });
  });

  test('packets that do not fit into the time-out say nothing about the target', async () => {
    const outcome = await runCheck(
      createPing(program('exec sleep 60')),
      { host: '127.0.0.1' },
      { timeoutMs: 50 },
    );
    expect(outcome).toMatchObject({ kind: 'invalid', cause: 'self_misconfigured' });
  });
});

describe('the process', () => {
  const record = join(folder, 'record');
  const recording = program(
    `echo "$@" >> ${record}; env | sort >> ${record}.env; for a; do echo "$a : 1.0 2.0" >&2; done`,
  );
  beforeAll(() => void (process.env['VIGIE_TEST_SECRET'] = 'hunter2'));
  afterAll(() => void delete process.env['VIGIE_TEST_SECRET']);

  test('is one for all targets of a round, and gets addresses only, after a --', async () => {
    const check = createPing(recording);
    const jobs = ['127.0.0.1', 'localhost', '::1', '127.0.0.2'].map((host) => ({
      options: check.options.parse({ host, count: 2, period: '20ms' }),
      probe: makeProbe(),
    }));
    const outcomes = await check.round!.run(jobs);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['ok', 'ok', 'fail', 'ok']);
    expect(readFileSync(record, 'utf8')).toBe('-4 -C2 -p20 -b56 -t2000 -r0 -B1 -i1 -- 127.0.0.1 127.0.0.2\n');
    expect(readFileSync(`${record}.env`, 'utf8')).not.toContain('hunter2');
  });

  test('hurries where the time is short', async () => {
    const check = createPing(recording);
    await runCheck(check, { host: '127.0.0.3' }, { timeoutMs: 2_000 });
    expect(readFileSync(record, 'utf8')).toContain('-C10 -p88 -b56 -t1000 -r0 -B1 -i1 -- 127.0.0.3\n');
  });

  test('is the same round for the same packets only', () => {
    const check = createPing();
    const key = (written: object, timeoutMs = 10_000) =>
      check.round!.key(check.options.parse({ host: 'a.example', ...written }), timeoutMs);
    expect(key({ host: 'b.example', loss: { degraded: '50%' } })).toBe(key({}));
    for (const other of [{ count: 5 }, { period: '1s' }, { size: 1_000 }])
      expect(key(other)).not.toBe(key({}));
    expect(key({}, 9_000)).toBe(key({}));
    expect(key({}, 2_000)).not.toBe(key({}));
  });

  test('dies with its signal, and a probe that is stopped has no outcome', async () => {
    const pidFile = join(folder, 'pid');
    const check = createPing(program(`echo $$ > ${pidFile}; exec sleep 60`));
    const stop = new AbortController();
    const running = runCheck(check, { host: '127.0.0.1' }, { stopping: stop.signal });
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'));
    stop.abort(new Error('we stop'));
    await expect(running).rejects.toThrow('we stop');
    expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow('ESRCH');
  });
});

test.for([
  [{ host: 'a.example', loss: { degraded: '0%' } }, 'a percentage above 0% and up to 100%'],
  [{ host: 'a.example', loss: { failed: 20 } }, 'a percentage such as 20%'],
  [
    { host: 'a.example', loss: { degraded: '50%', failed: '20%' } },
    'no more than the loss from which it has failed',
  ],
  [{ host: 'a.example', count: 0 }, 'a number of packets from 1 to 100'],
  [{ host: 'a.example', count: 100, period: '1s' }, 'no more packets than are sent in 60 s'],
  [{ host: '-a.example;id' }, 'a host name or an address, without scheme or port'],
] as const)('options %o are refused: %s', ([written, message]) => {
  expect(createPing().options.safeParse(written).error?.issues[0]?.message).toBe(message);
});
