import { beforeEach, describe, expect, test } from 'vitest';
import type { Deed } from '../../../../server/core/incidents/write.ts';
import { Newsroom, trouble } from '../../../support/incidents.ts';
import { hours, minutes, start } from '../../../support/watch.ts';

let room: Newsroom;
beforeEach(() => {
  room = new Newsroom();
  room.write(undefined, { kind: 'opened', title: { fr: 'Disque lent' }, services: ['databases'] });
  room.now += minutes;
});
const said = { fr: 'Nous cherchons.', en: 'We are looking.' };

test('an incident lives from its opening to its post-mortem', () => {
  room.write(1, { kind: 'updated', said, nextAt: room.now + 30 * minutes });
  room.write(1, { kind: 'published' });
  room.now += 20 * minutes;
  room.write(1, { kind: 'updated', phase: 'identified', said: { fr: 'Le disque.' } });
  room.write(1, { kind: 'updated', phase: 'resolved', said: { fr: 'Changé.' } });
  room.write(1, { kind: 'post-mortem', said: { fr: 'Il était vieux.' } });
  const { versions, updates, ...incident } = room.get(1);
  expect(incident).toEqual({
    id: 1,
    roots: [],
    title: { fr: 'Disque lent' },
    services: ['databases'],
    outages: [],
    startedAt: start,
    phase: 'resolved',
    isPublic: true,
    resolvedAt: room.now,
    postMortem: { said: { fr: 'Il était vieux.' }, at: room.now },
  });
  expect(updates.map(({ phase }) => phase)).toEqual(['investigating', 'identified', 'resolved']);
  expect(versions.map(({ version, author }) => [version, author])).toEqual(
    [1, 2, 3, 4, 5, 6].map((version) => [version, 'ada']),
  );
});

test('what is resolved is opened again by an update in another phase', () => {
  room.write(1, { kind: 'updated', phase: 'resolved', said });
  room.now += minutes;
  expect(
    room.write(1, { kind: 'updated', phase: 'monitoring', said, nextAt: room.now + hours }),
  ).toBeUndefined();
  expect(room.get(1)).toMatchObject({
    phase: 'monitoring',
    updates: [{ phase: 'resolved' }, { version: 3 }],
  });
  expect(room.get(1).resolvedAt).toBeUndefined();
  room.write(1, { kind: 'updated', phase: 'resolved', said });
  expect(room.get(1).resolvedAt).toBe(room.now);
});

test('what Vigie tells of in another incident meanwhile is not opened again', () => {
  room.troubles = [trouble('web')];
  room.follow();
  room.troubles = [];
  room.follow();
  expect(room.get(2).phase).toBe('resolved');
  room.troubles = [trouble('web', { outage: 'another' })];
  room.follow();
  expect(room.write(2, { kind: 'updated', phase: 'identified', said })).toBe('another-open');
  room.write(3, { kind: 'updated', phase: 'resolved', said });
  expect(room.write(2, { kind: 'updated', phase: 'identified', said })).toBeUndefined();
});

test('an edit is another version, and the words before it are kept', () => {
  room.write(1, { kind: 'updated', said });
  room.now += minutes;
  room.write(1, { kind: 'edited', update: 2, said: { fr: 'Nous cherchons encore.' } }, 'bob');
  expect(room.get(1).updates).toMatchObject([{ said: { fr: 'Nous cherchons encore.' }, editedAt: room.now }]);
  expect(room.get(1).versions.at(1)?.entry).toMatchObject({ kind: 'updated', said });
  expect(room.get(1).versions.at(2)).toMatchObject({ version: 3, author: 'bob', at: room.now });
});

test('what is published without a word says what was noticed', () => {
  room.troubles = [trouble('web')];
  room.follow();
  room.write(2, { kind: 'published' });
  expect(room.get(2).updates).toMatchObject([{ said: 'noticed', phase: 'investigating' }]);
  room.write(2, { kind: 'hidden' });
  room.write(2, { kind: 'published' });
  expect(room.get(2).updates).toHaveLength(1);
});

test('two become one, which tells of all that both told of', () => {
  room.troubles = [trouble('web', { startedAt: start - hours })];
  room.follow();
  expect(room.write(2, { kind: 'merged', into: 1 })).toBeUndefined();
  expect(room.get(2).mergedInto).toBe(1);
  expect(room.get(1)).toMatchObject({
    services: ['databases', 'web'],
    roots: ['web'],
    startedAt: start - hours,
  });
  room.troubles = [trouble('web', { startedAt: start + hours })];
  room.follow();
  expect([...room.incidents.keys()]).toEqual([1, 2]);
  expect(room.get(1).outages).toHaveLength(2);
});

test('its beginning can be put back, as far as anybody likes', () => {
  room.write(1, { kind: 'updated', said });
  room.write(1, { kind: 'amended', startedAt: start - 24 * hours, title: { en: 'Disk' } });
  expect(room.get(1)).toMatchObject({ startedAt: start - 24 * hours, title: { en: 'Disk' } });
});

describe('is refused:', () => {
  const resolve: Deed = { kind: 'updated', phase: 'resolved', said };
  test.for<[string, readonly Deed[], Deed, string, number?]>([
    ['an incident that is not there', [], resolve, 'no-such-incident', 9],
    ['an update of what is resolved', [resolve], resolve, 'resolved'],
    ['an update of the future', [], { ...resolve, at: start + hours }, 'future'],
    ['an update from before its beginning', [], { ...resolve, at: start - 1 }, 'too-early'],
    [
      'an update from before the last one',
      [{ kind: 'updated', said }],
      { kind: 'updated', said, at: start },
      'too-early',
    ],
    ['a promise of the past', [], { kind: 'updated', said, nextAt: start }, 'past-promise'],
    ['a promise of more on what is over', [], { ...resolve, nextAt: start + hours }, 'needless-promise'],
    ['to be published without a word where nothing was noticed', [], { kind: 'published' }, 'wordless'],
    ['an edit of what is no update', [], { kind: 'edited', update: 1, said }, 'no-such-update'],
    ['a beginning in the future', [], { kind: 'amended', startedAt: start + hours }, 'future'],
    [
      'a beginning after the first update',
      [{ kind: 'updated', said, at: start }],
      { kind: 'amended', startedAt: start + 1 },
      'after-update',
    ],
    ['a service that is not there', [], { kind: 'amended', services: ['x'] }, 'no-such-service'],
    [
      'to be opened for a service that is not there',
      [],
      { kind: 'opened', title: { fr: 'x' }, services: ['x'] },
      'no-such-service',
    ],
    ['to be merged into itself', [], { kind: 'merged', into: 1 }, 'itself'],
    ['to be merged into nothing', [], { kind: 'merged', into: 7 }, 'no-such-incident'],
  ])('%s', ([, before, deed, refusal, id = 1]) => {
    for (const done of before) room.write(1, done);
    const { versions } = room.get(1);
    expect(room.write(id, deed)).toBe(refusal);
    expect(room.get(1).versions).toBe(versions);
  });

  test('to be merged into what is resolved, or merged itself, and to write into what is merged', () => {
    room.write(undefined, { kind: 'opened', title: { fr: 'b' }, services: [] });
    room.write(undefined, { kind: 'opened', title: { fr: 'c' }, services: [] });
    room.write(1, resolve);
    expect(room.write(2, { kind: 'merged', into: 1 })).toBe('resolved');
    room.write(2, { kind: 'merged', into: 3 });
    expect(room.write(3, { kind: 'merged', into: 2 })).toBe('merged');
    expect(room.write(2, resolve)).toBe('merged');
  });

  test('to go up in what readers do not know of, once they know of it', () => {
    room.write(undefined, { kind: 'opened', title: { fr: 'b' }, services: [] });
    for (const id of [1, 2]) room.write(id, { kind: 'updated', said });
    room.write(1, { kind: 'published' });
    expect(room.write(1, { kind: 'merged', into: 2 })).toBe('unpublished');
    room.write(2, { kind: 'published' });
    expect(room.write(1, { kind: 'merged', into: 2 })).toBeUndefined();
  });

  test('more versions than anybody writes', () => {
    room.write(undefined, { kind: 'opened', title: { fr: 'b' }, services: [] });
    for (let i = 1; i < 200; i++) room.write(1, { kind: 'post-mortem', said });
    expect(room.write(1, { kind: 'post-mortem', said })).toBe('full');
    expect(room.write(2, { kind: 'merged', into: 1 })).toBe('full');
  });
});

test('a clock that was set back writes no version before the last one', () => {
  room.write(1, { kind: 'updated', said });
  const { at } = room.get(1).versions.at(-1)!;
  room.now -= hours;
  room.write(1, { kind: 'published' });
  expect(room.get(1).versions.at(-1)?.at).toBe(at);
});
