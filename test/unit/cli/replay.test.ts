import { describe, expect, test } from 'vitest';
import { change, compare } from '../../../server/cli/replay.ts';
import { onlyCheck } from '../../../server/core/replay.ts';
import { openDatabase } from '../../../server/store/database.ts';
import { createSqliteStore } from '../../../server/store/sqlite.ts';
import { TimedDatabase, database, databaseConfig, usual } from '../../support/timed.ts';
import { hours, makeConfig, makeService, minutes, start } from '../../support/watch.ts';

describe('a value is set', () => {
  const text = `services:
  - id: web
    checks: [{ type: tcp, host: a, port: 1 }]
  - id: data
    checks:
      - id: db1
        type: mariadb # the old one
        slow: { commit: 1s }
      - { id: db2, type: mariadb }
`;
  test.for([
    ['of a check with an id', 'db1', 'slow.commit=50ms', 'slow: { commit: 50ms }'],
    ['where there was none', 'db2', 'learn.over=5m', 'learn: { over: 5m }'],
    ['of the only check of a service', 'web', 'confirm.failures=2', 'confirm: { failures: 2 }'],
    ['that is no text', 'db1', 'learn=false', 'learn: false'],
  ] as const)('%s', ([, id, set, expected]) => {
    const changed = change(text, id, [set]).replaceAll(/\s+/g, ' ');
    expect(changed).toContain(expected.replaceAll(/\s+/g, ' '));
  });

  test('of no check that another file has', () => {
    expect(change(text, 'db3', ['learn=false'])).toBe(text);
  });

  test.for(['learn', 'learn=[5m', 'type.over=5m', 'type.over.a=5m'])(
    'only as a key and a value: not %s',
    (set) => {
      expect(() => change(text, 'db1', [set])).toThrow(`${JSON.stringify(set)} is no KEY=VALUE`);
    },
  );
});

describe('what was measured, judged once more', () => {
  const slow = { query: 1, commit: 60 };
  const config = databaseConfig();
  const lived = () => {
    const store = createSqliteStore(openDatabase(':memory:'));
    const db = new TimedDatabase(config, (effects) => store.commit(effects));
    db.learn().probe(20, slow).probe(60, usual).probe(20, slow).probe(60, usual);
    return { store, until: start + db.at + minutes };
  };
  const window = { from: 0, to: Number.MAX_SAFE_INTEGER };

  test('gives the outages that were told, and no other', () => {
    const { store, until } = lived();
    const lines = compare(store, { only: config, id: 'db' }, window, until);
    expect(lines).toHaveLength(2);
    for (const line of lines)
      expect(line).toMatch(/^= \S+ \S+ – \S+ \S+ recovered {2}degraded: slow, commit takes 60 ms/);
  });

  test('gives the others beside them when it is judged otherwise', () => {
    const { store, until } = lived();
    const { learn: _, ...fixed } = database({ slowMs: { commit: 50 } });
    const otherwise = makeConfig([makeService('data', [fixed])]);
    const marks = compare(store, { only: otherwise, id: 'db' }, window, until).map((line) => line[0]);
    expect(marks).toEqual(expect.arrayContaining(['+', '+', '-', '-']));
    expect(marks).toHaveLength(4);
    expect(
      compare(
        store,
        { only: makeConfig([makeService('data', [{ ...fixed, slowMs: {} }])]), id: 'db' },
        window,
        until,
      ),
    ).toSatisfy((lines: readonly string[]) => lines.every((line) => line.startsWith('-')));
  });

  test('tells of a window only', () => {
    const { store, until } = lived();
    const from = start + 3 * hours + 20 * minutes;
    expect(compare(store, { only: config, id: 'db' }, { from, to: until }, until)).toHaveLength(1);
  });

  test('is that of one check', () => {
    const two = makeConfig([makeService('data', [database(), { ...database(), id: 'other' }])]);
    expect(onlyCheck(two, 'other')?.services.map(({ checks }) => checks.map(({ id }) => id))).toEqual([
      ['other'],
    ]);
    expect(onlyCheck(two, 'none')).toBeUndefined();
  });
});
