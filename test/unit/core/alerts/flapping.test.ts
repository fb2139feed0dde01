// What falls again and again: told at once, then that it does, and once when it is calm.
import { describe, expect, test } from 'vitest';
import { Alerting, makeRoute } from '../../../support/alerting.ts';
import {
  hours,
  makeCheck,
  makeConfig,
  makeService,
  minutes,
  seconds,
  start,
} from '../../../support/watch.ts';

const config = makeConfig([makeService('site', [makeCheck('web'), makeCheck('files')])]);
const good = { web: 'good', files: 'good' } as const;
const fallen = { ...good, web: 'bad' } as const;

const alerting = (...routes: Parameters<typeof makeRoute>[]): Alerting => {
  const post = new Alerting(
    config,
    routes.length === 0 ? undefined : routes.map((route) => makeRoute(...route)),
  );
  post.live(minutes, good);
  return post;
};

/** `web` is out for so long, and then well for so long, so many times. */
const flap = (post: Alerting, times: number, badMs = minutes, goodMs = 2 * minutes): void => {
  for (let n = 0; n < times; n++) {
    post.live(badMs, fallen);
    post.live(goodMs, good);
  }
};

const titles = (post: Alerting): readonly string[] =>
  post.messages.map(({ title }) => title.en.replaceAll('\u{a0}', ' '));

describe('a service that is out for a minute every three minutes', () => {
  test('is told at once twice, then as unstable, and once when it is calm', () => {
    const post = alerting();
    flap(post, 40);
    post.live(hours, good);
    expect(post.told).toEqual([
      '75 admins alert site',
      '145 admins recovery site',
      '255 admins alert site',
      '615 admins update site',
      '8945 admins recovery site',
    ]);
    expect(titles(post)).toEqual([
      'site: partly down',
      'site: works again after 1 min',
      'site: partly down',
      'News – site: unstable',
      'site: works again after 1 h 55 min',
    ]);
    expect(post.alerts).toEqual([]);
  });

  test('that stays out in the end is told as down when it no longer changes', () => {
    const post = alerting();
    flap(post, 5);
    post.live(hours, fallen);
    expect(titles(post).slice(3)).toEqual(['News – site: unstable', 'News – site: partly down']);
  });

  test('is told to who comes later when nobody has taken it', () => {
    const post = alerting(['first'], ['second', { afterMs: 20 * minutes }]);
    flap(post, 10);
    expect(post.told.filter((line) => line.includes('second'))).toEqual(['1515 second alert site']);
  });

  test('is one story after a restart', () => {
    const post = alerting();
    flap(post, 5);
    const told = post.told.length;
    post.restart();
    flap(post, 5);
    expect(post.told.slice(told)).toEqual([]);
  });

  test('hides no other check that is out', () => {
    const post = alerting();
    flap(post, 5);
    const told = post.told.length;
    post.live(minutes, { web: 'good', files: 'bad' });
    expect(post.told.slice(told)).toEqual(['975 admins update site']);
    expect(post.messages.at(-1)?.title.en).toBe('News – site: partly down');
    expect(post.messages.at(-1)?.alerts).toMatchObject([{ state: 'down' }]);
  });
});

test('a silence of a check that flaps holds each time that it is well', () => {
  const post = alerting();
  flap(post, 2);
  post.act({
    kind: 'silence',
    subject: { kind: 'check', id: 'web' },
    by: 'Anne',
    reason: 'a new disk comes',
    until: start + post.now + hours,
  });
  const told = post.told.length;
  flap(post, 10);
  expect(post.told.slice(told)).toEqual([]);
  expect([...post.silences.values()].filter(({ endedAt }) => endedAt === undefined)).toHaveLength(1);
  post.live(hours, good);
  expect(post.messages.slice(told).map(({ kind }) => kind)).toEqual(['recovery']);
});

test('what has fallen twice is well again when it has been for ten minutes', () => {
  const post = alerting();
  flap(post, 2);
  post.live(10 * minutes, good);
  expect(post.told.slice(2)).toEqual(['255 admins alert site', '905 admins recovery site']);
});

test('what falls twice within more than half an hour is told each time', () => {
  const post = alerting();
  flap(post, 2, minutes, 31 * minutes);
  expect(post.messages.map(({ kind }) => kind)).toEqual(['alert', 'recovery', 'alert', 'recovery']);
});

test('where nobody wants to hear of it, every change is told', () => {
  const post = new Alerting({ ...config, flapping: false });
  flap(post, 10);
  expect(post.messages).toHaveLength(20);
});

test.each([
  [5, 5],
  [10, 5],
  [10, 10],
  [15, 10],
  [40, 10],
  [300, 15],
])('what is out for %d s and well for %d s, faster than is confirmed, is told once at most', (bad, well) => {
  const post = alerting();
  flap(post, Math.ceil((30 * 60) / (bad + well)), bad * seconds, well * seconds);
  expect(post.messages.length).toBeLessThanOrEqual(1);
});
