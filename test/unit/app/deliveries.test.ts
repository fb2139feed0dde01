// Messages reach their routes: each in its order, again when it must be, and not for ever.
import { describe, expect, test } from 'vitest';
import { StoreError } from '../../../server/app/ports.ts';
import type { Store } from '../../../server/app/ports.ts';
import type { Delivery } from '../../../server/core/alerts/message.ts';
import { noEffects } from '../../support/effects.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { Post, about, busy, delivered, now } from '../../support/post.ts';
import { hours, minutes, seconds } from '../../support/watch.ts';

describe('a message', () => {
  test('is handed over once, and noted', async () => {
    const post = new Post();
    await post.send(now('a'), now('b'));
    expect(post.attempts).toEqual(['0 admins a', '0 admins b']);
    expect(await post.fates()).toEqual(['a delivered', 'b delivered']);
    expect(await post.time.isOver()).toBe(true);
  });

  test('that waited since before the start is handed over', async () => {
    const store = openInMemory();
    await store.commit({ ...noEffects, messages: [now('a')] });
    const post = new Post(['admins'], {}, store);
    await post.time.pass(0);
    expect(post.attempts).toEqual(['0 admins a']);
  });

  test('is tried again after pauses that grow to four minutes, and those behind it come after it', async () => {
    const post = new Post();
    post.answer = async () => (post.time.nowMs < 20 * minutes ? busy : delivered);
    await post.send(now('a'), now('b'));
    await post.time.pass(25 * minutes);
    const tried = post.attempts.filter((attempt) => attempt.endsWith(' a'));
    expect(tried.map((attempt) => Number(attempt.split(' ')[0])).slice(0, 8)).toEqual([
      0, 5, 15, 35, 75, 155, 315, 555,
    ]);
    expect(post.attempts.at(-1)).toMatch(/ b$/);
    expect(await post.fates()).toEqual(['a delivered', 'b delivered']);
  });

  test('waits as long as the receiver asks, but no longer than an hour', async () => {
    const post = new Post();
    const asked = [7 * minutes, 30 * 24 * hours];
    post.answer = async () => {
      const afterMs = asked.shift();
      return afterMs === undefined ? delivered : { ...busy, afterMs };
    };
    await post.send(now('a'));
    await post.time.pass(2 * hours);
    expect(post.attempts).toEqual(['0 admins a', '420 admins a', '4020 admins a']);
  });

  test('that will never be taken is given up at once', async () => {
    const post = new Post();
    post.answer = async ({ key }) => (key === 'a' ? { kind: 'refused', evidence: 'wrong token' } : delivered);
    await post.send(now('a'), now('b'));
    expect(await post.fates()).toEqual(['a dead', 'b delivered']);
    expect(post.lines[0]).toMatchObject({ event: 'message.dead', fields: { evidence: 'wrong token' } });
  });

  test('that was decided just before its route was gone is given up at once', async () => {
    const post = new Post();
    await post.send(now('a', { route: 'gone' }));
    expect(await post.fates()).toEqual(['a dead']);
    expect(post.attempts).toEqual([]);
  });

  test('that nobody takes is given up after a day', async () => {
    const post = new Post();
    post.answer = async () => busy;
    await post.send(now('a'));
    await post.time.pass(23.9 * hours);
    expect(await post.fates()).toEqual(['a waits']);
    await post.time.pass(hours);
    expect(await post.fates()).toEqual(['a dead']);
  });

  test('is told to the fallback after a quarter of an hour, under the key that it has there', async () => {
    const post = new Post([{ id: 'admins', fallback: 'phone' }, 'phone']);
    post.answer = async ({ route }) => (route === 'admins' ? busy : delivered);
    await post.send(now('x/alert-1/admins'));
    await post.time.pass(30 * minutes);
    expect(await post.fates()).toEqual(['x/alert-1/admins dead', 'x/alert-1/phone delivered']);
    expect(post.diverted).toEqual(['x/alert-1/admins to phone']);
    expect(post.attempts.at(-1)).toBe('1035 phone x/alert-1/phone');
  });

  test('is not told to a fallback that was told already', async () => {
    const post = new Post([{ id: 'admins', fallback: 'phone' }, 'phone']);
    post.answer = async ({ route }) => (route === 'admins' ? { kind: 'refused', evidence: 'no' } : delivered);
    await post.send(now('x/alert-1/phone', { route: 'phone' }), now('x/alert-1/admins'));
    expect(post.attempts.filter((attempt) => attempt.includes('phone /'))).toHaveLength(0);
    expect(await post.fates()).toEqual(['x/alert-1/phone delivered', 'x/alert-1/admins dead']);
  });

  test('whose receiver hangs is ended after thirty seconds, and is tried again', async () => {
    const post = new Post();
    const reasons: unknown[] = [];
    post.answer = (_, signal) => {
      signal.addEventListener('abort', () => reasons.push(signal.reason));
      return new Promise(() => {});
    };
    await post.send(now('a'));
    await post.time.pass(34 * seconds);
    expect(reasons.map(String)).toEqual(['Error: no end after 30000 ms']);
    post.answer = async () => delivered;
    await post.time.pass(10 * seconds);
    expect(post.attempts).toEqual(['0 admins a', '40 admins a']);
  });

  test('for which a notifier throws is tried again, and the fault is logged', async () => {
    const post = new Post();
    post.answer = () => Promise.reject(new Error('a bug'));
    await post.send(now('a'));
    post.answer = async () => delivered;
    await post.time.pass(10 * seconds);
    expect(await post.fates()).toEqual(['a delivered']);
    expect(post.lines.map(({ event }) => event)).toContain('notifier.failed');
  });
});

describe('a message that a newer one makes needless', () => {
  const alert = now('a', { alerts: [about('web')] });
  const recovery = now('b', { kind: 'recovery', alerts: [about('web')] });

  test('is folded: only the end is told', async () => {
    const post = new Post();
    post.answer = async () => busy;
    await post.send(alert);
    post.answer = async () => delivered;
    await post.send(recovery);
    await post.time.pass(minutes);
    expect(await post.fates()).toEqual(['a folded', 'b delivered']);
  });

  test('is told when the newer one does not speak of all of it', async () => {
    const post = new Post();
    post.answer = async () => busy;
    await post.send({ ...alert, alerts: [about('web'), about('mail')] }, recovery);
    post.answer = async () => delivered;
    await post.time.pass(minutes);
    expect(await post.fates()).toEqual(['a delivered', 'b delivered']);
  });

  test('is never an end, nor a word that is about no alert', async () => {
    const post = new Post();
    await post.send(recovery, now('c', { alerts: [about('web')] }), now('d', { kind: 'word' }), now('e'));
    expect(await post.fates()).toEqual(['b delivered', 'c delivered', 'd delivered', 'e delivered']);
  });
});

describe('routes', () => {
  test('do not wait for one another', async () => {
    const post = new Post(['slow', 'fast']);
    post.answer = ({ route }) => (route === 'slow' ? new Promise(() => {}) : Promise.resolve(delivered));
    await post.send(now('a', { route: 'slow' }), now('b', { route: 'fast' }));
    expect(await post.fates()).toEqual(['a waits', 'b delivered']);
  });

  test('that are gone take what waits for them with them', async () => {
    const post = new Post(['old', 'admins']);
    post.answer = async () => busy;
    await post.send(now('a', { route: 'old' }));
    post.configure('admins');
    await post.time.pass(minutes);
    expect(await post.fates()).toEqual(['a dead']);
    expect(post.attempts).toHaveLength(1);
  });

  test('that are there again are told again', async () => {
    const post = new Post(['admins']);
    post.configure();
    await post.time.pass(minutes);
    post.configure('admins');
    await post.send(now('a'));
    expect(await post.fates()).toEqual(['a delivered']);
  });
});

test('a route that goes and comes back while a message is under way is not told twice at once', async () => {
  const post = new Post(['admins']);
  post.answer = () => new Promise((resolve) => post.time.timers.after(3 * seconds, () => resolve(delivered)));
  await post.send(now('a'));
  post.configure();
  post.configure('admins');
  await post.time.pass(minutes);
  await post.send(now('b'));
  await post.time.pass(minutes);
  expect(post.attempts.map((attempt) => attempt.slice(-1))).toEqual(['a', 'b']);
  expect(await post.fates()).toEqual(['a delivered', 'b delivered']);
});

describe('the store', () => {
  const full = new StoreError('store.full', 'The disk is full.');

  test('that cannot note a delivery is asked again, and nothing is handed over twice', async () => {
    const store = openInMemory();
    let failures = 3;
    const noteFate: Store['noteFate'] = (id, fate) =>
      failures-- > 0 ? Promise.reject(full) : store.noteFate(id, fate);
    const post = new Post(['admins'], { noteFate }, store);
    await post.send(now('a'), now('b'));
    await post.time.pass(minutes);
    expect(post.attempts.map((attempt) => attempt.slice(-1))).toEqual(['a', 'b']);
    expect(await post.fates()).toEqual(['a delivered', 'b delivered']);
  });

  test('that cannot be read is read again', async () => {
    const store = openInMemory();
    let failures = 2;
    const undelivered: Store['undelivered'] = (route, limit) =>
      failures-- > 0 ? Promise.reject(full) : store.undelivered(route, limit);
    const post = new Post(['admins'], { undelivered }, store);
    await post.send(now('a'));
    await post.time.pass(minutes);
    expect(await post.fates()).toEqual(['a delivered']);
  });
});

describe('the end', () => {
  test('lets what is under way end, and begins nothing new', async () => {
    const post = new Post();
    let take: (delivery: Delivery) => void = () => {};
    post.answer = () => new Promise((resolve) => (take = resolve));
    await post.send(now('a'), now('b'));
    const stopped = post.deliveries.stop();
    take(delivered);
    await stopped;
    expect(await post.fates()).toEqual(['a delivered', 'b waits']);
    expect(await post.time.isOver()).toBe(true);
  });

  test('does not wait for a receiver that hangs, and leaves its message to the next start', async () => {
    const post = new Post();
    post.answer = () => new Promise(() => {});
    await post.send(now('a'));
    let isStopped = false;
    void post.deliveries.stop().then(() => (isStopped = true));
    await post.time.pass(11 * seconds);
    expect(isStopped).toBe(true);
    expect(await post.fates()).toEqual(['a waits']);
  });
});
