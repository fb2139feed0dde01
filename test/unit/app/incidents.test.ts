import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Incidents } from '../../../server/app/incidents.ts';
import { StoreError } from '../../../server/app/ports.ts';
import type { Store } from '../../../server/app/ports.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import type { Trouble } from '../../../server/core/incidents/follow.ts';
import { trouble } from '../../support/incidents.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { minutes, seconds, start } from '../../support/watch.ts';

let time: PassingTime;
let store: Store;
let incidents: Incidents;
let troubles: readonly Trouble[];
let events: string[];
let changes: number;
/** What becomes of what is handed to the store. */
let keep: Store['keepIncidents'];
let sent: readonly Message[];

const open = () => {
  const log = (event: string) => void events.push(event);
  return Incidents.open({
    store: { keepIncidents: (changes, messages) => keep(changes, messages), incidents: store.incidents },
    clock: time.clock,
    timers: time.timers,
    log: { info: log, warn: log, error: log },
    troubles: () => troubles,
    publishAfterMs: () => 15 * minutes,
    mayRemind: () => true,
    services: () => new Set(['web', 'mail']),
    messages: (added) => added.map(({ version }) => ({ key: `k${version}`, route: 'r', at: 1 }) as Message),
    decided: (messages) => (sent = messages),
    changed: () => changes++,
  });
};

beforeEach(async () => {
  time = new PassingTime(start);
  store = openInMemory();
  [troubles, events, changes, sent] = [[], [], 0, []];
  keep = store.keepIncidents;
  incidents = await open();
  incidents.start();
});
afterEach(async () => {
  await incidents.stop();
  await store.close();
});

const said = { fr: 'Nous cherchons.' };
const opened = { kind: 'opened', title: { fr: 'Disque' }, services: ['web'] } as const;

test('drafts what is measured, publishes it when nobody speaks, and ends it when it is over', async () => {
  troubles = [trouble('web')];
  await time.pass(6 * seconds);
  expect(incidents.all.get(1)).toMatchObject({ roots: ['web'], isPublic: false });
  await time.pass(16 * minutes);
  expect(incidents.all.get(1)?.isPublic).toBe(true);
  troubles = [];
  await time.pass(6 * seconds);
  expect(incidents.all.get(1)?.phase).toBe('resolved');
  expect(changes).toBe(3);
  expect(events).toEqual(['opened', 'updated', 'published', 'updated'].map((kind) => `incident.${kind}`));
});

test('goes on after a restart where it was, and drafts nothing twice', async () => {
  troubles = [trouble('web')];
  await time.pass(6 * seconds);
  await incidents.write('ada', 1, { kind: 'updated', said });
  await incidents.stop();
  const before = incidents.all;
  incidents = await open();
  incidents.start();
  await time.pass(minutes);
  expect(incidents.all).toEqual(before);
});

test('writes for people one after the other', async () => {
  const [first, second] = await Promise.all([
    incidents.write('ada', undefined, opened),
    incidents.write('bob', undefined, opened),
  ]);
  expect([first, second]).toMatchObject([{ id: 1 }, { id: 2 }]);
  const versions = await Promise.all(
    ['ada', 'bob'].map((author) => incidents.write(author, 1, { kind: 'updated', said })),
  );
  expect(versions).toMatchObject([{ updates: [{ version: 2 }] }, { updates: [{}, { version: 3 }] }]);
});

test('what is to be told is kept with what it tells of, and then delivered', async () => {
  await incidents.write('ada', undefined, opened);
  expect(sent.map(({ key }) => key)).toEqual(['k1']);
  expect(await store.undelivered('r', 9)).toMatchObject([{ message: { key: 'k1' } }]);
});

test('answers why it wrote nothing', async () => {
  expect(await incidents.write('ada', 7, { kind: 'published' })).toBe('no-such-incident');
  expect(changes).toBe(0);
});

describe('when the store fails', () => {
  const full = new StoreError('store.full', 'The disk is full.');

  test('says so to who writes, and nothing is written', async () => {
    keep = () => Promise.reject(full);
    await expect(incidents.write('ada', undefined, opened)).rejects.toBe(full);
    expect(incidents.all.size).toBe(0);
    keep = store.keepIncidents;
    expect(await incidents.write('ada', undefined, opened)).toMatchObject({ id: 1 });
  });

  test('says once that it cannot follow, and follows when it can', async () => {
    keep = () => Promise.reject(full);
    troubles = [trouble('web')];
    await time.pass(minutes);
    expect(events).toEqual(['incidents.follow-failed']);
    keep = store.keepIncidents;
    await time.pass(6 * seconds);
    expect(incidents.all.size).toBe(1);
  });

  test('reads again what it may have kept all the same, and has it told', async () => {
    keep = async (changes, messages) => {
      await store.keepIncidents(changes, messages);
      throw new StoreError('store.gone', 'The thread of the store has ended.');
    };
    await expect(incidents.write('ada', undefined, opened)).rejects.toMatchObject({ code: 'store.gone' });
    expect(sent).toEqual([]);
    keep = store.keepIncidents;
    await time.pass(6 * seconds);
    expect(sent).toMatchObject([{ key: 'k1' }]);
    expect(await incidents.write('ada', 1, { kind: 'updated', said })).toMatchObject({
      updates: [{ version: 2 }],
    });
  });
});
