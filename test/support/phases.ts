// What the phases of a check are like on this machine at this moment: tests compare with that, never with a number.
import { expect } from 'vitest';
import type { Outcome } from '../../checks/lib/outcome.ts';

const probesOfATypical = 7;

/** The median of every phase, in microseconds, over some probes that all go well. */
export const typicalPhasesUs = async (probe: () => Promise<Outcome>): Promise<Record<string, number>> => {
  const seen = new Map<string, number[]>();
  for (let count = 0; count < probesOfATypical; count += 1) {
    const outcome = await probe();
    expect(outcome).toMatchObject({ kind: 'ok' });
    for (const [phase, us] of Object.entries(outcome.phasesUs))
      seen.set(phase, [...(seen.get(phase) ?? []), us]);
  }
  return Object.fromEntries([...seen].map(([phase, us]) => [phase, median(us)]));
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
