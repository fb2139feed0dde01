// Vigie is killed, stopped or suspended, and goes on as if it had only looked away.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { ledger } from '../../server/core/uptime.ts';
import { historyOf } from '../support/history.ts';
import { installed } from '../support/installed.ts';
import { serviceOf, slowMs, startTarget } from '../support/target.ts';
import { startVigie } from '../support/vigie.ts';

const folder = mkdtempSync(join(tmpdir(), 'vigie-restart-'));
afterAll(() => rmSync(folder, { recursive: true }));
const place = (name: string) => mkdtempSync(join(folder, name));

const watching = (services: readonly string[], pace = 'every: 2s, timeout: 1500ms') =>
  [
    `defaults: { ${pace}, confirm: { over: 2s, recheck: 1s }, recover: { over: 1s, calm: 4s } }`,
    'services:',
    ...services,
  ].join('\n');
const patience = { timeout: 30_000, interval: 100 };

// They wait more than they work.
describe.concurrent('Vigie', () => {
  test('killed in the middle of an outage goes on with the same one, and does not know the gap', async () => {
    await using target = await startTarget();
    await using vigie = await startVigie(place('killed'), watching([serviceOf('site', target)]));
    const history = historyOf(vigie.database);
    const state = async () => (await vigie.status()).services[0]?.state;
    const outage = async () => (await vigie.status()).outages;
    const told = () =>
      vigie.log().flatMap(({ subject, event }) => (subject === 'service:site' ? [event] : []));
    await vi.waitFor(async () => expect(await state()).toBe('up'), patience);
    await target.leave();
    await vi.waitFor(async () => expect(await state()).toBe('down'), patience);
    const [before] = await outage();
    // What was told and not yet noted so would be told again.
    await vi.waitFor(() => expect(told()).toHaveLength(1), patience);
    await vi.waitFor(async () => expect(await vigie.metric('vigie_outbox_untold')).toBe(0), patience);

    await vigie.end('SIGKILL');
    const killedAt = Date.now();
    await sleep(4_000);
    const backAt = Date.now();
    await vigie.start();
    await vi.waitFor(async () => expect(await state()).toBe('down'), patience);
    expect(await outage()).toEqual([{ ...before, seenMs: expect.any(Number) }]);
    expect(await vigie.metric('vigie_check_state', { check: 'site', state: 'down' })).toBe(1);
    expect(await vigie.page()).toMatch(/site\s:\sen\spanne\sdepuis/);

    await target.comeBack();
    await vi.waitFor(async () => expect(await state()).toBe('up'), patience);
    const [after] = await outage();
    expect(await outage()).toEqual([{ ...before, seenMs: expect.any(Number), endedAt: expect.any(Number) }]);
    const spans = history.spans('service', 'site');
    expect(spans.map(({ state }) => state)).toEqual(['unknown', 'up', 'down', 'unknown', 'down', 'up']);
    expect(spans[3]?.since).toBeLessThanOrEqual(killedAt);
    expect(spans[4]?.since).toBeGreaterThanOrEqual(backAt);
    const { startedAt = Number.NaN, endedAt = Number.NaN, seenMs } = after ?? {};
    const { upMs, degradedMs, downMs, unknownMs } = ledger(spans, startedAt, endedAt);
    expect([upMs, degradedMs, downMs + unknownMs]).toEqual([0, 0, endedAt - startedAt]);
    expect(seenMs).toBe(downMs);
    expect(unknownMs).toBeGreaterThanOrEqual(backAt - killedAt);
    await vi.waitFor(
      () => expect(told()).toEqual(['service.outage-opened', 'service.outage-closed']),
      patience,
    );
    expect(history.notables().map(({ key }) => key)).toEqual([
      `check:site@${startedAt}/outage-opened`,
      `service:site@${startedAt}/outage-opened`,
      `check:site@${startedAt}/outage-closed`,
      `service:site@${startedAt}/outage-closed`,
    ]);
  });

  test.skipIf(!installed('fping'))(
    'told to stop lets probes end, writes what they said, and leaves nothing behind',
    async () => {
      await using silent = await startTarget();
      silent.be('silent');
      const echoes =
        '  - { id: echo, name: echo, checks: [ { type: ping, host: 127.0.0.1, count: 30, period: 100ms } ] }';
      const stopped = place('stopped');
      await using vigie = await startVigie(
        stopped,
        watching([serviceOf('silent', silent), echoes], 'every: 6s, timeout: 5s'),
      );
      const { pid = 0 } = vigie.child();
      await vi.waitFor(() => {
        expect(silent.guests()).toBe(1);
        expect(childrenOf(pid)).toHaveLength(1);
      }, patience);
      const [fping = 0] = childrenOf(pid);

      const toldAt = Date.now();
      await vigie.end();
      expect(vigie.child().exitCode).toBe(0);
      expect(vigie.log().at(-1)).toMatchObject({ event: 'vigie.stopped' });
      expect(readdirSync(join(stopped, 'data'))).toEqual(['vigie.db', 'vigie.lock']);
      expect(readdirSync(join(stopped, 'tmp'))).toEqual([]);
      for (const [check, grade] of [
        ['silent', 'bad'],
        ['echo', 'good'],
      ] as const) {
        const last = historyOf(vigie.database).results(check).at(-1);
        expect(last).toMatchObject({ grade });
        expect(last!.at, check).toBeLessThanOrEqual(toldAt);
        expect(last!.at + last!.totalUs / 1_000, check).toBeGreaterThan(toldAt);
      }
      expect(existsSync(`/proc/${fping}`)).toBe(false);
      expect(silent.guests()).toBe(0);
      for (const port of [vigie.publicPort, vigie.privatePort]) await listenOnce(port);
    },
  );

  test('told to stop tells what its last probe decides, and does not tell it again', async () => {
    await using silent = await startTarget();
    silent.be('silent');
    const body = [
      'defaults: { every: 10s, timeout: 3s, confirm: { failures: 1, over: 0s } }',
      'services:',
      serviceOf('silent', silent),
    ].join('\n');
    await using vigie = await startVigie(place('last-word'), body);
    await vi.waitFor(() => expect(silent.guests()).toBe(1), patience);
    await vigie.end();
    const told = () => vigie.log().flatMap(({ subject }) => (subject === undefined ? [] : [subject]));
    expect(told()).toEqual(['check:silent', 'service:silent']);
    await vigie.start();
    await vi.waitFor(async () => expect(await vigie.metric('vigie_outbox_untold')).toBe(0), patience);
    expect(told()).toEqual(['check:silent', 'service:silent']);
  });

  test('suspended in the middle of a probe blames nobody for it, and counts what it missed', async () => {
    await using slow = await startTarget();
    await using quick = await startTarget();
    slow.be('slow');
    await using vigie = await startVigie(
      place('suspended'),
      watching([serviceOf('slow', slow, ', slow: { total: 5s }'), serviceOf('quick', quick)]),
    );
    const history = historyOf(vigie.database);
    const states = async () => (await vigie.status()).services.map(({ state }) => state);
    const missed = async () => (await vigie.metric('vigie_scheduler_missed_total')) ?? 0;
    await vi.waitFor(async () => expect(await states()).toEqual(['up', 'up']), patience);
    const missedBefore = await missed();

    // One that has just begun.
    for (const guests of [0, 1])
      await vi.waitFor(() => expect(slow.guests()).toBe(guests), { timeout: 10_000, interval: slowMs / 20 });
    vigie.child().kill('SIGSTOP');
    const suspendedAt = Date.now();
    await sleep(15_000);
    const resumedAt = Date.now();
    vigie.child().kill('SIGCONT');

    // Both were due seven times in fifteen seconds, and one of these runs is made when it goes on.
    await vi.waitFor(async () => expect(await missed()).toBeGreaterThanOrEqual(missedBefore + 12), patience);
    await vi.waitFor(async () => expect(await states()).toEqual(['up', 'up']), patience);
    const results = history.results('slow').concat(history.results('quick'));
    expect(results.filter(({ grade }) => grade !== 'good' && grade !== 'invalid')).toEqual([]);
    const cut = results.filter(({ at, totalUs }) => at <= suspendedAt && at + totalUs / 1_000 >= resumedAt);
    expect(cut).toHaveLength(1);
    expect(history.outages('check')).toEqual([]);
    expect(history.notables()).toEqual([]);
  });
});

const childrenOf = (pid: number): readonly number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );

const listenOnce = async (port: number): Promise<void> => {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
};
