import { expect, test } from 'vitest';
import type { Bundle, Depth } from '../../../../../checks/lib/explain/bundle.ts';
import { collect } from '../../../../../checks/lib/explain/collect.ts';
import { questions } from '../../../../../checks/lib/explain/mariadb.ts';

/** All bundles, each with more than the one before, and what was asked for them. */
const collected = async (
  answer: (sql: string) => readonly object[],
  depth: Depth = 'full',
  replicated?: string,
): Promise<{
  readonly bundles: readonly Bundle[];
  readonly last: Bundle;
  readonly asked: readonly string[];
}> => {
  const asked: string[] = [];
  const ask = async (sql: string) => {
    asked.push(sql);
    return answer(sql);
  };
  const server = { ask, isRefusal: (error: unknown) => error === refusal, ...(replicated && { replicated }) };
  const bundles = await Array.fromAsync(collect(server, questions, depth));
  return { bundles, last: bundles.at(-1)!, asked };
};

const refusal = new Error('Access denied');
const isLook = (sql: string) => sql === questions.sessions.ask;

test('a server that says too much is cut short', async () => {
  const long = 'x'.repeat(5_000);
  const { last } = await collected(() =>
    Array.from({ length: 1_000 }, (_, i) => ({
      ...Object.fromEntries(
        ['user', 'waiter_user', 'blocker_user', 'name'].map((name) => [name, `${i}${long}`]),
      ),
      ...Object.fromEntries(
        ['waiter_statement', 'blocker_statement', 'statement', 'wait'].map((name) => [name, long]),
      ),
      waiter: i,
      blocker: 2_000 + i,
      seconds: 1,
      calls: 1,
      ms: 1,
      kind: 'work',
      connections: 1,
      used: 7,
      max: 7,
    })),
  );
  expect(JSON.stringify(last).length).toBeLessThan(40_000);
});

test('what is refused costs its own part, and is wished for with the words of the server', async () => {
  const { last } = await collected((sql) => {
    if (sql === questions.locks.ask) throw refusal;
    return isLook(sql) ? [{ user: 'blog', wait: '', kind: 'work', statement: 'SELECT 1' }] : [];
  });
  expect(last.activity?.users).toEqual([{ name: 'blog', share: 1 }]);
  expect(last.wishes[0]).toBe(`${questions.locks.wish} (Access denied)`);
});

test('what is no refusal ends it, with all that was known until then', async () => {
  const lost = new Error('the connection is over');
  let looks = 0;
  const bundles: Bundle[] = [];
  const server = {
    isRefusal: () => false,
    ask: async (sql: string) => {
      if (isLook(sql) && ++looks === 3) throw lost;
      return [];
    },
  };
  const running = (async () => {
    for await (const bundle of collect(server, questions, 'full')) bundles.push(bundle);
  })();
  await expect(running).rejects.toBe(lost);
  expect(bundles.at(-1)?.activity?.looks).toBe(2);
});

test('locks are asked for again when somebody waits and it is not known for whom', async () => {
  let looks = 0;
  const { last, asked } = await collected((sql) => {
    if (isLook(sql)) looks += 1;
    if (isLook(sql) && looks === 2) return [{ kind: 'lock', wait: 'Waiting for table metadata lock' }];
    return sql === questions.tableLocks?.ask ? [{ waiter: 5, blocker: 7, seconds: '1.5' }] : [];
  }, 'small');
  expect(asked.filter((sql) => sql === questions.locks.ask)).toHaveLength(2);
  expect(asked.filter((sql) => sql === questions.tableLocks?.ask)).toHaveLength(1);
  expect(last.locks).toMatchObject([{ seconds: 1.5, waiter: { id: 5 }, blocker: { id: 7 } }]);
});

test('every minute few looks are taken, and no statements counted', async () => {
  const { asked, last } = await collected(() => [], 'small');
  expect(asked.filter(isLook)).toHaveLength(4);
  expect(asked).not.toContain(questions.digests.ask);
  expect(last).not.toHaveProperty('digests');
});

test('who waits for a lock takes no share of the busy time from others', async () => {
  const { last } = await collected((sql) =>
    isLook(sql)
      ? [
          { user: 'blog', kind: 'lock', wait: 'Updating', statement: 'UPDATE t' },
          { user: 'shop', kind: 'work', wait: '', statement: 'SELECT 1' },
        ]
      : [],
  );
  expect(last.activity).toMatchObject({ sessions: 2, users: [{ name: 'shop', share: 1 }] });
});

test('of a replica it is said how old the newest row of the probe is', async () => {
  const answer = (sql: string) => (sql.includes('vigie_probe') ? [{ seconds: '75.25' }] : []);
  expect((await collected(answer, 'small', 'vigie')).last.heartbeatAgeSeconds).toBe(75.25);
  expect((await collected(answer, 'small')).asked.join()).not.toContain('vigie_probe');
});
