// Windows of maintenance as the observer lives them: to the second, and kept before anybody is told.
import { expect, test } from 'vitest';
import { StoreError } from '../../../server/app/ports.ts';
import type { Window } from '../../../server/core/maintenance.ts';
import { Observing } from '../../support/observing.ts';
import { minutes, oneCheck, seconds, start } from '../../support/watch.ts';

const window: Window = {
  id: 'cable',
  title: { fr: 'Câble', en: 'Cable' },
  services: ['site'],
  checks: [],
  from: start + 62 * seconds,
  until: start + 123 * seconds,
};

const works = {
  ...oneCheck(),
  maintenance: [
    {
      id: 'works',
      title: window.title,
      services: ['site'],
      checks: [],
      once: { fromMs: window.from, toMs: window.until },
    },
  ],
};

test('it looks when a window begins, and keeps it then', async () => {
  const observing = new Observing(works);
  await observing.time.pass(62 * seconds - 1);
  expect(observing.decided.some(({ windows }) => windows.length > 0)).toBe(false);
  await observing.time.pass(1);
  expect(observing.decided.at(-1)?.windows).toMatchObject([{ id: 'works', until: window.until }]);
  await observing.time.pass(seconds);
  expect(observing.kept.flatMap(({ windows }) => windows)).toMatchObject([{ id: 'works' }]);
});

test('it looks again at what a window leaves broken, when it ends', async () => {
  const observing = new Observing(works);
  await observing.live(minutes);
  await observing.live(62 * seconds, 'bad');
  observing.rechecks.length = 0;
  await observing.time.pass(seconds);
  expect(observing.rechecks).toMatchObject([[{ check: 'web' }, 0]]);
});

test('a window that somebody makes is kept before it is so', async () => {
  const observing = new Observing();
  observing.disk = 'hangs';
  const planned = observing.observer.plan(window);
  expect(observing.watch.maintenance.windows(observing.time.clock.now())).toEqual([]);
  observing.disk = 'works';
  observing.goOn();
  await planned;
  expect(observing.watch.maintenance.windows(observing.time.clock.now())).toEqual([window]);
  expect(observing.kept.flatMap(({ windows }) => windows)).toContainEqual(window);
});

test('a window that cannot be kept is not so', async () => {
  const observing = new Observing();
  observing.disk = new StoreError('store.full', 'The disk is full.');
  await expect(observing.observer.plan(window)).rejects.toMatchObject({ code: 'store.full' });
  expect(observing.watch.maintenance.windows(observing.time.clock.now())).toEqual([]);
});
