// What SQLite says, in the words of the Store port.
import { StoreError } from '../app/ports.ts';
import type { StoreErrorCode } from '../app/ports.ts';

/** Primary result codes: https://sqlite.org/rescode.html */
const codes: Readonly<Record<number, { readonly code: StoreErrorCode; readonly sentence: string }>> = {
  5: { code: 'store.busy', sentence: 'Another program holds the database.' },
  6: { code: 'store.busy', sentence: 'Another program holds the database.' },
  7: { code: 'store.io', sentence: 'There is not enough memory.' },
  8: { code: 'store.readonly', sentence: 'The database, or its folder, cannot be written.' },
  10: { code: 'store.io', sentence: 'The disk failed while the database was read or written.' },
  11: { code: 'store.corrupt', sentence: 'The database is damaged.' },
  13: { code: 'store.full', sentence: 'The disk is full.' },
  14: { code: 'store.io', sentence: 'The database file cannot be opened.' },
  18: { code: 'store.refused', sentence: 'A value is larger than the database takes.' },
  19: { code: 'store.refused', sentence: 'The database refuses what breaks its rules.' },
  20: { code: 'store.refused', sentence: 'The database refuses a value of the wrong type.' },
  26: { code: 'store.corrupt', sentence: 'The file is not a database, or its beginning is damaged.' },
};

/** Everything that a database throws as a `StoreError`; what is not its error is a bug of ours, and refused. */
export const storeError = (error: unknown): StoreError => {
  if (error instanceof StoreError) return error;
  const { errcode, code: nodeCode } = Object(error) as { errcode?: unknown; code?: unknown };
  if (nodeCode === 'ERR_INVALID_STATE')
    return new StoreError('store.gone', 'The store is closed.', { cause: error });
  const known = typeof errcode === 'number' ? codes[errcode & 0xff] : undefined;
  const { code, sentence } = known ?? { code: 'store.refused', sentence: 'The store could not do it.' };
  const detail = error instanceof Error ? error.message : String(error);
  return new StoreError(code, `${sentence} (${detail})`, { cause: error });
};
