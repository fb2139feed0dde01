import { expect, test } from 'vitest';
import { StoreError } from '../../../server/app/ports.ts';
import { storeError } from '../../../server/store/errors.ts';

const sqliteError = (errcode: number) =>
  Object.assign(new Error('as SQLite says it'), { code: 'ERR_SQLITE_ERROR', errcode });

// The higher bits say more than we need: https://sqlite.org/rescode.html#extrc
test.for([
  [5, 'store.busy'],
  [5 | (2 << 8), 'store.busy'],
  [6, 'store.busy'],
  [7, 'store.io'],
  [8 | (6 << 8), 'store.readonly'],
  [10 | (3 << 8), 'store.io'],
  [11 | (3 << 8), 'store.corrupt'],
  [13, 'store.full'],
  [14, 'store.io'],
  [19 | (6 << 8), 'store.refused'],
  [26, 'store.corrupt'],
  [1, 'store.refused'],
] as const)('SQLite code %i is %s', ([errcode, code]) => {
  const error = storeError(sqliteError(errcode));
  expect(error).toMatchObject({ code, message: expect.stringContaining('as SQLite says it') });
});

test('a bug of ours is refused, and its words are kept', () => {
  expect(storeError(new TypeError('x is not a function'))).toMatchObject({
    code: 'store.refused',
    message: expect.stringContaining('x is not a function'),
  });
});

test('an error of the store stays what it is', () => {
  const error = new StoreError('store.newer', 'A newer one wrote it.');
  expect(storeError(error)).toBe(error);
});
