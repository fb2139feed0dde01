import { openInMemory } from '../../support/in-process-store.ts';
import { holdsTheStoreContract } from '../../support/store-contract.ts';

holdsTheStoreContract('SQLite in memory', () => Promise.resolve(openInMemory()));
