import { beforeEach, describe, expect, test } from 'vitest';
import { isOpen } from '../../../../server/core/incidents/incident.ts';
import { Newsroom, trouble } from '../../../support/incidents.ts';
import { hours, minutes, start } from '../../../support/watch.ts';

let room: Newsroom;
beforeEach(() => {
  room = new Newsroom();
});
const kinds = (id: number) => room.get(id).versions.map(({ entry }) => entry.kind);

describe('a draft', () => {
  test('is one for what has one cause, the cause first', () => {
    room.troubles = [
      trouble('web', { root: 'network' }),
      trouble('databases', { root: 'network', startedAt: start - minutes }),
      trouble('network'),
    ];
    room.follow();
    expect([...room.incidents.keys()]).toEqual([1]);
    expect(room.get(1)).toMatchObject({
      roots: ['network'],
      services: ['network', 'web', 'databases'],
      startedAt: start - minutes,
      phase: 'investigating',
      isPublic: false,
    });
  });

  test('is another one for what has another cause', () => {
    room.troubles = [trouble('web'), trouble('databases')];
    room.follow();
    expect([...room.incidents.values()].map(({ roots }) => roots)).toEqual([['web'], ['databases']]);
  });

  test('is not written again by looking again', () => {
    room.troubles = [trouble('web')];
    expect(room.follow()).toHaveLength(1);
    expect(room.follow()).toEqual([]);
  });

  test('takes in what the cause brings down later', () => {
    room.troubles = [trouble('network')];
    room.follow();
    room.troubles = [trouble('network'), trouble('web', { root: 'network' })];
    room.follow();
    expect(kinds(1)).toEqual(['opened', 'spread']);
    expect(room.get(1).services).toEqual(['network', 'web']);
    expect(room.follow()).toEqual([]);
  });

  test('goes up in that of its cause, when the cause is confirmed later', () => {
    room.troubles = [trouble('web')];
    room.follow();
    room.troubles = [trouble('web', { root: 'network' }), trouble('network')];
    room.follow();
    room.follow();
    expect(room.get(1).mergedInto).toBe(2);
    expect(room.get(2)).toMatchObject({ services: ['network', 'web'], roots: ['network', 'web'] });
    expect(room.follow()).toEqual([]);
  });

  test('stays apart while readers know of it, and not of its cause', () => {
    room.troubles = [trouble('web')];
    room.follow();
    room.now += hours;
    room.follow();
    room.troubles = [trouble('web', { root: 'network' }), trouble('network', { confirmedAt: room.now })];
    for (let looks = 0; looks < 3; looks++) room.follow();
    expect(room.get(1)).toMatchObject({ isPublic: true, phase: 'investigating' });
    room.now += hours;
    for (let looks = 0; looks < 3; looks++) room.follow();
    expect(room.get(1).mergedInto).toBe(2);
  });

  test('stays apart when a person has spoken in it', () => {
    room.troubles = [trouble('web')];
    room.follow();
    room.write(1, { kind: 'updated', said: { fr: 'Nous cherchons.' } });
    room.troubles = [trouble('web', { root: 'network' }), trouble('network')];
    for (let looks = 0; looks < 3; looks++) room.follow();
    expect([...room.incidents.values()].filter(isOpen)).toHaveLength(2);
  });

  test('is not written of what was announced, and not ended by an announcement', () => {
    room.troubles = [trouble('web', { isPlanned: true })];
    expect(room.follow()).toEqual([]);
    room.troubles = [trouble('web')];
    room.follow();
    room.troubles = [trouble('web', { isPlanned: true })];
    room.now += 24 * hours;
    expect(room.follow()).toEqual([]);
  });

  test('is resolved when what it tells of is over and nobody has spoken', () => {
    room.troubles = [trouble('web')];
    room.follow();
    room.troubles = [];
    room.now += 5 * minutes;
    room.follow();
    expect(room.get(1)).toMatchObject({ phase: 'resolved', resolvedAt: room.now, isPublic: false });
    expect(room.follow()).toEqual([]);
  });

  test('stays with people once one of them has spoken', () => {
    room.troubles = [trouble('web')];
    room.follow();
    room.write(1, { kind: 'updated', said: { fr: 'Nous cherchons.' } });
    room.troubles = [];
    room.now += hours;
    room.follow();
    expect(isOpen(room.get(1))).toBe(true);
  });

  test('is not written for an outage of which people say that it is over', () => {
    room.troubles = [trouble('web')];
    room.follow();
    room.write(1, { kind: 'updated', phase: 'resolved', said: { fr: 'Réparé.' } });
    expect(room.follow()).toEqual([]);
  });

  test('leaves room for people when its cause comes and goes', () => {
    room.troubles = [trouble('web')];
    room.follow();
    room.write(1, { kind: 'updated', said: { fr: 'Nous cherchons.' } });
    for (let i = 1; i < 300; i++) {
      room.troubles = [trouble('web', { startedAt: start + i })];
      room.follow();
    }
    expect([...room.incidents.keys()]).toEqual([1]);
    expect(room.write(1, { kind: 'updated', said: { fr: 'Encore.' } })).toBeUndefined();
  });
});

describe('a neutral word', () => {
  const after = (ms: number) => {
    room.troubles = [trouble('web')];
    room.follow();
    room.now = start + 10_000 + ms;
    room.follow();
    return room.get(1);
  };

  test.for([
    [15 * minutes - 1, false],
    [15 * minutes, true],
  ] as const)('is published after so much of a confirmed outage: %d ms, %s', ([ms, isPublic]) => {
    expect(after(ms).isPublic).toBe(isPublic);
  });

  test('says what was noticed, and that it is over when it is', () => {
    expect(after(hours).updates).toMatchObject([{ phase: 'investigating', said: 'noticed' }]);
    room.troubles = [];
    room.follow();
    expect(room.get(1).updates.map(({ phase, said }) => [phase, said])).toEqual([
      ['investigating', 'noticed'],
      ['resolved', 'over'],
    ]);
  });

  test.for([
    ['has written', { kind: 'updated', said: { en: 'Looking.' } }],
    ['has hidden it', { kind: 'hidden' }],
  ] as const)('is not published when somebody %s', ([, deed]) => {
    room.troubles = [trouble('web')];
    room.follow();
    room.write(1, deed);
    room.now += hours;
    room.follow();
    expect(room.get(1).isPublic).toBe(false);
  });

  test('is not published while people tell of it in an incident of their own', () => {
    room.troubles = [trouble('web'), trouble('databases', { root: 'web' })];
    room.follow();
    room.write(undefined, { kind: 'opened', title: { fr: 'Serveur' }, services: ['web'] });
    room.write(2, { kind: 'updated', said: { fr: 'Nous cherchons.' } });
    room.write(2, { kind: 'published' });
    room.now += hours;
    room.follow();
    expect(room.get(1).isPublic).toBe(false);
    room.write(2, { kind: 'updated', phase: 'resolved', said: { fr: 'Réparé.' } });
    room.follow();
    expect(room.get(1).isPublic).toBe(true);
  });

  test.for([
    ['tell of another service', 'network', { kind: 'published' }],
    ['keep to themselves what they write of it', 'web', { kind: 'hidden' }],
  ] as const)('is published when people %s', ([, service, deed]) => {
    room.troubles = [trouble('web')];
    room.follow();
    room.write(undefined, { kind: 'opened', title: { fr: 'Serveur' }, services: [service] });
    room.write(2, { kind: 'updated', said: { fr: 'Nous cherchons.' } });
    room.write(2, deed);
    room.now += hours;
    room.follow();
    expect(room.get(1).isPublic).toBe(true);
  });

  test.for([
    ['what is only slow', { state: 'degraded' }],
    ['a service that nobody knows of', { isPublic: false }],
  ] as const)('is not published about %s', ([, over]) => {
    room.troubles = [trouble('web', over)];
    room.follow();
    room.now += 24 * hours;
    room.follow();
    expect(room.get(1).isPublic).toBe(false);
  });
});

test('no word is published for who does not want any', () => {
  room.publishAfterMs = undefined;
  room.troubles = [trouble('web')];
  room.follow();
  room.now += 24 * hours;
  expect(room.follow()).toEqual([]);
});

describe('a promise', () => {
  const promised = () => {
    room.write(undefined, { kind: 'opened', title: { fr: 'Disque' }, services: ['web'] });
    room.write(1, { kind: 'updated', said: { fr: 'Bientôt.' }, nextAt: start + 30 * minutes });
  };
  const nagged = (afterMs: number) => {
    room.now = start + afterMs;
    return room.follow().map(({ entry }) => entry);
  };

  test('that is missed is reminded of at once, twice more, and then no more', () => {
    promised();
    expect(nagged(30 * minutes - 1)).toEqual([]);
    expect(nagged(30 * minutes)).toEqual([{ kind: 'nagged', promise: 2, nth: 1 }]);
    expect(nagged(31 * minutes)).toEqual([]);
    expect(nagged(60 * minutes)).toEqual([{ kind: 'nagged', promise: 2, nth: 2 }]);
    expect(nagged(150 * minutes)).toEqual([{ kind: 'nagged', promise: 2, nth: 3 }]);
    expect(nagged(24 * hours)).toEqual([]);
  });

  test('is reminded of once after a night in which Vigie did not run', () => {
    promised();
    expect(nagged(12 * hours)).toEqual([{ kind: 'nagged', promise: 2, nth: 3 }]);
    expect(nagged(13 * hours)).toEqual([]);
  });

  test('is kept by the next update, whatever that one promises', () => {
    promised();
    room.write(1, { kind: 'updated', said: { fr: 'Voilà.' } });
    expect(nagged(hours)).toEqual([]);
    room.write(1, { kind: 'updated', said: { fr: 'À suivre.' }, nextAt: room.now + minutes });
    expect(nagged(2 * hours)).toEqual([{ kind: 'nagged', promise: 4, nth: 2 }]);
  });

  test('of what is resolved is none', () => {
    promised();
    room.write(1, { kind: 'updated', phase: 'resolved', said: { fr: 'Réparé.' } });
    expect(nagged(hours)).toEqual([]);
  });
});
