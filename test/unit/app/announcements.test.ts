import { expect, test } from 'vitest';
import { Announcements } from '../../../server/app/announcements.ts';
import { StoreError } from '../../../server/app/ports.ts';
import type { PublishedWindow } from '../../../server/app/published-maintenance.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { bulletin } from '../../support/store-contract-subscribers.ts';

const window = (id: string, over: Partial<PublishedWindow> = {}): PublishedWindow => ({
  id,
  title: { fr: 'Travaux', en: 'Works' },
  services: ['mail'],
  from: 100,
  until: 200,
  changedAt: 1,
  ...over,
});

const log = { info: () => {}, warn: () => {}, error: () => {} };

const ids = (windows: readonly PublishedWindow[]) => windows.map(({ id }) => id);

test('knows after a restart what was told before it', async () => {
  const store = openInMemory();
  const before = await Announcements.open(store, log);
  const changed = window('b', { changedAt: 2, cancelled: true });
  before.note([window('a'), window('b')], 0);
  before.note([window('a'), changed], 0);
  await expect.poll(() => store.announcements()).toEqual([window('a'), changed]);
  const after = await Announcements.open(store, log);
  expect([...after.told.values()]).toEqual([window('a'), changed]);
});

test('forgets what ended so long ago that nobody is told of it', async () => {
  const store = openInMemory();
  const announcements = await Announcements.open(store, log);
  const later = window('b', { until: 300 });
  announcements.note([window('a'), later], 0);
  await expect.poll(async () => ids(await store.announcements())).toEqual(['a', 'b']);
  announcements.note([later, window('c', { until: 400 })], 200);
  expect([...announcements.told.keys()]).toEqual(['b', 'c']);
  await expect.poll(async () => ids(await store.announcements())).toEqual(['b', 'c']);
});

test('writes nothing while nothing changes, and later what could not be written', async () => {
  const store = openInMemory();
  const written: (readonly string[])[] = [];
  let isFull = true;
  const keepAnnouncements: typeof store.keepAnnouncements = async (windows, before) => {
    written.push(ids(windows));
    if (isFull) throw new StoreError('store.full', 'The disk is full.');
    await store.keepAnnouncements(windows, before);
  };
  const announcements = await Announcements.open({ ...store, keepAnnouncements }, log);
  announcements.note([window('a')], 0);
  await expect.poll(() => written).toEqual([['a']]);
  isFull = false;
  await expect
    .poll(async () => {
      announcements.note([window('a')], 0);
      return ids(await store.announcements());
    })
    .toEqual(['a']);
  await new Promise((resolve) => void setTimeout(resolve));
  const { length } = written;
  announcements.note([window('a')], 0);
  expect(written).toHaveLength(length);
});

test('keeps with it what subscribers are told, once, and later what could not be kept', async () => {
  const store = openInMemory();
  const kept: (readonly string[])[] = [];
  let isFull = true;
  let called = 0;
  const keepAnnouncements: typeof store.keepAnnouncements = async (_, __, bulletins = []) => {
    if (isFull) throw new StoreError('store.full', 'The disk is full.');
    kept.push(bulletins.map((change) => (change.kind === 'told' ? change.bulletin.key : change.kind)));
  };
  const announcements = await Announcements.open({ ...store, keepAnnouncements }, log, () => (called += 1));
  announcements.note([], 0, [bulletin('a')]);
  await new Promise((resolve) => void setTimeout(resolve));
  isFull = false;
  announcements.note([], 0, [bulletin('a'), bulletin('b')]);
  await expect.poll(() => kept).toEqual([['a', 'b']]);
  announcements.note([], 0, [bulletin('b')]);
  announcements.note([], 0);
  await new Promise((resolve) => void setTimeout(resolve));
  expect([kept, called]).toEqual([[['a', 'b']], 1]);
});
