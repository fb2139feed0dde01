// No two alerts are taken for one, and none for over that goes on.
import { expect, test } from 'vitest';
import { leftTo } from '../../../../server/core/alerts/message.ts';
import { Alerting, makeRoute } from '../../../support/alerting.ts';
import { makeCheck, makeConfig, makeService, minutes } from '../../../support/watch.ts';

const config = makeConfig([
  makeService('site', [makeCheck('web'), makeCheck('files')]),
  makeService('mail', [makeCheck('smtp')]),
]);
const good = { web: 'good', files: 'good', smtp: 'good' } as const;

const alerting = (...routes: Parameters<typeof makeRoute>[]): Alerting => {
  const made = new Alerting(
    config,
    routes.map((route) => makeRoute(...route)),
  );
  made.live(minutes, good);
  return made;
};

test('an outage of a service that is not seen whole is told anew, when another check falls before it is', () => {
  const post = alerting(['admins']);
  const { files: _, ...rest } = good;
  post.live(2 * minutes, { ...rest, web: 'bad' });
  post.lookout.tick(post.now);
  post.live(2 * minutes, rest);
  post.live(2 * minutes, { ...good, files: 'bad' });
  expect(post.told).toEqual(['75 admins alert site', '205 admins recovery site', '315 admins alert site']);
  const outages = post.lookout.archive.outagesOf('service:site');
  expect(outages).toHaveLength(1);
  expect(new Set(post.messages.map(({ key }) => key)).size).toBe(3);
});

test('a route that is told of slowness in place of another is told of its end when it is over, though it asks for outages only', () => {
  const post = alerting(['mail'], ['phone', { severity: 'down' }]);
  post.live(minutes, { ...good, smtp: 'poor' });
  for (const message of post.messages) post.divert(message, 'phone');
  post.live(2 * minutes, { ...good, smtp: 'poor' });
  expect(post.told.slice(1)).toEqual([]);
  post.live(10 * minutes, good);
  expect(post.messages.map(({ route, kind }) => `${route} ${kind}`).slice(1)).toEqual([
    'mail recovery',
    'phone recovery',
  ]);
});

test('what a route is told of itself has no key of what was left to it', () => {
  const post = alerting(['mail'], ['phone', { severity: 'down' }]);
  const left = new Set<string>();
  const leave = () => {
    for (const message of post.messages.filter(({ route }) => route === 'mail')) {
      left.add(leftTo(message, 'phone').key);
      post.divert(message, 'phone');
    }
  };
  post.live(minutes, { ...good, web: 'poor' });
  leave();
  post.live(minutes, { ...good, web: 'poor', files: 'poor' });
  leave();
  post.live(minutes, { ...good, web: 'bad', files: 'poor' });
  const own = post.messages.filter(({ route }) => route === 'phone');
  expect(own.map(({ kind, severity }) => [kind, severity])).toEqual([['update', 'down']]);
  expect(own.filter(({ key }) => left.has(key))).toEqual([]);
  expect(own.every(({ thread }) => left.has(thread))).toBe(true);
});
