// What holds for every check type, whatever its peer does. A new type brings its sample options and passes.
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { checkTypes } from '../../../checks/index.ts';
import { Deadline } from '../../../checks/lib/contract.ts';
import type { ActiveCheck, CheckType, Probe } from '../../../checks/lib/contract.ts';
import { causes, evidenceCharsMax, factsMax, printable, selfCauses } from '../../../checks/lib/outcome.ts';
import type { Outcome } from '../../../checks/lib/outcome.ts';
import { createResolver } from '../../../checks/lib/resolver.ts';
import { Stopwatch } from '../../../checks/lib/timing.ts';
import { faults, startFaultyServer } from '../../support/faulty-server.ts';
import type { FaultName, FaultyServer } from '../../support/faulty-server.ts';
import { canary, sampleOptions } from '../../support/sample-options.ts';
import type { Peer, Written } from '../../support/sample-options.ts';
import { settled, until, waitInTurns } from '../../support/turns.ts';

const types = Object.entries(checkTypes) as [keyof typeof checkTypes, CheckType][];
const activeTypes = types.filter(
  (entry): entry is [keyof typeof checkTypes, ActiveCheck] => entry[1].kind === 'active',
);
/** Sockets, pipes and processes that are open, sorted. */
const openThings = (): string[] =>
  process
    .getActiveResourcesInfo()
    .filter((name) => name !== 'Timeout' && name !== 'Immediate')
    .toSorted();
let quiet: readonly string[] = [];
beforeAll(async () => {
  // What was opened to load this file may not be closed yet.
  await settled(() => openThings().length);
  quiet = openThings();
});

const nowhere: Peer = { host: '127.0.0.1', port: 1 };

describe.for(types)('%s', ([name, type]) => {
  const samples = sampleOptions[name];

  test('has sample options, and they are right', () => {
    expect(samples(nowhere).length).toBeGreaterThan(0);
    for (const sample of samples(nowhere)) expect(type.options.safeParse(sample).error).toBeUndefined();
  });

  test('refuses an option it does not know, and names it', () => {
    for (const sample of samples(nowhere)) {
      const { error } = type.options.safeParse({ ...sample, 'not-an-option': 1 });
      expect(error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys: ['not-an-option'] }]);
    }
  });

  test('says what it is and what each option does', () => {
    expect(type.title).toMatch(/^\S.*\S$/);
    expect(type.summary).toMatch(/^[A-Z].*\.$/);
    const { properties = {} } = z.toJSONSchema(type.options, { io: 'input', unrepresentable: 'any' });
    for (const [option, schema] of Object.entries(properties))
      expect(schema, option).toHaveProperty('description', expect.stringMatching(/^[A-Z].*\.$/s));
  });

  test('is slow in phases that it has', () => {
    const phases = [...type.phases, 'total'];
    for (const phase of Object.keys(type.slowMs)) expect(phases).toContain(phase);
    for (const slowMs of Object.values(type.slowMs)) expect(slowMs).toBeLessThan(type.defaults.timeoutMs);
    expect(type.defaults.timeoutMs).toBeLessThan(type.defaults.everyMs);
  });
});

describe.for(activeTypes)('%s against a peer', ([name, type]) => {
  // All at once: most of the time is spent in waiting.
  test('ends with its signal, in an outcome, and leaves nothing open, whatever the peer does', async () => {
    const attempts = (Object.keys(faults) as FaultName[]).map((fault) =>
      each(fault, sampleOptions[name], async (sample, peer) => {
        expectSound(await runUntil(new Deadline(deadlineMs), type, sample), type);
        await atOnce(peer.allClosed(), 'the check left a connection open');
      }).catch((cause: Error) => {
        throw new Error(`against a peer that ${fault}: ${cause.message}`, { cause });
      }),
    );
    await Promise.all(attempts);
    await until(() => openThings().join() === quiet.join());
    expect(openThings()).toEqual(quiet);
  });

  test('that says nothing, has no outcome once we stop', async () => {
    await each('accepts and says nothing', sampleOptions[name], async (sample) => {
      const running = runUntil(new Error('we stop'), type, sample);
      // A check that wants to hear nothing is done before.
      const end = await running.then(({ kind }) => kind).catch((error: Error) => error.message);
      expect(['ok', 'we stop']).toContain(end);
    });
  });

  test('that is not there, says so', async () => {
    const [sample] = sampleOptions[name](nowhere);
    expectSound(await runUntil(new Deadline(deadlineMs), type, sample), type);
  });
});

describe.for(activeTypes.filter(([, { round }]) => round !== undefined))('%s in rounds', ([name, type]) => {
  test('gives an outcome a job', async () => {
    const stop = new AbortController();
    const jobs = sampleOptions[name](nowhere).map((sample) => ({
      options: type.options.parse(sample),
      probe: probeUntil(stop.signal),
    }));
    const outcomes = (await type.round?.run([...jobs, ...jobs])) ?? [];
    expect(outcomes.length).toBe(2 * jobs.length);
    for (const outcome of outcomes) expectSound(outcome, type);
  });
});

/** All samples at once, each with a peer of its own. */
const each = async (
  fault: FaultName,
  samples: (peer: Peer) => readonly Written[],
  attempt: (sample: Written | undefined, peer: FaultyServer) => Promise<void>,
): Promise<void> => {
  const indexes = samples(nowhere).keys();
  await Promise.all(
    indexes.map(async (index) => {
      await using peer = await startFaultyServer(fault);
      await attempt(samples(peer)[index], peer);
    }),
  );
};

const deadlineMs = 100;
const soonMs = 500;

const probeUntil = (signal: AbortSignal): Probe => ({
  family: 4,
  signal,
  timeoutMs: 10_000,
  turn: 0,
  before: {},
  now: Date.now,
  timing: new Stopwatch(() => performance.now()),
  resolver: createResolver({ servers: [], timeoutMs: 1_000 }),
});

/** Aborts a probe that has not ended after a while, and rejects when it then does not end at once. */
const runUntil = async (reason: Error, type: ActiveCheck, written: unknown): Promise<Outcome> => {
  const stop = new AbortController();
  let ended = false;
  const running = type.run(type.options.parse(written), probeUntil(stop.signal)).finally(() => {
    ended = true;
  });
  const late = async () => {
    await waitInTurns(deadlineMs);
    // What has ended is not helped to close what it left open.
    if (ended) return running;
    stop.abort(reason);
    return atOnce(running, 'the check did not end with its signal');
  };
  return Promise.race([running, late()]);
};

const atOnce = <Value>(promise: Promise<Value>, complaint: string): Promise<Value> => {
  const late = async () => {
    await waitInTurns(soonMs);
    throw new Error(complaint);
  };
  return Promise.race([promise, late()]);
};

const expectSound = (outcome: Outcome, type: ActiveCheck): void => {
  if (outcome.kind !== 'ok') {
    expect([...causes, ...selfCauses]).toContain(outcome.cause);
    expect(outcome.evidence).toBe(printable(outcome.evidence));
    expect(outcome.evidence.length).toBeLessThanOrEqual(evidenceCharsMax);
  }
  for (const [phase, us] of Object.entries(outcome.phasesUs)) {
    expect(type.phases).toContain(phase);
    expect(us).toBe(Math.max(0, Math.round(us)));
  }
  expect(Object.keys(outcome.facts).length).toBeLessThanOrEqual(factsMax);
  for (const fact of Object.values(outcome.facts))
    expect(fact).toBe(typeof fact === 'string' ? printable(fact) : fact);
  expect(JSON.stringify(outcome)).not.toContain(canary);
};
