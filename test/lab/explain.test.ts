// Why is the database slow? Asked of real servers while a member holds a lock, takes all seats, or keeps all others from
// working, and while the disk is slow.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Bundle } from '../../checks/lib/explain/bundle.ts';
import { engines, startRig } from '../support/explaining.ts';
import type { EngineName, Explained, Member, Rig } from '../support/explaining.ts';
import { mariadbInstalled } from '../support/mariadb.ts';
import { postgresInstalled } from '../support/postgres.ts';

const isInstalled = { mariadb: mariadbInstalled, postgresql: postgresInstalled };
const patience = { timeout: 30_000, interval: 100 };
const canary = 'zqcanary';

/** What keeps a processor busy for longer than any test looks, and what takes a second of somebody's time. */
const toil = {
  mariadb: 'SELECT BENCHMARK(2000000000, SHA2(RAND(), 256))',
  postgresql: 'SELECT count(*) FROM generate_series(1, 2000000000) AS n WHERE sqrt(n) < 0',
};
const pause = { mariadb: 'SELECT SLEEP(1)', postgresql: 'SELECT pg_sleep(1)' };
const begin = { mariadb: 'START TRANSACTION', postgresql: 'BEGIN' };

describe.for(engines.filter((engine) => isInstalled[engine]))('a real %s', (engine: EngineName) => {
  let rig: Rig;
  const members: Member[] = [];
  const enter = async (user: Parameters<Rig['member']>[0]): Promise<Member> => {
    const member = await rig.member(user);
    members.push(member);
    return member;
  };
  afterEach(async () => {
    rig.delayFsync(0);
    for (const member of members.splice(0)) await member.evict();
  });
  /** What fails when its connection ends. */
  const meanwhile = (work: Promise<unknown>) => void work.catch(() => {});

  beforeAll(async () => {
    rig = await startRig(engine);
    const shop = await rig.member('shop');
    await shop.query(`INSERT INTO goods (name) VALUES ('one'), ('two')`);
    // From here on it is known who is usually busy.
    await shop.query(pause[engine]);
    await shop.evict();
  });
  afterAll(() => rig?.[Symbol.asyncDispose]());

  const explained = (says: string | RegExp, circumstances?: Parameters<Rig['explain']>[0]) =>
    vi.waitFor(async () => {
      const answer = await rig.explain(circumstances);
      expect(answer.sentence).toMatch(says);
      return answer;
    }, patience);
  const bundleOf = ({ explanation }: Explained): Bundle => {
    expect(explanation).toHaveProperty('bundle');
    return (explanation as Explained['explanation'] & { bundle: Bundle }).bundle;
  };

  test('has nothing to explain when nobody does anything', async () => {
    const bundle = bundleOf(
      await explained(/^nothing stands out: .* of 10 connections taken, 0 busy on average$/),
    );
    expect(bundle).toMatchObject({ locks: [], wishes: [] });
    expect(bundle.usual?.find(({ name }) => name === 'shop')?.share).toBeGreaterThan(0);
  });

  test('names who holds the lock for which others wait, and no word of what they write', async () => {
    const holder = await enter('shop');
    await holder.query(begin[engine]);
    await holder.query(`UPDATE goods SET name = '${canary}' WHERE id = 1`);
    for (let waiters = 0; waiters < 3; waiters += 1)
      meanwhile((await enter('blog')).query(`UPDATE goods SET name = '${canary}' WHERE id = 1`));
    const sentence = new RegExp(
      `^connection ${holder.id} of user shop, idle for \\d+ s in its transaction, holds the lock that 3 wait for, since \\d+ s: UPDATE goods SET name = \\? WHERE id = \\?$`,
    );
    const { explanation } = await explained(sentence, { depth: 'small' });
    expect(JSON.stringify(explanation)).not.toContain(canary);
  });

  test('names who holds the lock of a whole table', async () => {
    const holder = await enter('shop');
    await holder.query(begin[engine]);
    await holder.query('SELECT * FROM goods');
    meanwhile((await enter('admin')).query('ALTER TABLE goods ADD COLUMN colour INT'));
    await explained(
      new RegExp(`^connection ${holder.id} of user shop, .* since \\d+ s: ALTER TABLE goods ADD COLUMN`),
    );
  });

  test('whose seats are all taken is entered by the side door, and names who has them', async () => {
    await enter('shop');
    const enterAll = async () => {
      for (;;) await enter('blog');
    };
    await expect(enterAll()).rejects.toThrow(/connections|slots/i);
    const { explanation } = await explained(
      /^10 of 10 connections are taken, \d by user blog; most are idle$/,
      {
        depth: 'small',
        side: true,
      },
    );
    expect(explanation).toHaveProperty('bundle.connections.users.0', {
      user: 'blog',
      connections: 8,
    });
    await explained(
      /^all connections are taken, and the explaining account found no seat either: (give|let) it/,
    );
  });

  test('whose disk is slow says that commits wait for it', async () => {
    rig.delayFsync(300);
    const shop = await enter('shop');
    const write = async (): Promise<never> => {
      for (;;) await shop.query(`INSERT INTO goods (name) VALUES ('${canary}')`);
    };
    meanwhile(write());
    const { explanation } = await explained(
      /^commits wait for the disk: \d+ % of the busy time \(.*\), mostly of user shop: INSERT INTO goods \(name\) VALUES \(\?\)$/,
    );
    expect(JSON.stringify(explanation)).not.toContain(canary);
  });

  test('names the member who keeps it busy, and how busy that one is on other days', async () => {
    for (let toilers = 0; toilers < 2; toilers += 1) meanwhile((await enter('blog')).query(toil[engine]));
    await explained(/^user blog takes \d+ % of the busy time, \d+ % usually: SELECT /);
  });

  test('counts the statements that were executed meanwhile', async () => {
    const shop = await enter('shop');
    const ask = async (): Promise<never> => {
      for (;;) await shop.query(`SELECT name FROM goods WHERE id IN (1, 2, 3) AND name <> '${canary}'`);
    };
    meanwhile(ask());
    const bundle = await vi.waitFor(async () => {
      const bundle = bundleOf(await rig.explain());
      expect(bundle.digests?.[0]?.statement).toMatch(/^SELECT name FROM .*goods/i);
      return bundle;
    }, patience);
    expect(bundle.digests?.[0]?.calls).toBeGreaterThan(1);
    expect(JSON.stringify(bundle)).not.toContain(canary);
  });

  test('that stops answering keeps nobody waiting for longer than is allowed', async () => {
    rig.pause();
    const { explanation, sentence } = await rig.explain({ timeoutMs: 1_000 });
    rig.resume();
    expect(explanation).toMatchObject({ cause: 'timeout_reply' });
    expect(sentence).toMatch(/^the server could not be asked: /);
  });

  test('says to somebody who may not look what to grant', async () => {
    await enter('blog');
    const { wishes } = bundleOf(await rig.explain({ user: 'shop', depth: 'small' }));
    expect(wishes.join()).toContain(engine === 'mariadb' ? 'GRANT PROCESS' : 'GRANT pg_monitor');
  });

  test('with nothing switched on names the lock all the same, and says what to switch on for more', async () => {
    await using bare = await startRig(engine, { bare: true });
    const holder = await bare.member('shop');
    await holder.query(`INSERT INTO goods (name) VALUES ('one')`);
    await holder.query(begin[engine]);
    await holder.query(`UPDATE goods SET name = 'two' WHERE id = 1`);
    const waiter = await bare.member('blog');
    meanwhile(waiter.query('DELETE FROM goods'));
    const bundle = await vi.waitFor(async () => {
      const answer = await bare.explain();
      expect(answer.sentence).toContain(`connection ${holder.id} of user shop`);
      return bundleOf(answer);
    }, patience);
    const wished =
      engine === 'mariadb'
        ? [/^performance_schema = ON/, /^SET GLOBAL userstat = 1/]
        : [/^shared_preload_libraries = pg_stat_statements/, /^pg_stat_statements as well/];
    expect(bundle.wishes).toEqual(wished.map((wish) => expect.stringMatching(wish) as string));
    for (const member of [waiter, holder]) await member.evict();
  });
});
