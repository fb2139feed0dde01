// One metric out of a page in Prometheus' text format, version 0.0.4. Written here because the one library there is
// reads whole pages into objects, throws at the first bad line and is no longer kept.
import { z } from 'zod';
import { Failure } from './outcome.ts';

const labelsMax = 16;
const charsMax = 200;

/** A metric, and labels that its sample must have; it may have more. */
export const selector = () =>
  z.strictObject({
    metric: z
      .string()
      .max(charsMax)
      .regex(/^[a-zA-Z_:][\w:]*$/, { error: 'the name of a metric' })
      .describe('Name of the metric.'),
    labels: z
      .record(z.string().regex(/^[a-zA-Z_]\w*$/, { error: 'the name of a label' }), z.string().max(charsMax))
      .refine((labels) => Object.keys(labels).length <= labelsMax, { error: `at most ${labelsMax} labels` })
      .default({})
      .describe('Labels that its sample must have; it may have more.'),
  });
export type Selector = z.output<ReturnType<typeof selector>>;

export interface Sample {
  /** Perhaps not finite: the format knows `NaN` and `+Inf`. */
  readonly value: number;
  /** Epoch milliseconds. */
  readonly at: number | undefined;
}

/** The one sample selected, or undefined. Fails with `protocol`, and with `bad_value` (a warning) when several are. */
export const sampleIn = (page: string, { metric, labels }: Selector): Sample | undefined => {
  if (/^\s*</.test(page)) throw new Failure('protocol', 'the page is not in the text format of Prometheus');
  const found: Sample[] = [];
  for (let start = 0; start < page.length;) {
    const newline = page.indexOf('\n', start);
    const end = newline < 0 ? page.length : newline;
    if (page.startsWith(metric, start)) {
      const sample = parsed(page.slice(start + metric.length, end), metric, labels);
      if (sample !== undefined) found.push(sample);
    }
    start = end + 1;
  }
  if (found.length > 1)
    throw new Failure('bad_value', `${found.length} samples of ${metric} have these labels`, {
      kind: 'warn',
    });
  return found[0];
};

const restPattern = /^[ \t]+(\S+)(?:[ \t]+(-?\d+))?[ \t\r]*$/;

/** Reads what follows the name in a line; undefined: another metric, or other labels. */
const parsed = (line: string, metric: string, wanted: Selector['labels']): Sample | undefined => {
  if (/^[\w:]/.test(line)) return undefined;
  const { labels, length } = labelsOf(line);
  const [, number, timestamp] = restPattern.exec(length === 0 ? line : ` ${line.slice(length)}`) ?? [];
  const value = number === undefined ? undefined : valueOf(number);
  if (value === undefined) throw new Failure('protocol', `a sample of ${metric} cannot be read`);
  if (!Object.entries(wanted).every(([name, text]) => (labels.get(name) ?? '') === text)) return undefined;
  return { value, at: timestamp === undefined ? undefined : Number(timestamp) };
};

const labelsOf = (
  line: string,
): { readonly labels: ReadonlyMap<string, string>; readonly length: number } => {
  const labels = new Map<string, string>();
  const opening = /^[ \t]*\{/.exec(line)?.[0].length ?? 0;
  if (opening === 0) return { labels, length: 0 };
  const label = /[ \t]*([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*,?/y;
  label.lastIndex = opening;
  let length = opening;
  for (let match = label.exec(line); match !== null; match = label.exec(line)) {
    labels.set(match[1] ?? '', unescaped(match[2] ?? ''));
    length = label.lastIndex;
  }
  const closing = /^[ \t]*\}/.exec(line.slice(length))?.[0].length;
  // Without its end, nothing after the labels can be a number.
  return { labels, length: closing === undefined ? line.length : length + closing };
};

const unescaped = (text: string): string =>
  text.replace(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));

const words = new Map([
  ['NaN', Number.NaN],
  ['Inf', Number.POSITIVE_INFINITY],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
]);

const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A number as Prometheus writes it; undefined: none. */
export const valueOf = (text: string): number | undefined =>
  numberPattern.test(text) ? Number(text) : words.get(text);
