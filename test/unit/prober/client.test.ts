// The prober's thread, as the main one has it: what it is told, and what becomes of it when it dies.
import type { Worker } from 'node:worker_threads';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Condition } from '../../../server/core/fitness.ts';
import type { Prober } from '../../../server/app/ports.ts';
import { startProber } from '../../../server/prober/client.ts';
import { startTarget } from '../../support/target.ts';
import type { Target } from '../../support/target.ts';
import { makeCheck, seriesKey } from '../../support/watch.ts';

const patience = { timeout: 20_000, interval: 20 };

let target: Target;
beforeEach(async () => {
  target = await startTarget();
  return () => target.leave();
});

const probing = (id: string) =>
  makeCheck(id, {
    schedule: { kind: 'every', everyMs: 100 },
    timeoutMs: 1_000,
    options: { host: '127.0.0.1', port: target.port },
  });

/** Not due before this test is over. */
const rare = (id: string) => ({ ...probing(id), schedule: { kind: 'every', everyMs: 86_400_000 } as const });

class Fixture {
  readonly threads: Worker[] = [];
  readonly events: string[] = [];
  readonly prober: Prober;
  /** Checks that it reported of, in the order of their reports. */
  reported: string[] = [];
  readonly conditions: Condition[] = [];

  constructor(drainMsMax = 20_000) {
    const notice = (worker: Worker) => void this.threads.push(worker);
    process.on('worker', notice);
    onTestFinished(() => void process.off('worker', notice));
    const log = (event: string) => void this.events.push(event);
    this.prober = startProber({
      log: { info: log, warn: log, error: log },
      reports: (reports) =>
        this.reported.push(...reports.map(({ series, outcome }) => `${series.check} ${outcome.kind}`)),
      counts: () => {},
      condition: (condition) => void this.conditions.push(condition),
      drainMsMax,
    });
    onTestFinished(() => this.prober.drain());
  }

  async hearsOf(...checks: readonly string[]): Promise<void> {
    this.reported = [];
    const expected = new Set(checks.map((id) => `${id} ok`));
    await vi.waitFor(() => expect(new Set(this.reported)).toEqual(expected), patience);
  }
}

test('probes what it is assigned, and reports', async () => {
  const fixture = new Fixture();
  fixture.prober.assign([probing('site')], []);
  await fixture.hearsOf('site');
  fixture.prober.assign([probing('mail'), probing('files')], []);
  await vi.waitFor(() => expect(fixture.reported).toContain('mail ok'), patience);
  await fixture.hearsOf('mail', 'files');
});

test('says how it is itself', async () => {
  const fixture = new Fixture();
  await vi.waitFor(() => expect(fixture.conditions.length).toBeGreaterThan(0), patience);
  expect(fixture.conditions[0]).toMatchObject({
    elapsedMs: expect.any(Number) as unknown,
    clockStepMs: expect.any(Number) as unknown,
    families: expect.any(Array) as unknown,
  });
});

test('probes once more when it is asked to', async () => {
  const fixture = new Fixture();
  fixture.prober.assign([rare('rare')], []);
  fixture.prober.recheck(seriesKey('rare'), 0);
  await fixture.hearsOf('rare');
});

test('a thread that crashes is said, and followed by one that does the same work', async () => {
  const fixture = new Fixture();
  fixture.prober.assign([probing('site')], []);
  await fixture.hearsOf('site');
  // No such check type: a bug, which ends the thread.
  fixture.threads[0]?.postMessage({ kind: 'assign', checks: [{ type: 'nonsense' }], resolvers: [] });
  await vi.waitFor(() => expect(fixture.threads).toHaveLength(2), patience);
  expect(fixture.events).toContain('prober.died');
  await fixture.hearsOf('site');
});

test('what is assigned while no thread lives is what the next one does', async () => {
  const fixture = new Fixture();
  fixture.prober.assign([probing('site')], []);
  await fixture.hearsOf('site');
  await fixture.threads[0]?.terminate();
  fixture.prober.assign([probing('mail')], []);
  await fixture.hearsOf('mail');
  expect(fixture.threads).toHaveLength(2);
});

/** Probes a target that says nothing, until somebody sits there. */
const waitOnSilence = async ({ prober }: Fixture, timeoutMs: number): Promise<void> => {
  target.be('silent');
  const silent = rare('silent');
  const options = { ...silent.options, dialogue: [{ expect: '^220' }] };
  prober.assign([{ ...silent, options, timeoutMs }], []);
  prober.recheck(seriesKey('silent'), 0);
  await vi.waitFor(() => expect(target.guests()).toBe(1), patience);
};

test('a drain lets the probe under way end and report, and starts nothing more', async () => {
  const fixture = new Fixture();
  await waitOnSilence(fixture, 1_000);
  await fixture.prober.drain();
  expect(fixture.reported).toEqual(['silent fail']);
  await vi.waitFor(() => expect(target.guests()).toBe(0), patience);
  expect(fixture.threads).toHaveLength(1);
});

test('a drain ends a probe that takes too long for it, and says nothing of it', async () => {
  const fixture = new Fixture(500);
  await waitOnSilence(fixture, 3_600_000);
  await fixture.prober.drain();
  expect([fixture.reported, fixture.events]).toEqual([[], []]);
  await vi.waitFor(() => expect(target.guests()).toBe(0), patience);
});

test('a drain does not wait for a thread that has died, and none follows it', async () => {
  const fixture = new Fixture();
  fixture.prober.assign([probing('site')], []);
  await fixture.hearsOf('site');
  await fixture.threads[0]?.terminate();
  await fixture.prober.drain();
  expect(fixture.threads).toHaveLength(1);
});

test('a check that cannot say why, or is not probed, explains nothing', async () => {
  const fixture = new Fixture();
  fixture.prober.assign([probing('site')], []);
  expect(await fixture.prober.explain('site', 'small')).toBeUndefined();
  expect(await fixture.prober.explain('elsewhere', 'full')).toBeUndefined();
});

test('who is asked why answers beside the probes, and not at all when the thread dies meanwhile', async () => {
  const fixture = new Fixture();
  const database = makeCheck('db', {
    type: 'mariadb',
    schedule: { kind: 'every', everyMs: 86_400_000 },
    options: { host: '127.0.0.1', port: target.port, write: true, explain: { user: 'explainer' } },
  });
  target.be('silent');
  fixture.prober.assign([database, probing('site')], []);
  const never = fixture.prober.explain('db', 'full');
  await vi.waitFor(() => expect(target.guests()).toBeGreaterThan(0), patience);
  await fixture.threads[0]?.terminate();
  expect(await never).toBeUndefined();
  expect(await fixture.prober.explain('db', 'full')).toBeUndefined();
  await vi.waitFor(() => expect(fixture.threads).toHaveLength(2), patience);
  await fixture.hearsOf('site');
  await target.leave();
  expect(await fixture.prober.explain('db', 'full')).toMatchObject({ engine: 'mariadb', cause: 'refused' });
});
