import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { SelfCheck } from '../../../server/app/self-check.ts';
import type { Site } from '../../../server/app/self-check.ts';
import type { SiteFacts } from '../../../server/core/self-check/facts.ts';
import { forbiddenHosts, forbiddenUrls } from '../../support/forbidden.ts';
import { PassingTime } from '../../support/passing-time.ts';

const well: SiteFacts = {
  name: { standing: 'found', servers: 'ours' },
  hosts: [{ host: 'bare', four: 'ours', six: 'none' }],
  visits: [
    { host: 'bare', family: 4, isSecure: true, end: { kind: 'answered', status: 200, expires: false } },
  ],
};

const hashOf = (name: string) => createHash('sha256').update(name).digest('hex');
const many = Array.from({ length: 50 }, (_, index) => `site${index}.example`);
const list = ['ok.example.org', hashOf('secret.example'), hashOf('www.other.example'), ...many].join('\n');

/** A self-check whose sites answer when they are told to. */
const make = ({ text = (): string => list, isBlind = false } = {}) => {
  const time = new PassingTime(0);
  const asked: Site[] = [];
  const waiting: (() => void)[] = [];
  const warned: string[] = [];
  const load = () => ({
    resolvers: ['192.0.2.53'],
    selfCheck: {
      domains: '/panel/domains',
      prefixes: ['192.0.2.0/24'],
      nameServers: ['ns1.example.org'],
      mailServers: [],
    },
  });
  let config = load();
  const selfCheck = new SelfCheck({
    config: () => config,
    files: { readText: () => text() },
    examiner: {
      examine: (site) =>
        new Promise((resolve) => {
          asked.push(site);
          waiting.push(() => resolve(isBlind ? undefined : well));
        }),
    },
    clock: time.clock,
    timers: time.timers,
    log: { warn: (event) => warned.push(event) },
  });
  /** Lets those that are under way answer, and whoever waits for them go on. */
  const answer = async () => {
    await nextTurn();
    for (const resolve of waiting.splice(0)) resolve();
    await nextTurn();
  };
  const reload = () => {
    config = load();
  };
  return { selfCheck, asked, answer, time, warned, reload };
};

test('a site that is hosted is looked at, from nowhere but our networks', async () => {
  const { selfCheck, asked, answer } = make();
  const coming = selfCheck.ask('https://www.OK.example.org/agenda');
  await answer();
  expect(await coming).toMatchObject({
    kind: 'judged',
    domain: 'ok.example.org',
    judgement: { verdict: 'works' },
  });
  expect(asked).toEqual([
    {
      domain: 'ok.example.org',
      prefixes: ['192.0.2.0/24'],
      nameServers: ['ns1.example.org'],
      mailServers: [],
      resolvers: ['192.0.2.53'],
    },
  ]);
});

test.for(['secret.example', 'www.secret.example', 'other.example'])(
  '%s is known by its hash alone, or by that of its www',
  async (name) => {
    const { selfCheck, asked, answer } = make();
    const coming = selfCheck.ask(name);
    await answer();
    expect(await coming).toMatchObject({ kind: 'judged' });
    expect(asked).toHaveLength(1);
  },
);

test.for([
  ['elsewhere.example', { kind: 'unknown', domain: 'elsewhere.example' }],
  ['sub.ok.example.org', { kind: 'unknown', domain: 'sub.ok.example.org' }],
  ['what?', { kind: 'unreadable' }],
  [hashOf('secret.example'), { kind: 'unreadable' }],
] as const)('%s is not looked at', async ([written, expected]) => {
  const { selfCheck, asked } = make();
  expect(await selfCheck.ask(written)).toEqual(expected);
  expect(asked).toEqual([]);
});

test('whatever is written in the place of a site, nothing is looked at that is not hosted', async () => {
  const { selfCheck, asked } = make();
  const spellings = [...forbiddenHosts.flatMap((host) => [host, `http://${host}/`]), ...forbiddenUrls];
  for (const written of spellings) await selfCheck.ask(written);
  expect(asked).toEqual([]);
});

describe('who asks again', () => {
  test('gets the same answer for half a minute, and then another', async () => {
    const { selfCheck, asked, answer, time } = make();
    const first = selfCheck.ask('ok.example.org');
    await answer();
    await time.pass(29_000);
    expect(await selfCheck.ask('www.ok.example.org')).toBe(await first);
    await time.pass(2_000);
    void selfCheck.ask('ok.example.org');
    await answer();
    expect(asked).toHaveLength(2);
  });

  test('leaves nothing that a process which ends would wait for', async () => {
    const { selfCheck, answer, time } = make();
    const first = selfCheck.ask('ok.example.org');
    await answer();
    selfCheck.stop();
    await time.pass(60_000);
    expect(await selfCheck.ask('ok.example.org')).toBe(await first);
  });

  test('while it is looked at waits for that', async () => {
    const { selfCheck, asked, answer } = make();
    const both = [selfCheck.ask('ok.example.org'), selfCheck.ask('ok.example.org')];
    await answer();
    const [one, other] = await Promise.all(both);
    expect(one).toBe(other);
    expect(asked).toHaveLength(1);
  });
});

test('four are looked at at once, as many as a queue holds wait, and all others are sent away', async () => {
  const { selfCheck, asked, answer } = make();
  const answers = many.map((name) => selfCheck.ask(name));
  await nextTurn();
  expect(asked).toHaveLength(4);
  for (let round = 0; round < 9; round += 1) {
    await answer();
    expect(asked.length).toBeLessThanOrEqual(4 * (round + 2));
  }
  const kinds = (await Promise.all(answers)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'judged')).toHaveLength(36);
  expect(kinds.filter((kind) => kind === 'busy')).toHaveLength(14);
});

test('when nothing can be seen, that is what is said', async () => {
  const { selfCheck, answer } = make({ isBlind: true });
  const coming = selfCheck.ask('ok.example.org');
  await answer();
  expect(await coming).toEqual({ kind: 'blind', domain: 'ok.example.org' });
});

test('another list holds from the next configuration on', async () => {
  let text = 'old.example\n';
  const { selfCheck, answer, reload } = make({ text: () => text });
  const old = selfCheck.ask('old.example');
  await answer();
  text = 'new.example\n';
  expect(await selfCheck.ask('new.example')).toMatchObject({ kind: 'unknown' });
  reload();
  expect(await selfCheck.ask('old.example')).toMatchObject({ kind: 'unknown' });
  expect(await old).toMatchObject({ kind: 'judged' });
});

test('a list that is gone makes every site unknown until it is there again', async () => {
  let isThere = false;
  const { selfCheck, answer, warned } = make({
    text: () => {
      if (!isThere) throw new Error('ENOENT');
      return list;
    },
  });
  expect(await selfCheck.ask('ok.example.org')).toMatchObject({ kind: 'unknown' });
  expect(warned).toEqual(['self-check.no-list']);
  isThere = true;
  const coming = selfCheck.ask('ok.example.org');
  await answer();
  expect(await coming).toMatchObject({ kind: 'judged' });
});
