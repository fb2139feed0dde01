import { expect, test } from 'vitest';
import { marksOf } from '../../../server/app/marks.ts';
import type { Span } from '../../../server/core/effects.ts';
import { span } from '../../support/effects.ts';
import { minutes, start } from '../../support/watch.ts';

const subject = { kind: 'service', id: 'mail' } as const;
const finding = { cause: 'refused', evidence: '' } as const;
const at = (minute: number): number => start + minute * minutes;
const day = { from: at(0), until: at(60) };
const down = { state: 'down', finding } as const;
const told = (spans: readonly Span[], windows: readonly { from: number; until: number }[] = []) =>
  marksOf(day, 5 * minutes, spans, windows).map(({ state, from, until }) => [
    state,
    (from - start) / minutes,
    (until - start) / minutes,
  ]);
const spans = (...all: readonly [minute: number, rest?: Partial<Span>][]) =>
  all.map(([minute, rest]) => span(at(minute), { subject, ...rest }));

test.for<
  readonly [
    string,
    readonly Span[],
    readonly { from: number; until: number }[],
    readonly (readonly [string, number, number])[],
  ]
>([
  ['nothing, when all is well', spans([-10]), [], []],
  ['nothing seen', [], [], [['unknown', 0, 60]]],
  ['a moment of an outage, as wide as a bucket', spans([-10], [11, down], [11.1]), [], [['down', 10, 15]]],
  ['an outage, in one piece', spans([-10], [11, down], [22]), [], [['down', 10, 25]]],
  ['an outage that goes on', spans([-10], [48, down]), [], [['down', 45, 60]]],
  [
    'what is worse, where two things fall into one bucket',
    spans([-10], [11, { state: 'degraded', finding }], [13, down], [14]),
    [],
    [['down', 10, 15]],
  ],
  ['no moment of less than an outage', spans([-10], [11, { state: 'degraded', finding }], [11.2]), [], []],
  [
    'no certificate that expires soon',
    spans([-10, { state: 'degraded', finding: { cause: 'tls_expiring', evidence: '' } }]),
    [],
    [],
  ],
  [
    'maintenance, in the place of what happens in it',
    spans([-10], [20, down], [30]),
    [{ from: at(20), until: at(40) }],
    [['maintenance', 20, 40]],
  ],
])('a chart marks %s', ([, seen, windows, marks]) => {
  expect(told(seen, windows)).toEqual(marks);
});
