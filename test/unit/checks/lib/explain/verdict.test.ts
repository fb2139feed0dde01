import { expect, test } from 'vitest';
import type { Activity, Bundle, LockWait } from '../../../../../checks/lib/explain/bundle.ts';
import { verdict } from '../../../../../checks/lib/explain/verdict.ts';

const say = (bundle: Partial<Bundle>, phase?: string) =>
  verdict(
    { engine: 'mariadb', at: 0, bundle: { wishes: [], ...bundle } },
    phase === undefined ? {} : { phase },
  );

const wait = (waiter: number, blocker: number, seconds = 12, idleSeconds?: number): LockWait => ({
  seconds,
  waiter: { id: waiter, user: 'blog', statement: `UPDATE t${waiter}` },
  blocker: { id: blocker, user: 'shop', statement: '', ...(idleSeconds !== undefined && { idleSeconds }) },
});
const connections = (used: number) => ({ used, max: 151, users: [{ user: 'blog', connections: used - 11 }] });
const activity = (more: Partial<Activity>): Activity => ({
  looks: 12,
  sessions: 4,
  users: [],
  waits: [],
  statements: [{ name: 'INSERT INTO t VALUES (?)', user: 'blog', share: 1 }],
  ...more,
});
const busy = (share: number) =>
  activity({
    users: [
      { name: 'blog', share },
      { name: 'shop', share: 1 - share },
    ],
  });
const usual = (share: number) => [
  { name: 'shop', share: 1 - share },
  { name: 'blog', share },
];
const waits = (kind: Activity['waits'][number]['kind'], share: number) =>
  activity({
    waits: [
      { name: 'Commit', kind, share },
      { name: '', kind: 'work', share: 1 - share },
    ],
  });

const nothing = /^nothing stands out/;

test.for<readonly [string, Partial<Bundle>, string | RegExp]>([
  [
    'the one for whom all wait, directly or not',
    { locks: [wait(3, 2), wait(2, 1, 14), wait(4, 2, 3), wait(6, 5)] },
    'connection 1 of user shop holds the lock that 3 wait for, since 14 s: UPDATE t2',
  ],
  [
    'one that does nothing meanwhile',
    { locks: [wait(2, 1, 12, 13.6)] },
    'connection 1 of user shop, idle for 14 s in its transaction, holds the lock that 1 waits for, since 12 s: UPDATE t2',
  ],
  [
    'one for whom most wait, though none for long',
    { locks: [wait(2, 1, 0)], activity: waits('lock', 0.6) },
    'connection 1 of user shop holds the lock that 1 waits for, since 0 s: UPDATE t2',
  ],
  ['no wait that is over at once', { locks: [wait(2, 1, 0)] }, nothing],
  ['nobody where all wait for one another', { locks: [wait(2, 1), wait(1, 2)] }, nothing],
  [
    'locks of which nobody says who holds them',
    { activity: waits('lock', 0.8) },
    'sessions wait for a lock (Commit), and the server does not say who holds it',
  ],
  [
    'a full house',
    { connections: connections(151), activity: activity({}) },
    '151 of 151 connections are taken, 140 by user blog; most are idle',
  ],
  ['a house that is not full', { connections: connections(150) }, nothing],
  [
    'a full house in which few wait for a lock',
    { connections: connections(151), locks: [wait(2, 1)] },
    '151 of 151 connections are taken, 140 by user blog',
  ],
  [
    'the lock for which a full house waits',
    { connections: { ...connections(3), max: 3 }, locks: [wait(2, 1), wait(3, 1)] },
    /^connection 1 of user shop holds the lock that 2 wait for/,
  ],
  [
    'a slow disk',
    { activity: waits('commit', 0.9) },
    'commits wait for the disk: 90 % of the busy time (Commit), mostly of user blog: INSERT INTO t VALUES (?)',
  ],
  ['a slow replica', { activity: waits('replica', 0.5) }, /^commits wait for a replica: 50 %/],
  ['slow reads', { activity: waits('disk', 0.6) }, /^sessions wait for the disk: 60 %/],
  ['no disk for which few wait', { activity: waits('commit', 0.4) }, nothing],
  [
    'a neighbour who is busier than usual',
    { activity: busy(0.82), usual: usual(0.11) },
    'user blog takes 82 % of the busy time, 11 % usually: INSERT INTO t VALUES (?)',
  ],
  ['no neighbour who is always as busy', { activity: busy(0.82), usual: usual(0.7) }, nothing],
  [
    'a neighbour nobody knows',
    { activity: busy(0.82), usual: usual(0).slice(0, 1) },
    /^user blog takes 82 % of the busy time, 0 % usually/,
  ],
  [
    'a busy neighbour where nobody knows what is usual',
    {
      activity: busy(0.82),
      connections: {
        ...connections(20),
        users: [
          { user: 'blog', connections: 9 },
          { user: 'shop', connections: 1 },
        ],
      },
    },
    'user blog takes 82 % of the busy time: INSERT INTO t VALUES (?)',
  ],
  ['nobody who is alone', { activity: busy(1), connections: connections(20) }, nothing],
  ['nobody where nobody is busy', { activity: { ...busy(0.9), sessions: 0.5 }, usual: usual(0) }, nothing],
  [
    'a replica that is behind',
    { heartbeatAgeSeconds: 300 },
    'the replica is behind: the newest row of the probe that has arrived is 300 s old',
  ],
  ['no replica that has just heard', { heartbeatAgeSeconds: 59 }, nothing],
  [
    'how many there are, where nothing stands out',
    { connections: connections(20), activity: activity({}) },
    'nothing stands out: 20 of 151 connections taken, 4 busy on average',
  ],
  ['even a server that says nothing', {}, 'nothing stands out: the server said next to nothing'],
])('names %s', ([, bundle, sentence]) => {
  expect(say(bundle)).toMatch(sentence);
  if (typeof sentence === 'string') expect(say(bundle)).toBe(sentence);
});

test("believes the probe's own slow commit where no session waits", () => {
  expect(say({}, 'commit')).toMatch(/^commits wait for the disk/);
  expect(say({}, 'query')).toMatch(nothing);
  expect(say({ locks: [wait(2, 1)] }, 'commit')).toMatch(/^connection 1/);
});

test.for([
  ['mariadb', 'too_many_connections', /^all connections are taken, .* \(extra_port/],
  ['postgresql', 'too_many_connections', /^all connections are taken, .* \(pg_use_reserved_connections/],
  ['mariadb', 'refused', 'the server could not be asked: nobody there'],
] as const)('says that %s let nobody in: %s', ([engine, cause, sentence]) => {
  expect(verdict({ engine, at: 0, cause, evidence: 'nobody there' })).toMatch(sentence);
});
