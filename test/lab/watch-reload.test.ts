// Another configuration, while Vigie runs.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { historyOf } from '../support/history.ts';
import type { History } from '../support/history.ts';
import { installed } from '../support/installed.ts';
import { serviceOf, startTarget } from '../support/target.ts';
import type { Target } from '../support/target.ts';
import { startVigie, undated } from '../support/vigie.ts';
import type { RunningVigie } from '../support/vigie.ts';

const watching = (...services: readonly string[]) =>
  ['defaults: { every: 2s, timeout: 1s, confirm: { over: 2s, recheck: 1s } }', 'services:', ...services].join(
    '\n',
  );
const patience = { timeout: 30_000, interval: 100 };
const hangingMax = 200;

describe('a running Vigie', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-reload-'));
  let site: Target;
  let mail: Target;
  let vigie: RunningVigie;
  let history: History;
  beforeAll(async () => {
    [site, mail] = await Promise.all([startTarget(), startTarget()]);
    vigie = await startVigie(folder, watching(serviceOf('site', site), serviceOf('mail', mail)));
    history = historyOf(vigie.database);
    await untilUp('site', 'mail');
  });
  afterAll(async () => {
    await vigie.end();
    await Promise.all([site.leave(), mail.leave()]);
    rmSync(folder, { recursive: true });
  });
  const untilUp = (...ids: readonly string[]) =>
    vi.waitFor(async () => {
      const { services } = await vigie.status();
      expect(services.map(({ id, state }) => [id, state])).toEqual(ids.map((id) => [id, 'up']));
    }, patience);
  const untilProbed = (check: string, after: number) =>
    vi.waitFor(() => expect(history.results(check).at(-1)!.at).toBeGreaterThan(after), patience);
  /** Does what makes Vigie read its configuration again, and waits until it has. */
  const reload = async (result: 'taken' | 'refused', act: () => unknown) => {
    const count = async () => (await vigie.metric('vigie_config_reloads_total', { result })) ?? 0;
    const before = await count();
    act();
    await vi.waitFor(async () => expect(await count()).toBe(before + 1), patience);
    expect(await vigie.metric('vigie_config_last_reload_successful')).toBe(result === 'taken' ? 1 : 0);
  };

  test('keeps the old configuration when the new one is wrong, and says every problem', async () => {
    const { services } = await vigie.status();
    const wrong = 'services:\n  - { id: Site, name: Site, checks: [ { type: tpc } ] }\n';
    await reload('refused', () => vigie.reconfigure(wrong));
    expect(vigie.log().findLast(({ event }) => event === 'config.refused')).toMatchObject({
      problems: [
        expect.stringMatching(/vigie\.yaml:5:11 services\[0\]\.id: found "Site"/),
        expect.stringMatching(/vigie\.yaml:5:47 services\[0\]\.checks\[0\]\.type: found "tpc"/),
      ],
    });
    await untilProbed('mail', Date.now());
    expect(undated((await vigie.status()).services)).toEqual(undated(services));
  });

  test('takes what has changed, and forgets what is gone', async () => {
    const [kept] = undated((await vigie.status()).services);
    const right = watching(serviceOf('site', site), serviceOf('new', mail));
    await reload('taken', () => vigie.reconfigure(right));
    await untilUp('site', 'new');
    expect(undated((await vigie.status()).services)[0]).toEqual(kept);
    const metrics = await vigie.metrics();
    expect(metrics).toContain('check="new"');
    // Metrics that check types share have names of their own, in which the word may stand.
    expect(metrics).not.toMatch(/="mail/);
    expect(await vigie.page()).not.toContain('mail');
    expect(history.outages('check')).toEqual([]);
  });

  test('keeps its addresses and its database until a restart, and says so', async () => {
    const body = watching(serviceOf('site', site), serviceOf('new', mail));
    await reload('taken', () => vigie.reconfigure(body, { data: join(folder, 'elsewhere') }));
    expect(vigie.log().filter(({ event }) => event === 'config.needs-restart')).toMatchObject([
      { key: 'data', advice: 'restart Vigie: until then the old data holds' },
    ]);
    await reload('taken', () => vigie.reconfigure(body));
    await untilProbed('site', Date.now());
    expect(vigie.log().filter(({ event }) => event === 'config.needs-restart')).toHaveLength(1);
  });

  test('reads it again at SIGHUP, though nothing has changed', async () => {
    await reload('taken', () => vigie.child().kill('SIGHUP'));
    expect(await vigie.metric('vigie_probes_total', { check: 'site', result: 'good' })).toBeGreaterThan(0);
    await untilUp('site', 'new');
  });

  test.skipIf(!installed('promtool'))('has metrics that promtool finds nothing wrong with', async () => {
    const lint = { input: await vigie.metrics(), encoding: 'utf8', stdio: 'pipe' } as const;
    expect(execFileSync('promtool', ['check', 'metrics'], lint)).toBe('');
  });

  test('probes the healthy on time, however many others hang', async () => {
    const sockets = () =>
      readdirSync(`/proc/${vigie.child().pid}/fd`).filter((fd) => isSocket(vigie.child().pid!, fd)).length;
    await using silent = await startTarget();
    silent.be('silent');
    const hanging = Array.from({ length: hangingMax }, (_, i) => serviceOf(`hanging-${i}`, silent));
    await untilProbed('site', Date.now());
    const before = sockets();
    vigie.reconfigure(watching(serviceOf('site', site), ...hanging));
    await vi.waitFor(() => expect(silent.guests()).toBeGreaterThan(hangingMax / 4), patience);
    const since = Date.now();
    const open = () => history.outages('check').filter(({ end }) => end === undefined);
    await vi.waitFor(() => expect(open()).toHaveLength(hangingMax), patience);
    await untilProbed('site', Date.now());

    const results = history.results('site').filter(({ at }) => at > since);
    const gaps = results.slice(1).map(({ at }, i) => at - results[i]!.at);
    expect(gaps.length).toBeGreaterThan(1);
    expect(Math.max(...gaps)).toBeLessThan(4_000);
    expect(results.map(({ grade }) => grade)).not.toContain('bad');
    vigie.reconfigure(watching(serviceOf('site', site)));
    await untilUp('site');
    await vi.waitFor(() => expect(silent.guests()).toBe(0), patience);
    await vi.waitFor(() => expect(sockets()).toBeLessThanOrEqual(before), patience);
  });
});

const isSocket = (pid: number, fd: string): boolean => {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
  } catch {
    // Closed meanwhile.
    return false;
  }
};
