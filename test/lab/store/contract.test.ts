import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openStore } from '../../../server/store/client.ts';
import { holdsTheStoreContract } from '../../support/store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'vigie-'));
afterAll(() => rmSync(folder, { recursive: true }));
let stores = 0;

holdsTheStoreContract('SQLite in a thread of its own', () =>
  openStore({ path: join(folder, `${(stores += 1)}.db`) }),
);
