import { expect, test } from 'vitest';
import { publishIncidents } from '../../../server/app/published-incidents.ts';
import { publishedStatus } from '../../../server/app/publish.ts';
import { Newsroom, trouble } from '../../support/incidents.ts';
import { minutes, start } from '../../support/watch.ts';
import { eventful } from '../http/network.ts';

const known = new Set(['web', 'databases']);
const published = (room: Newsroom, since = start) => publishIncidents(room.incidents.values(), known, since);

const told = (): Newsroom => {
  const room = new Newsroom();
  room.write(undefined, { kind: 'opened', title: { fr: 'Disque' }, services: ['databases', 'network'] });
  room.now += minutes;
  room.write(1, { kind: 'updated', said: { fr: 'canary: à corriger' }, nextAt: room.now + 5 * minutes });
  room.write(1, { kind: 'edited', update: 2, said: { fr: 'Nous cherchons.' } }, 'canary-author');
  return room;
};

test('tells the newest words and the promise, and neither who wrote nor what was written before', () => {
  const room = told();
  room.write(1, { kind: 'published' });
  expect(published(room)).toEqual([
    {
      id: 1,
      title: { fr: 'Disque' },
      services: ['databases'],
      phase: 'investigating',
      startedAt: start,
      nextUpdateBy: start + 6 * minutes,
      updates: [
        {
          at: start + minutes,
          phase: 'investigating',
          text: { fr: 'Nous cherchons.' },
          editedAt: start + minutes,
        },
      ],
    },
  ]);
  expect(JSON.stringify(published(room))).not.toContain('canary');
});

test.for([
  ['a draft', () => {}],
  [
    'what was hidden',
    (room: Newsroom) => [room.write(1, { kind: 'published' }), room.write(1, { kind: 'hidden' })],
  ],
  [
    'what concerns nobody but a private service',
    (room: Newsroom) => [
      room.write(1, { kind: 'amended', services: ['network'] }),
      room.write(1, { kind: 'published' }),
    ],
  ],
  [
    'what was merged into another',
    (room: Newsroom) => [
      room.write(1, { kind: 'published' }),
      room.write(undefined, { kind: 'opened', title: { fr: 'b' }, services: [] }),
      room.write(2, { kind: 'updated', said: { fr: 'canary' } }),
      room.write(2, { kind: 'published' }),
      room.write(1, { kind: 'merged', into: 2 }),
      room.write(2, { kind: 'hidden' }),
    ],
  ],
] as const)('says nothing of %s', ([, arrange]) => {
  const room = told();
  arrange(room);
  expect(published(room)).toEqual([]);
});

test('what goes on comes first, and what was resolved long ago does not come', () => {
  const room = told();
  room.write(1, { kind: 'published' });
  room.write(1, { kind: 'updated', phase: 'resolved', said: { fr: 'Réparé.' } });
  room.troubles = [trouble('web', { startedAt: start - 60 * minutes })];
  room.follow();
  room.write(2, { kind: 'published' });
  expect(published(room).map(({ id }) => id)).toEqual([2, 1]);
  expect(published(room, start + 2 * minutes).map(({ id }) => id)).toEqual([2]);
  expect(published(room)[0]?.updates).toMatchObject([{ neutral: 'noticed' }]);
});

test('what was published and went up in another is found there, however often that went on', () => {
  const room = told();
  const said = { fr: 'Nous cherchons.' };
  for (const id of [2, 3, 4]) room.write(undefined, { kind: 'opened', title: { fr: `${id}` }, services: [] });
  for (const id of [2, 3]) room.write(id, { kind: 'updated', said });
  for (const id of [1, 2, 3]) room.write(id, { kind: 'published' });
  room.write(1, { kind: 'merged', into: 2 });
  room.write(4, { kind: 'merged', into: 2 });
  room.write(2, { kind: 'merged', into: 3 });
  expect(published(room).map(({ id, absorbed }) => [id, absorbed])).toEqual([[3, [1, 2]]]);
});

test('what is told is what the API promises', () => {
  const lookout = eventful();
  const room = told();
  room.write(1, { kind: 'published' });
  room.write(1, { kind: 'post-mortem', said: { en: 'It was old.' } });
  lookout.incidents = [...room.incidents.values()];
  const status = lookout.publish();
  expect(status.incidents[0]?.services).toEqual(['databases']);
  expect(publishedStatus.parse(status)).toEqual(status);
});
