import { describe, expect, test } from 'vitest';
import { sampleIn, selector, valueOf } from '../../../../checks/lib/exposition.ts';
import { Failure } from '../../../../checks/lib/outcome.ts';

const page = `# HELP requests_total Requests waiting.
# TYPE requests_total counter
requests_total{method="post",code="200"} 1027 1395066363000
requests_total{method="post",code="400",}    3 1395066363000
requests_total_created 5
# requests 7
requests 8
path{file="C:\\\\DIR\\\\F\\"x\\"",error="no\\nfile"} 1.458255915e9
spaced { a = "b" , c = "}" }  -12.5e-3\t
braces{a="{}, b=\\"1\\""} 2
without_time NaN
big +Inf -3982045
rest{quantile="0.5"} 1\r
twice{a="1"} 1
twice{a="2"} 2
broken{a="1" 3
broken_too ten
last 9`;

const read = (metric: string, labels: Readonly<Record<string, string>> = {}) =>
  sampleIn(page, selector().parse({ metric, labels }));

test.for<[string, Record<string, string>, ReturnType<typeof read>]>([
  ['requests_total', { code: '200' }, { value: 1_027, at: 1_395_066_363_000 }],
  ['requests_total', { code: '400', method: 'post' }, { value: 3, at: 1_395_066_363_000 }],
  ['requests_total', { code: '500' }, undefined],
  ['requests_total', { code: '400', other: '' }, { value: 3, at: 1_395_066_363_000 }],
  ['requests', {}, { value: 8, at: undefined }],
  ['request', {}, undefined],
  ['HELP', {}, undefined],
  ['path', { error: 'no\nfile', file: 'C:\\DIR\\F"x"' }, { value: 1_458_255_915, at: undefined }],
  ['spaced', { c: '}' }, { value: -0.0125, at: undefined }],
  ['braces', { a: '{}, b="1"' }, { value: 2, at: undefined }],
  ['without_time', {}, { value: Number.NaN, at: undefined }],
  ['big', {}, { value: Number.POSITIVE_INFINITY, at: -3_982_045 }],
  ['rest', {}, { value: 1, at: undefined }],
  ['twice', { a: '2' }, { value: 2, at: undefined }],
  ['last', {}, { value: 9, at: undefined }],
])('%s %j', ([metric, labels, sample]) => {
  expect(read(metric, labels)).toEqual(sample);
});

test.for([
  ['twice', 'warn', 'bad_value'],
  ['broken', 'fail', 'protocol'],
  ['broken_too', 'fail', 'protocol'],
] as const)('%s is a %s with %s', ([metric, kind, cause]) => {
  expect(() => read(metric)).toThrow(expect.objectContaining({ kind, cause }));
});

test('a page of HTML is no page of metrics', () => {
  expect(() => sampleIn(' <!doctype html>', selector().parse({ metric: 'a' }))).toThrow(Failure);
});

test('labels without end take no more time than their length', () => {
  const hostile = `a{${'b="\\\\",'.repeat(100_000)}`;
  expect(() => sampleIn(hostile, selector().parse({ metric: 'a' }))).toThrow(Failure);
});

describe('a number', () => {
  test.for([
    ['1', 1],
    ['+1.5e3', 1_500],
    ['-.5', -0.5],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['', undefined],
    [' 1', undefined],
    ['0x10', undefined],
    ['1_000', undefined],
    ['toString', undefined],
    ['Infinity', undefined],
  ] as const)('%j is %s', ([text, value]) => {
    expect(valueOf(text)).toBe(value);
  });
});
