// The whole program on a network of real daemons: whatever happens to one of them is told as it is, from when it began,
// wherever one can read it; and nothing is told of the others.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Cause } from '../../checks/lib/outcome.ts';
import mariadb from '../../checks/mariadb.ts';
import postgresql from '../../checks/postgresql.ts';
import { Secret } from '../../config/secret.ts';
import type { Result } from '../../server/core/result.ts';
import { historyOf } from '../support/history.ts';
import type { History } from '../support/history.ts';
import { account } from '../support/mariadb.ts';
import { canNetwork, configurationOf, startNetwork, token } from '../support/network.ts';
import type { Network } from '../support/network.ts';
import { typicalPhasesUs } from '../support/phases.ts';
import { runCheck } from '../support/probe.ts';
import { expectTold } from '../support/told.ts';
import type { Trouble } from '../support/told.ts';
import { startVigie, undated, vigieCommand } from '../support/vigie.ts';
import type { RunningVigie } from '../support/vigie.ts';

const services = ['web', 'mariadb', 'postgresql', 'names', 'mail', 'uplink', 'backups', 'requests'];
const checks = ['site', 'certificate', ...services.slice(1)];
/** How late a crowded machine may be. */
const slackMs = 1_500;
const patience = { timeout: 25_000, interval: 200 };

interface Fault extends Trouble {
  readonly make: () => unknown;
  readonly mend: () => unknown;
}

const fault = (
  service: string,
  [state, cause, slowPart]: readonly [Fault['state'], Cause, Fault['slowPart']?],
  make: Fault['make'],
  mend: Fault['mend'],
): Fault => {
  const checks = service !== 'web' ? [service] : state === 'down' ? ['site', 'certificate'] : ['site'];
  return { service, state, cause, ...(slowPart && { slowPart }), checks, make, mend };
};

describe.skipIf(!canNetwork)('a network', () => {
  let net: Network;
  let vigie: RunningVigie;
  let history: History;
  const endured: Fault[] = [];

  beforeAll(async () => {
    net = await startNetwork();
    const databases = {
      mariadb: [mariadb, net.mariadb.port],
      postgresql: [postgresql, net.postgres.port],
    } as const;
    const commitMs = { mariadb: 0, postgresql: 0 };
    for (const [engine, [check, port]] of Object.entries(databases)) {
      const options = { host: '127.0.0.1', port, password: new Secret(account.password) };
      const normalUs = await typicalPhasesUs(() => runCheck(check, options));
      commitMs[engine as keyof typeof databases] = Math.round(normalUs['commit']! / 1_000) + 35;
    }
    vigie = await startVigie(join(net.folder, 'vigie'), configurationOf(net, commitMs));
    history = historyOf(vigie.database);
  });
  afterAll(async () => {
    await vigie?.end();
    await net?.[Symbol.asyncDispose]();
  });

  const ping = (signal: string) =>
    fetch(`http://127.0.0.1:${vigie.publicPort}/heartbeat/${token}/${signal}`, { method: 'POST' });
  const untilUp = () =>
    vi.waitFor(async () => {
      const { services: seen } = await vigie.status();
      expect(seen.map(({ id, state }) => [id, state])).toEqual(services.map((id) => [id, 'up']));
    }, patience);

  /** Makes the faults, waits until they are told, mends them; all others go on as if nothing had happened. */
  const endure = async (faults: readonly Fault[], meanwhile = async () => {}): Promise<void> => {
    endured.push(...faults);
    const spared = async () =>
      undated((await vigie.status()).services).filter(({ id }) =>
        faults.every(({ service }) => service !== id),
      );
    const before = await spared();
    const made = await timed(faults, ({ make }) => make());
    let mended: typeof made;
    try {
      await vi.waitFor(async () => {
        const { services: seen } = await vigie.status();
        expect(seen.filter(({ extent }) => extent === 'partial')).toEqual([]);
        for (const { service, state } of faults)
          expect(seen.find(({ id }) => id === service)).toMatchObject({ id: service, state });
      }, patience);
      await expectTold(vigie, faults, checks);
      await meanwhile();
    } finally {
      mended = await timed(faults, ({ mend }) => mend());
    }
    await untilUp();
    expect(await spared()).toEqual(before);
    const { outages } = await vigie.status();
    for (const { service, state, cause } of faults) {
      const [everyMs, timeoutMs] = service === 'uplink' ? [4_000, 3_500] : [2_000, 1_800];
      const outage = outages.find((one) => one.service === service && one.state === state)!;
      expect(outage).toMatchObject({ cause });
      for (const [at, { from, to }] of [
        [outage.startedAt, made.get(service)!],
        [outage.endedAt!, mended.get(service)!],
      ] as const) {
        // A probe that had begun before may already tell.
        expect(at, service).toBeGreaterThanOrEqual(from - timeoutMs);
        expect(at, service).toBeLessThanOrEqual(to + everyMs + slackMs);
      }
      const { confirmedAt } = history.outages('service', service).findLast((one) => one.state === state)!;
      expect(confirmedAt - made.get(service)!.to, service).toBeLessThanOrEqual(3 * (everyMs + timeoutMs));
    }
  };

  test('that is well is up as a whole', async () => {
    await ping('done');
    await untilUp();
    await expectTold(vigie, [], checks);
    expect(await vigie.page('fr')).toContain('Tout fonctionne.');
    expect(await vigie.page('en')).toContain('Everything works.');
  });

  test.for([
    ['site', 'http, IPv4', ['connect', 'tls', 'first-byte', 'transfer']],
    ['certificate', 'tls, IPv4', ['connect', 'tls']],
    ['mariadb', 'mariadb, IPv4', ['connect', 'auth', 'query', 'read', 'write', 'commit']],
    ['postgresql', 'postgresql, IPv4', ['connect', 'auth', 'query', 'read', 'write', 'commit']],
    ['names', 'dns, IPv4', ['reply']],
    ['mail', 'tcp, IPv4', ['connect', 'dialogue']],
    ['uplink', 'ping, IPv4', ['rtt']],
    ['requests', 'value, IPv4', ['connect', 'first-byte', 'transfer']],
  ] as const)('is probed by hand: vigie run %s', async ([check, kind, phases]) => {
    const { code, output } = await vigieCommand('run', check, '--config', vigie.config);
    expect(output).toMatch(
      new RegExp(
        `^${check} \\(${kind}\\): good\n${phases.map((phase) => ` +${phase} +[\\d.]+ ms.*\n`).join('')} +total`,
      ),
    );
    // Instants are dates.
    expect(output).not.toMatch(/\d{13}/);
    expect(code).toBe(0);
  });

  test('whose web, PostgreSQL and names have ended, and whose uplink is cut', () =>
    endure([
      fault('web', ['down', 'refused'], net.web.kill, net.web.start),
      fault('postgresql', ['down', 'refused'], net.postgres.kill, net.postgres.start),
      fault('names', ['down', 'refused'], net.names.kill, net.names.start),
      fault('uplink', ['down', 'timeout_reply'], () => net.uplink.drop(), net.uplink.heal),
    ]));

  test('whose MariaDB, mail and requests have ended, and whose backup has failed', () =>
    endure([
      fault('mariadb', ['down', 'refused'], net.mariadb.kill, net.mariadb.start),
      fault('mail', ['down', 'refused'], net.banner.leave, net.banner.comeBack),
      fault(
        'backups',
        ['down', 'job_failed'],
        () => ping('fail'),
        () => ping('done'),
      ),
      fault('requests', ['down', 'refused'], net.requests.kill, net.requests.start),
    ]));

  test('whose web, PostgreSQL and mail hang', () =>
    endure([
      fault('web', ['down', 'timeout_tls'], net.web.pause, net.web.resume),
      fault('postgresql', ['down', 'timeout_reply'], net.postgres.pause, net.postgres.resume),
      fault(
        'mail',
        ['down', 'timeout_reply'],
        () => net.banner.be('silent'),
        () => net.banner.be('well'),
      ),
    ]));

  test('whose MariaDB, names and requests hang', () =>
    endure([
      fault('mariadb', ['down', 'timeout_reply'], net.mariadb.pause, net.mariadb.resume),
      fault('names', ['down', 'timeout_reply'], net.names.pause, net.names.resume),
      fault('requests', ['down', 'timeout_reply'], net.requests.pause, net.requests.resume),
    ]));

  test('whose web and mail are slow, whose uplink loses packets, and where requests pile up', () =>
    endure([
      fault('web', ['degraded', 'slow'], net.web.slow, net.web.fast),
      fault(
        'mail',
        ['degraded', 'slow'],
        () => net.banner.be('slow'),
        () => net.banner.be('well'),
      ),
      fault('uplink', ['degraded', 'loss'], () => net.uplink.drop('numgen inc mod 5 < 2'), net.uplink.heal),
      fault(
        'requests',
        ['degraded', 'bad_value'],
        () => net.requests.wait(50),
        () => net.requests.wait(3),
      ),
    ]));

  test('whose databases write 40 ms slower is slow in the commit, and nowhere else', async () => {
    const slow = ['degraded', 'slow', 'writing'] as const;
    await endure(
      [
        fault(
          'mariadb',
          slow,
          () => net.mariadb.delayFsync(40),
          () => net.mariadb.delayFsync(0),
        ),
        fault(
          'postgresql',
          slow,
          () => net.postgres.delayFsync(40),
          () => net.postgres.delayFsync(0),
        ),
      ],
      async () => {
        for (const check of ['mariadb', 'postgresql']) {
          const { finding, startedAt } = history.outages('check', check).at(-1)!;
          expect(finding).toMatchObject({ cause: 'slow', phase: 'commit' });
          const results = history.results(check);
          const [since, before] = [
            results.filter(({ at }) => at >= startedAt),
            results.filter(({ at, grade }) => at < startedAt && grade === 'good'),
          ];
          const ratio = (phase: string) => medianUs(since, phase) / medianUs(before, phase);
          expect(medianUs(since, 'commit')).toBeGreaterThan(40_000);
          for (const phase of ['connect', 'query']) {
            expect(ratio(phase), phase).toBeLessThan(ratio('commit') / 2);
            expect(medianUs(since, phase), phase).toBeLessThan(medianUs(since, 'commit') / 4);
            const last = await vigie.metric('vigie_probe_phase_last_seconds', { check, phase });
            const commit = await vigie.metric('vigie_probe_phase_last_seconds', { check, phase: 'commit' });
            expect(commit).toBeGreaterThan(0.04);
            expect(last, phase).toBeLessThan(commit! / 4);
          }
        }
      },
    );
  });

  test('of which one probe fails goes on as if nothing had happened', async () => {
    const before = await vigie.status();
    const since = ({ at }: Result) => at > before.generatedAt;
    const failed = () =>
      history
        .results('mail')
        .filter(({ grade }) => grade === 'bad')
        .filter(since);
    net.banner.cutNext();
    await vi.waitFor(() => expect(failed()).toMatchObject([{ cause: 'reset' }]), patience);
    const goodAfter = () => history.results('mail').filter(({ at }) => at > failed()[0]!.at);
    await vi.waitFor(() => expect(goodAfter().length).toBeGreaterThan(2), patience);
    expect(failed()).toHaveLength(1);
    const after = await vigie.status();
    expect(undated(after.services)).toEqual(undated(before.services));
    expect(after.outages).toEqual(before.outages);
  });

  test('has in its history what it endured, and nothing else', () => {
    for (const service of services) {
      const outages = history.outages('service', service);
      // What hangs and goes on answers late for a moment.
      const own = outages.filter(({ startedAt }, i) => outages[i - 1]?.end?.at !== startedAt);
      expect(own.map(({ state, finding }) => [service, state, finding.cause])).toEqual(
        endured.filter((one) => one.service === service).map(({ state, cause }) => [service, state, cause]),
      );
      expect(outages.every(({ end }) => end !== undefined)).toBe(true);
    }
    expect(vigie.log().filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});

const timed = async (faults: readonly Fault[], act: (fault: Fault) => unknown) => {
  const when = new Map<string, { readonly from: number; readonly to: number }>();
  await Promise.all(
    faults.map(async (one) => {
      const from = Date.now();
      await act(one);
      when.set(one.service, { from, to: Date.now() });
    }),
  );
  return when;
};

const medianUs = (results: readonly Result[], phase: string): number =>
  results
    .flatMap(({ phasesUs }) => phasesUs[phase] ?? [])
    .toSorted((a, b) => a - b)
    .at(Math.floor(results.length / 2)) ?? Number.NaN;
