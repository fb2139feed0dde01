// A receiver that does not take one message, or none: what becomes of the others.
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../server/core/alerts/message.ts';
import { Post, about, busy, delivered, now } from '../../support/post.ts';
import { hours, minutes } from '../../support/watch.ts';

describe('a message that its receiver never takes', () => {
  const poison = async ({ key }: Message) => (key.startsWith('poison') ? busy : delivered);

  test('holds up no other story for longer than three attempts', async () => {
    const post = new Post();
    post.answer = poison;
    await post.send(now('poison'), now('a'));
    await post.time.pass(minutes);
    await post.send(now('b'));
    await post.time.pass(5 * minutes);
    expect(await post.fates()).toEqual(['poison waits', 'a delivered', 'b delivered']);
    expect(post.attempts.slice(0, 4)).toEqual([
      '0 admins poison',
      '5 admins poison',
      '15 admins poison',
      '15 admins a',
    ]);
  });

  test('holds up nobody together with another one', async () => {
    const post = new Post();
    post.answer = poison;
    await post.send(now('poison-1'), now('poison-2'), now('a'));
    await post.time.pass(10 * minutes);
    expect(await post.fates()).toEqual(['poison-1 waits', 'poison-2 waits', 'a delivered']);
  });

  test('is not overtaken by what is told of the same story, nor by what waits for that', async () => {
    const post = new Post();
    post.answer = poison;
    const story = { thread: 'poison' };
    await post.send(
      now('poison', { kind: 'recovery', alerts: [about('web')], ...story }),
      now('a', { kind: 'recovery', alerts: [about('web'), about('mail')] }),
      now('b', { kind: 'recovery', alerts: [about('mail')] }),
      now('c', { kind: 'word', ...story }),
      now('d', { kind: 'recovery', alerts: [about('files')] }),
    );
    await post.time.pass(hours);
    expect(await post.fates()).toEqual(['poison waits', 'a waits', 'b waits', 'c waits', 'd delivered']);
  });

  test('is the first to be told when its receiver is well again', async () => {
    const post = new Post();
    post.answer = async () => busy;
    await post.send(now('a'), now('b'), now('c'));
    await post.time.pass(hours);
    expect(new Set(post.attempts.map((attempt) => attempt.split(' ')[2]))).toEqual(new Set(['a', 'b', 'c']));
    const before = post.attempts.length;
    post.answer = async () => delivered;
    await post.time.pass(5 * minutes);
    expect(post.attempts.slice(before).map((attempt) => attempt.split(' ')[2])).toEqual(['a', 'b', 'c']);
  });

  test('passes nobody while its receiver has asked to be left alone', async () => {
    const post = new Post();
    post.answer = async () => ({ ...busy, afterMs: minutes });
    await post.send(now('a'), now('b'));
    await post.time.pass(10 * minutes);
    expect(post.attempts.filter((attempt) => attempt.endsWith(' b'))).toEqual([]);
  });
});

describe('a receiver that is gone', () => {
  test('takes a quarter of an hour from each message before the fallback is told, however many wait', async () => {
    const post = new Post([{ id: 'admins', fallback: 'phone' }, 'phone']);
    post.answer = async ({ route }) => (route === 'admins' ? busy : delivered);
    const keys = Array.from({ length: 30 }, (_, index) => `${index}/admins`);
    await post.send(...keys.map((key) => now(key)));
    await post.time.pass(20 * minutes);
    await post.settle();
    const fates = await post.fates();
    expect(fates.filter((fate) => fate.endsWith('phone delivered'))).toHaveLength(30);
    expect(post.attempts.filter((attempt) => attempt.includes(' admins ')).length).toBeLessThan(20);
  });

  test('has no more waiting for it than was decided in a day', async () => {
    const post = new Post();
    post.answer = async () => busy;
    await post.send(...Array.from({ length: 300 }, (_, index) => now(`${index}`)));
    await post.time.pass(25 * hours);
    await post.settle();
    expect((await post.fates()).every((fate) => fate.endsWith('dead'))).toBe(true);
  });
});
