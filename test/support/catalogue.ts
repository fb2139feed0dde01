// A catalogue of faults: what goes wrong with a real daemon, and what Vigie must then say. A fault costs some probes of
// real time, not minutes; see `JudgedCheck`.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Cause } from '../../checks/lib/outcome.ts';
import { JudgedCheck } from './judged-check.ts';
import type { Hear } from './judged-check.ts';

export interface Fault<Rig> {
  /** `the daemon is stopped (SIGSTOP)`. */
  readonly fault: string;
  readonly inject: (rig: Rig) => void | Promise<void>;
  /** Back to health, awaited until it is. */
  readonly mend: (rig: Rig) => void | Promise<void>;
  readonly expected: { readonly state: 'down' | 'degraded'; readonly cause: Cause } | 'nothing';
  /** `nothing` only: how many probes the disturbance lasts; without it, it stays (a renewed certificate). */
  readonly probes?: number;
}

export interface Catalogue<Rig> {
  readonly type: string;
  readonly start: () => Promise<Rig>;
  readonly stop: (rig: Rig) => Promise<void>;
  /** The check as it would stand in YAML, without id: `{ type: 'smtp', host: …, every: '15s', timeout: '2s' }`. */
  readonly check: (rig: Rig) => Record<string, unknown>;
  /** For a check that is heard and not probed. */
  readonly hear?: (rig: Rig, ...heard: Parameters<Hear>) => ReturnType<Hear>;
  readonly faults: readonly Fault<Rig>[];
}

/** One line of the table at the end of a run. */
export interface Judged {
  readonly type: string;
  readonly fault: string;
  readonly expected: string;
  readonly got: string;
  /** From the last probe before a fault to its judgement: the longest that one waits for it. Virtual. */
  readonly seconds?: number;
}

declare module 'vitest' {
  interface TaskMeta {
    judged?: Judged;
  }
}

const faultProbesMax = 16;
/** Silence is noticed late, and costs nothing. */
const silenceProbesMax = 60;
/** A disturbance that stays is looked at so often; and whatever is to be silent, once more when it is over. */
const silentProbes = 8;
const testMs = 180_000;

/** Declares one test a fault. They have the rig in turn: healthy before each of them, and healthy again after it. */
export const catalogue = <Rig>({ type, start, stop, check, hear, faults }: Catalogue<Rig>): void => {
  describe(`the faults of ${type}`, () => {
    let rig: Rig;
    beforeAll(async () => {
      rig = await start();
      return () => stop(rig);
    });

    for (const fault of faults) {
      const expected = wordsOf(fault.expected);
      test(`${fault.fault}: ${expected}`, { timeout: testMs }, async ({ task }) => {
        const judged = new JudgedCheck(check(rig), hear && ((...heard) => hear(rig, ...heard)));
        await judged.probeUntil('up', silentProbes);
        expect(judged.last, 'before the fault').toMatchObject({ verdict: 'up' });
        const {
          verdict: got,
          evidence,
          seconds,
        } = await see(fault, rig, judged, hear ? silenceProbesMax : faultProbesMax);
        task.meta.judged = { type, fault: fault.fault, expected, got, ...(seconds && { seconds }) };
        expect(got, evidence).toBe(expected);
        await judged.probeUntil('up', judged.recoveryProbes);
        expect(judged.last, 'after the fault').toMatchObject({ verdict: 'up' });
      });
    }
  });
};

interface Seen {
  readonly verdict: string;
  readonly evidence: string;
  readonly seconds?: number;
}

const see = async <Rig>(
  fault: Fault<Rig>,
  rig: Rig,
  judged: JudgedCheck,
  probesMax: number,
): Promise<Seen> => {
  const { expected, inject, mend, probes = silentProbes } = fault;
  const healthyAtMs = judged.probedAtMs;
  try {
    await inject(rig);
    if (expected === 'nothing') await judged.probeTimes(probes);
    else await judged.probeUntil(wordsOf(expected), probesMax);
  } finally {
    await mend(rig);
  }
  if (expected === 'nothing') {
    await judged.probeTimes(silentProbes);
    return judged.judgements.find(({ verdict }) => verdict !== 'up') ?? { verdict: expected, evidence: '' };
  }
  const { verdict, evidence, atMs } = judged.last;
  return verdict === 'up'
    ? { verdict: 'nothing', evidence }
    : { verdict, evidence, seconds: (atMs - healthyAtMs) / 1_000 };
};

const wordsOf = (expected: Fault<never>['expected']): string =>
  expected === 'nothing' ? expected : `${expected.state} ${expected.cause}`;
