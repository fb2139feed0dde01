// What a bench says: one object that a machine reads, or lines for a person.
import { availableParallelism, cpus, totalmem } from 'node:os';

export interface Figure {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  /** As `<= 1.3`; a figure without one is for information. */
  readonly goal?: { readonly max: number } | { readonly min: number };
}

export type Bench = (
  progress: (line: string) => void,
  options: { readonly sizes: readonly number[]; readonly checks: number; readonly months: number },
) => Promise<readonly Figure[]>;

const isMet = ({ value, goal }: Figure): boolean =>
  goal === undefined || ('max' in goal ? value <= goal.max : value >= goal.min);

const words = ({ goal }: Figure): string =>
  goal === undefined ? '' : 'max' in goal ? `<= ${goal.max}` : `>= ${goal.min}`;

/** `value` at the share `q` (0 to 1) of the sorted values. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
};

export const print = (bench: string, figures: readonly Figure[], asJson: boolean): void => {
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
  const rounded = figures.map((figure) => ({ ...figure, value: Number(figure.value.toPrecision(4)) }));
  if (asJson) {
    const rows = rounded.map((figure) => ({
      id: figure.id,
      value: figure.value,
      unit: figure.unit,
      goal: words(figure),
      ok: isMet(figure),
    }));
    console.log(JSON.stringify({ bench, machine, figures: rows }));
    return;
  }
  console.log(`${bench} on ${machine}`);
  for (const figure of rounded)
    console.log(
      `  ${figure.id.padEnd(26)}${String(figure.value).padStart(10)} ${figure.unit.padEnd(6)}${words(figure).padEnd(10)}${isMet(figure) ? '' : 'NOT MET'}`,
    );
};
