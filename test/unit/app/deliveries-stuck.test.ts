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
      '35 admins a',
    ]);
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

  test('is tried as often as those behind it, and is told once it is taken', async () => {
    const post = new Post();
    post.answer = async () => busy;
    await post.send(now('a'), now('b'), now('c'));
    await post.time.pass(hours);
    const tried = (key: string) => post.attempts.filter((attempt) => attempt.endsWith(` ${key}`)).length;
    expect(
      Math.max(tried('a'), tried('b'), tried('c')) - Math.min(tried('a'), tried('b'), tried('c')),
    ).toBeLessThanOrEqual(3);
    post.answer = async () => delivered;
    await post.time.pass(5 * minutes);
    expect(await post.fates()).toEqual(['a delivered', 'b delivered', 'c delivered']);
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
    expect(post.attempts.filter((attempt) => attempt.includes(' admins ')).length).toBeLessThan(10);
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
