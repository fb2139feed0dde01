import { expect, test } from 'vitest';
import { Histories } from '../../../server/app/histories.ts';
import { StoreError } from '../../../server/app/ports.ts';
import { publishedHistory } from '../../../server/app/published-history.ts';
import type { PublishedHistory } from '../../../server/app/published-history.ts';
import type { Subject } from '../../../server/core/effects.ts';
import { nothingRemembered } from '../../../server/core/remember.ts';
import { Watch } from '../../../server/core/watch.ts';
import { noEffects, outage, recovered, span } from '../../support/effects.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { hours, makeCheck, makeConfig, makeService, start } from '../../support/watch.ts';

const mail = makeService('mail', [makeCheck('smtp', { options: { host: 'canary.example.org' } })]);
const secret = { ...makeService('secret', [makeCheck('vault')]), public: false };
const subject: Subject = { kind: 'service', id: 'mail' };
const dayMs = 24 * hours;

const open = async () => {
  const time = new PassingTime(start);
  const store = openInMemory();
  const from = start - 100 * dayMs;
  const finding = { cause: 'refused', evidence: 'canary.example.org refused' } as const;
  await store.commit({
    ...noEffects,
    spans: [
      span(from, { subject }),
      span(from + dayMs, { subject, state: 'down', finding }),
      span(from + dayMs + 6 * hours, { subject }),
    ],
    outages: [outage(from + dayMs, { subject, finding, end: recovered(from + dayMs + 6 * hours) })],
  });
  let config = makeConfig([mail, secret]);
  const lines: string[] = [];
  const log = (event: string) => void lines.push(event);
  const histories = new Histories({
    store: { ...store, spans: (...asked) => (isDead ? dead() : store.spans(...asked)) },
    clock: time.clock,
    timers: time.timers,
    log: { info: log, warn: log, error: log },
    config: () => config,
    watch: Watch.open(config, nothingRemembered, start).watch,
    render: (history: PublishedHistory) => history,
  });
  let isDead = false;
  const dead = () => Promise.reject(new StoreError('store.io', 'no disk'));
  const kill = () => (isDead = true);
  const configure = (next: typeof config) => (config = next);
  return { time, histories, lines, kill, configure };
};

test('a history tells of thirteen months: each day, each month and each outage, and nothing that is private', async () => {
  const { histories } = await open();
  expect(histories.of('mail')).toBeUndefined();
  await histories.refresh.now();
  const told = histories.of('mail')!;
  expect(publishedHistory.parse(told)).toEqual(told);
  expect(JSON.stringify(told)).not.toContain('canary');
  // `start` is the first of March 2026: the twelve months before it begin a year earlier.
  expect([told.days.first, told.days.upMs.length, told.months.length]).toEqual(['2025-03-01', 366, 13]);
  expect(told.days.downMs.reduce((sum, ms) => sum + ms, 0)).toBe(6 * hours);
  expect(told.months.find(({ downMs }) => downMs > 0)).toMatchObject({ month: '2025-11', downMs: 6 * hours });
  expect(told.outages).toEqual([
    expect.objectContaining({ service: 'mail', cause: 'refused', seenMs: 6 * hours }),
  ]);
  expect(histories.of('secret')).toBeUndefined();
});

test('a history is made anew every hour, and the old one stays where the store cannot be read', async () => {
  const { histories, time, kill, lines } = await open();
  await histories.refresh.now();
  await time.pass(hours);
  await histories.refresh.now();
  expect(histories.of('mail')).toMatchObject({ generatedAt: start + hours });
  kill();
  await time.pass(hours);
  await histories.refresh.now();
  expect(histories.of('mail')).toMatchObject({ generatedAt: start + hours });
  expect(lines).toContain('work.failed');
});

test('of a service that is no longer public, or there, nothing stays', async () => {
  const { histories, configure } = await open();
  await histories.refresh.now();
  configure(makeConfig([secret]));
  await histories.refresh.now();
  expect(histories.of('mail')).toBeUndefined();
});

test('nothing is made once it is stopped', async () => {
  const { histories, time } = await open();
  await histories.stop();
  await time.pass(2 * hours);
  expect(histories.of('mail')).toBeUndefined();
});
