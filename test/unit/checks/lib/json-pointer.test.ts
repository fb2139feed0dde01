import { expect, test } from 'vitest';
import { jsonPointer, valueAt } from '../../../../checks/lib/json-pointer.ts';

// The document and most of the pointers are those of RFC 6901 §5.
const document: unknown = JSON.parse(
  '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"k\\"l":6," ":7,"m~n":8,"~1":9,"__proto__":{"own":10},"deep":{"null":null}}',
);

test.for<[string, unknown]>([
  ['', document],
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/k"l', 6],
  ['/ ', 7],
  ['/m~0n', 8],
  ['/~01', 9],
  ['/__proto__/own', 10],
  ['/deep/null', null],
  ['/foo/2', undefined],
  ['/foo/00', undefined],
  ['/foo/-', undefined],
  ['/foo/length', undefined],
  ['/foo/0/0', undefined],
  ['/deep/null/x', undefined],
  ['/constructor', undefined],
  ['/toString', undefined],
])('%j leads to %j', ([pointer, value]) => {
  expect(valueAt(document, pointer)).toEqual(value);
});

test.for([
  ['', true],
  ['/a~0b/c~1d', true],
  ['a', false],
  ['/a~2', false],
  ['/a~', false],
  ['#/a', false],
])('%j is a pointer: %s', ([pointer, isSo]) => {
  expect(jsonPointer().safeParse(pointer).success).toBe(isSo);
});
