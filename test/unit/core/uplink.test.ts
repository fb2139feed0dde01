import { describe, expect, test } from 'vitest';
import type { Layer } from '../../../config/config.ts';
import type { Grade } from '../../../server/core/result.ts';
import { Sights } from '../../../server/core/sights.ts';
import { tellUplink } from '../../../server/core/uplink.ts';
import type { Witness } from '../../../server/core/witness.ts';
import { makeCheck, makeReport, seconds, seriesKey, start } from '../../support/watch.ts';

/** `+` answers, `-` does not, `x` cannot be asked, `%` loses a tenth, `l` lost one packet of ten. */
type Mark = '+' | '-' | 'x' | '%' | 'l';

const packets = { '+': [0, 0], '-': [], x: [], '%': [1, 1], l: [1, 0] } as const;

const marked = (layer: Layer, network: string, marks: string): readonly Witness[] =>
  marks.split('').map((mark, index) => ({
    layer,
    network: network === '' ? `${layer}-${index}` : network,
    lastAt: 1_000 + index,
    failures: mark === '-' || mark === 'x' ? 1 : 0,
    isFit: mark !== 'x',
    packets: packets[mark as Mark].map((lost) => ({ sent: 10, lost })),
  }));

/** `gateway +, reference@Cogent --`: layers with their networks, and a mark for each witness. */
const witnesses = (text: string): readonly Witness[] =>
  text.split(', ').flatMap((part) => {
    const [, layer = '', network = '', marks = ''] = /^(\w+)(?:@(\S+))? (\S+)$/.exec(part) ?? [];
    return marked(layer as Layer, network, marks);
  });

const told = (text: string): string => {
  const { outcome } = tellUplink(witnesses(text));
  return outcome.kind === 'ok' ? 'ok' : `${outcome.kind} ${outcome.cause}: ${outcome.evidence}`;
};

describe('the verdict on an uplink', () => {
  test.for<readonly [seen: string, verdict: string]>([
    ['gateway +, edge +, reference +++++', 'ok'],
    ['gateway -, edge -, reference +++++', 'ok'],
    ['gateway +, edge +, reference ++++-', 'ok'],
    ['gateway +, edge +, reference xxxx+', 'ok'],

    [
      'gateway -, edge -, reference -----',
      'invalid self_no_network: 5 of 5 references do not answer, nor does anything nearer',
    ],
    [
      'gateway -, edge -, reference ---++',
      'invalid self_no_network: 3 of 5 references do not answer, nor does anything nearer',
    ],
    ['reference -----', 'invalid self_no_network: 5 of 5 references do not answer, nor does anything nearer'],
    ['gateway x, reference xxx', 'invalid self_no_network: no reference could be asked'],
    ['gateway +, reference xxx', 'invalid self_no_network: no reference could be asked'],

    [
      'gateway +, edge -, reference ----+',
      'fail uplink_down: 4 of 5 references do not answer, nor does our edge; the gateway does',
    ],
    [
      'gateway +, edge +, operator --, reference ---',
      'fail uplink_down: 3 of 3 references do not answer, nor does the operator; our edge does',
    ],
    [
      'gateway +, edge +, reference -----',
      'fail uplink_down: 5 of 5 references do not answer; our edge does',
    ],
    [
      'gateway +, edge +, operator +-, reference ---++',
      'fail uplink_down: 3 of 5 references do not answer; the operator does',
    ],
    // A gateway that answers no echo request is no dead gateway.
    ['gateway -, edge +, reference ---', 'fail uplink_down: 3 of 3 references do not answer; our edge does'],
    ['reference ----+', 'fail uplink_down: 4 of 5 references do not answer'],
    // The outermost layer that there is stands for the Internet.
    ['gateway +, edge --', 'fail uplink_down: 2 of 2 references do not answer; the gateway does'],

    // Where only one of several networks could be asked, it may be that one.
    ['gateway +, reference xxxx-', 'warn uplink_partial: 1 of 1 references do not answer: reference-4'],
    ['gateway +, reference xx--', 'fail uplink_down: 2 of 2 references do not answer; the gateway does'],
    ['gateway +, reference -', 'fail uplink_down: 1 of 1 references do not answer; the gateway does'],

    ['gateway +, reference ++-', 'warn uplink_partial: 1 of 3 references do not answer: reference-2'],
    [
      'gateway +, reference@Cogent ---, reference@Orange +, reference@Free +',
      'warn uplink_partial: 3 of 5 references do not answer: Cogent',
    ],
    [
      'gateway +, reference@Cogent --, reference@Orange -+++, reference@Free +',
      'warn uplink_partial: 3 of 7 references do not answer: Cogent',
    ],
    [
      'gateway +, reference@Cogent -+, reference@Orange -+',
      'warn uplink_partial: 2 of 4 references do not answer: Cogent and Orange',
    ],
    [
      'gateway +, reference@A -, reference@B -, reference@C -, reference@D ++, reference@E ++, reference@F ++',
      'warn uplink_partial: 3 of 9 references do not answer: A and B and 1 more',
    ],

    ['gateway +, reference %%%', 'warn loss: 10.0% of what is sent to 3 references gets lost'],
    ['gateway +, reference %%+', 'warn loss: 5.0% of what is sent to 3 references gets lost'],
    // The worst of them may be lossy by itself, and one packet may always get lost.
    ['gateway +, reference %++', 'ok'],
    ['gateway +, reference lll', 'ok'],
    ['gateway +, reference %', 'ok'],
  ])('of %s: %s', ([seen, verdict]) => {
    expect(told(seen)).toBe(verdict);
  });

  test.for<readonly [seen: string, at: number]>([
    ['gateway +, reference +----', 1_001],
    ['gateway +, reference --+++', 1_000],
    ['gateway +, reference -+++++', 1_001],
    ['gateway +, reference xx+', 1_002],
  ])('of %s began with the first probe that says so', ([seen, at]) => {
    expect(tellUplink(witnesses(seen)).at).toBe(at);
  });

  test('comes with what Prometheus is told', () => {
    const { outcome } = tellUplink(
      witnesses('gateway +, reference@Cogent --, reference@Orange %+, reference %'),
    );
    expect(outcome.facts).toEqual({
      references: 5,
      lost: 2,
      lostVotes: 1 / 3,
      uplinkLossRatio: 0.025,
    });
  });
});

const listening = () => {
  const sights = new Sights([], start);
  const layers = { gateway: 'gateway', near: 'reference', far: 'reference' } as const;
  sights.configure(
    Object.entries(layers).map(([id, layer]) => ({ ...makeCheck(id), layer })),
    start,
  );
  return (id: keyof typeof layers, afterS: number, grade: Grade) => {
    const { uplink } = sights.hear(makeReport(seriesKey(id), start + afterS * seconds, grade)) ?? {};
    return uplink && [uplink.outcome.kind, (uplink.at - start) / seconds];
  };
};

test('a report of a witness that comes twice does not end a round', () => {
  const hear = listening();
  expect([hear('gateway', 1, 'good'), hear('near', 2, 'good'), hear('far', 3, 'good')].at(-1)).toEqual([
    'ok',
    2,
  ]);
  for (const id of ['gateway', 'near'] as const) hear(id, 31, 'good');
  expect(hear('far', 3, 'good')).toBeUndefined();
  expect(hear('far', 33, 'good')).toEqual(['ok', 31]);
});

test('who does not answer any more is not put together with those who did before that', () => {
  const hear = listening();
  const heard = [
    hear('gateway', 1, 'good'),
    hear('near', 2, 'good'),
    hear('far', 3, 'good'),
    hear('far', 33, 'good'),
    hear('gateway', 61, 'good'),
    hear('near', 62, 'bad'),
    hear('far', 63, 'bad'),
    hear('gateway', 64, 'good'),
  ];
  const [nothing] = heard;
  expect(heard).toEqual([nothing, nothing, ['ok', 2], nothing, nothing, nothing, nothing, ['fail', 62]]);
});

test('who is asked with a witness that does not answer any more is heard with it, whichever round it ended', () => {
  const hear = listening();
  for (const id of ['gateway', 'near', 'far'] as const) hear(id, 1, 'good');
  for (const id of ['near', 'far'] as const) hear(id, 31, 'good');
  expect(hear('gateway', 60, 'good')).toEqual(['ok', 31]);
  expect(hear('near', 60, 'bad')).toBeUndefined();
  expect(hear('far', 60, 'bad')).toEqual(['fail', 60]);
});

test('a round that ends with a witness that was down before is no reason not to hear the next, asked at once with it', () => {
  const hear = listening();
  for (const id of ['gateway', 'far'] as const) hear(id, 1, 'good');
  expect(hear('near', 1, 'bad')).toEqual(['warn', 1]);
  for (const id of ['gateway', 'far'] as const) hear(id, 31, 'good');
  expect(hear('gateway', 60, 'good')).toBeUndefined();
  expect(hear('near', 60, 'bad')).toEqual(['warn', 60]);
  expect(hear('far', 60, 'bad')).toEqual(['fail', 60.001]);
});

test('who was asked in the dark is asked anew when it is over, and heard then', () => {
  const sights = new Sights([], start);
  const layers = { gateway: 'gateway', near: 'reference', far: 'reference' } as const;
  sights.configure(
    Object.entries(layers).map(([id, layer]) => ({ ...makeCheck(id), layer })),
    start,
  );
  const hear = (id: keyof typeof layers, afterS: number, grade: Grade) => {
    const { asked = [], uplink } =
      sights.hear(makeReport(seriesKey(id), start + afterS * seconds, grade)) ?? {};
    return [asked.map(({ check }) => check).join('+'), uplink?.outcome.kind];
  };
  for (const afterS of [1, 31]) for (const id of ['gateway', 'near', 'far'] as const) hear(id, afterS, 'bad');
  hear('far', 40, 'bad');
  expect(hear('gateway', 60, 'good')).toEqual(['near+far', undefined]);
  // It was under way when that was asked.
  expect(hear('near', 55, 'bad')).toEqual(['near', undefined]);
  expect(hear('far', 60, 'bad')).toEqual(['', undefined]);
  expect(hear('gateway', 61, 'good')).toEqual(['', undefined]);
  expect(hear('near', 65, 'bad')).toEqual(['', 'fail']);
});

test('a report of a prober that was not fit is kept, and says nothing', () => {
  const sights = new Sights([], start);
  sights.configure([{ ...makeCheck('far'), layer: 'reference' }], start);
  const report = makeReport(seriesKey('far'), start + seconds, 'bad');
  const { result, ...more } = sights.hear(report, false) ?? {};
  expect([result?.at, result?.grade, more]).toEqual([start + seconds, 'invalid', {}]);
  expect(sights.hear(report)?.uplink).toBeDefined();
});

test('a round is over in time though some of many witnesses fail now and then', () => {
  const sights = new Sights([], start);
  const ids = Array.from({ length: 12 }, (_, index) => `witness-${index}`);
  sights.configure(
    ids.map((id) => ({ ...makeCheck(id), layer: 'reference' as const })),
    start,
  );
  const toldAt: number[] = [0];
  // Each of them is asked every ten seconds, and does not answer every third time.
  for (let turn = 0; turn < 1_200; turn++) {
    const afterMs = Math.round((turn * 10 * seconds) / ids.length);
    const report = makeReport(
      seriesKey(ids[turn % 12]!),
      start + 1 + afterMs,
      turn % 3 === (turn >> 4) % 3 ? 'bad' : 'good',
    );
    if (sights.hear(report)?.uplink !== undefined) toldAt.push(afterMs);
  }
  const gapsMs = toldAt.slice(1).map((at, index) => at - toldAt[index]!);
  expect(Math.max(...gapsMs)).toBeLessThanOrEqual(30 * seconds);
  expect(gapsMs.length).toBeGreaterThan(30);
});
