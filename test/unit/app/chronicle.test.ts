import { expect, test } from 'vitest';
import { Chronicle } from '../../../server/app/chronicle.ts';
import { StoreError } from '../../../server/app/ports.ts';
import type { PublishedMonth } from '../../../server/app/published-month.ts';
import type { Subject } from '../../../server/core/effects.ts';
import { nothingRemembered } from '../../../server/core/remember.ts';
import { Watch } from '../../../server/core/watch.ts';
import { noEffects, outage, recovered, span } from '../../support/effects.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { Newsroom } from '../../support/incidents.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { hours, makeCheck, makeConfig, makeService, minutes, seconds, start } from '../../support/watch.ts';

const web = makeService('web', [makeCheck('site', { options: { host: 'canary.example.org' } })]);
const secret = { ...makeService('canary-secret', [makeCheck('vault')]), public: false };
const subject: Subject = { kind: 'service', id: 'web' };
const days = 24 * hours;
/** `start` is the first of March 2026, 1:00 in Paris. */
const from = start - 100 * days;
const finding = { cause: 'refused', evidence: 'canary.example.org refused' } as const;

const open = async () => {
  const time = new PassingTime(start + 2 * hours);
  const store = openInMemory();
  const fell = from + days;
  const window = { title: { fr: 'Travaux', en: 'Works' }, checks: [], from: fell + 10 * days };
  await store.commit({
    ...noEffects,
    spans: [
      span(from, { subject }),
      span(fell, { subject, state: 'down', finding }),
      span(fell + 6 * hours, { subject }),
      span(fell + 3 * days, { subject, state: 'unknown' }),
      span(fell + 3 * days + 5 * hours, { subject }),
      span(from, { subject: { kind: 'service', id: 'canary-secret' } }),
    ],
    outages: [
      outage(fell, { subject, finding, end: recovered(fell + 6 * hours) }),
      outage(fell, { id: 'other', subject: { kind: 'service', id: 'canary-secret' }, finding }),
    ],
    windows: [
      { id: 'canary', services: ['web'], ...window, until: window.from + hours },
      { id: 'private', services: ['canary-secret'], ...window, until: window.from + hours },
      { id: 'back', services: ['web'], ...window, until: window.from + hours, cancelled: true },
    ],
  });
  const config = makeConfig([web, secret]);
  const newsroom = new Newsroom();
  newsroom.now = fell + hours;
  newsroom.write(undefined, { kind: 'opened', title: { fr: 'Coupure' }, services: ['web'] });
  newsroom.write(1, { kind: 'updated', phase: 'resolved', said: { fr: 'Réparé.' } });
  newsroom.write(1, { kind: 'published' });
  const asked: string[] = [];
  let isDead = false;
  const lines: string[] = [];
  const log = (event: string) => void lines.push(event);
  const chronicle = new Chronicle({
    store: {
      ...store,
      outages: (window) => {
        asked.push(new Date(window.from + days).toISOString().slice(0, 7));
        return isDead ? Promise.reject(new StoreError('store.io', 'no disk')) : store.outages(window);
      },
    },
    clock: time.clock,
    timers: time.timers,
    log: { info: log, warn: log, error: log },
    config: () => config,
    watch: Watch.open(config, nothingRemembered, start).watch,
    incidents: () => newsroom.incidents.values(),
    render: (month: PublishedMonth) => new Map([[month.month, month]]),
  });
  return { chronicle, time, store, newsroom, asked, lines, kill: () => (isDead = true) };
};

test('there is a month for each in which something was seen, and each leads to its neighbours', async () => {
  const { chronicle } = await open();
  await chronicle.write();
  const months = ['2025-11', '2025-12', '2026-01', '2026-02', '2026-03'];
  for (const [at, month] of months.entries()) {
    const { before, after } = chronicle.at(month)!;
    expect([before, after]).toEqual([months[at - 1], months[at + 1]]);
  }
  for (const unknown of ['2025-10', '2026-04', 'nonsense']) expect(chronicle.at(unknown)).toBeUndefined();
});

test('until all of it was made once, it does not say what there is not', async () => {
  const { chronicle } = await open();
  expect(chronicle.isReady).toBe(false);
  await chronicle.write();
  expect(chronicle.isReady).toBe(true);
  const dead = await open();
  dead.kill();
  await dead.chronicle.write();
  expect(dead.chronicle.isReady).toBe(false);
});

test('a month tells what went wrong, what was planned, what people said, and nothing that is private', async () => {
  const { chronicle } = await open();
  await chronicle.write();
  const month = chronicle.at('2025-11')!;
  expect(JSON.stringify(month)).not.toContain('canary');
  expect(month).toMatchObject({
    isOver: true,
    services: [{ service: 'web', downMs: 6 * hours }],
    outages: [{ service: 'web', cause: 'refused', seenMs: 6 * hours }],
    hasMoreOutages: false,
    incidents: [{ title: { fr: 'Coupure' }, phase: 'resolved' }],
    maintenance: [],
  });
  expect(chronicle.at('2025-12')?.maintenance).toMatchObject([
    { title: { fr: 'Travaux' }, services: ['web'] },
  ]);
  // It began on the 21st: before that, nothing was seen.
  const unseen = month.days.map(({ unseenMs }) => Math.round(unseenMs / hours));
  expect(month.days).toHaveLength(30);
  expect(unseen.slice(0, 9)).toEqual([0, 0, 0, 0, 0, 5, 0, 0, 0]);
  expect(unseen.slice(-20)).toEqual(Array.from({ length: 20 }, () => 24));
});

test('a month that goes on is told up to now', async () => {
  const { chronicle, time } = await open();
  await chronicle.write();
  const { until, isOver, days: told } = chronicle.at('2026-03')!;
  expect([until, isOver, told.length]).toEqual([time.clock.now(), false, 1]);
  expect(told[0]).toEqual({ from: start - hours, until, unseenMs: 0 });
});

test('what happens is told soon, and costs the two newest months at most', async () => {
  const { chronicle, time, store, asked } = await open();
  await chronicle.write();
  asked.length = 0;
  const at = start + hours;
  await store.commit({
    ...noEffects,
    outages: [outage(at, { subject, finding, end: recovered(at + minutes) })],
  });
  for (let count = 0; count < 100; count++) chronicle.changed();
  await time.pass(11 * seconds);
  await expect.poll(() => chronicle.at('2026-03')?.outages).toHaveLength(1);
  expect(asked).toEqual(['2026-03', '2026-02']);
});

test('what is written later into an old incident is told, and what is hidden is not', async () => {
  const { chronicle, time, newsroom } = await open();
  await chronicle.write();
  newsroom.now = start;
  newsroom.write(1, { kind: 'post-mortem', said: { fr: 'Un câble.' } });
  chronicle.changed();
  await time.pass(11 * seconds);
  const postMortem = () => chronicle.at('2025-11')?.incidents[0]?.postMortem;
  await expect.poll(postMortem).toEqual({ fr: 'Un câble.' });
  newsroom.write(1, { kind: 'hidden' });
  chronicle.changed();
  await time.pass(11 * seconds);
  await expect.poll(() => chronicle.at('2025-11')?.incidents).toEqual([]);
});

test('all of it is made anew every hour, and stays where the store cannot be read', async () => {
  const { chronicle, time, asked, lines, kill } = await open();
  await chronicle.write();
  asked.length = 0;
  await time.pass(hours + seconds);
  await expect.poll(() => asked).toHaveLength(5);
  kill();
  await time.pass(hours);
  await expect.poll(() => lines).toContain('work.failed');
  expect(chronicle.at('2025-11')?.outages).toHaveLength(1);
});

test('who stops waits for no timer', async () => {
  const { chronicle, time, asked } = await open();
  await chronicle.write();
  await chronicle.stop();
  asked.length = 0;
  chronicle.changed();
  await time.pass(2 * hours);
  expect(asked).toEqual([]);
});
