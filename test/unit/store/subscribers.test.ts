// An address that is erased is in no file of the database: not in a free page, an index, or the log.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../../../server/store/database.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import { bulletin } from '../../support/store-contract-subscribers.ts';
import { temporaryFolder } from '../../support/folder.ts';

const open = () => {
  const folder = temporaryFolder();
  const path = join(folder, 'vigie.db');
  const store = createSqliteStore(openDatabase(path));
  const filesWith = (text: string) =>
    readdirSync(folder).filter((name) => readFileSync(join(folder, name), 'latin1').includes(text));
  const subscribe = (name: string) => {
    store.askToBeTold({
      name,
      address: `canary-${name}@example.org`,
      wish: { topics: ['incidents'], language: 'fr' },
      at: 10,
      most: 1_000,
    });
    store.changeSubscriber(name, { kind: 'confirmed', at: 20 });
  };
  return { path, store, filesWith, subscribe };
};

test('erased from among many, whose pages were split and filled again', () => {
  const { store, filesWith, subscribe } = open();
  const names = Array.from({ length: 120 }, (_, at) => `${(at * 7_919) % 120}x${'y'.repeat(at % 60)}`);
  for (const name of names) subscribe(name);
  store.keepIncidents([], [], [{ kind: 'told', bulletin: bulletin('a'), decidedAt: 200 }]);
  for (const name of names.slice(0, 6)) {
    expect(filesWith(`canary-${name}@`)).not.toEqual([]);
    expect(store.changeSubscriber(name, { kind: 'erased' })).toBe('erased');
    expect(filesWith(`canary-${name}@`)).toEqual([]);
  }
  store.close();
});

test('erased while another program reads: gone with the next look', () => {
  const { path, store, filesWith, subscribe } = open();
  subscribe('ada');
  const reader = openDatabase(path);
  reader.exec('BEGIN; SELECT * FROM subscriber');
  store.changeSubscriber('ada', { kind: 'erased' });
  expect(filesWith('canary-ada@')).not.toEqual([]);
  reader.exec('ROLLBACK');
  store.tidySubscribers(0);
  expect(filesWith('canary-ada@')).toEqual([]);
  reader.close();
  store.close();
});
