import { beforeEach, describe, expect, test } from 'vitest';
import { say } from '../../../../server/app/incident-words.ts';
import type { ServiceConfig } from '../../../../config/config.ts';
import type { Route } from '../../../../server/core/alerts/alert.ts';
import { mayRemind, messagesOf } from '../../../../server/core/incidents/tell.ts';
import type { TellingRules } from '../../../../server/core/incidents/tell.ts';
import type { Deed } from '../../../../server/core/incidents/write.ts';
import { Newsroom, trouble } from '../../../support/incidents.ts';
import { hours, makeConfig, makeService, minutes, start } from '../../../support/watch.ts';

const route = (id: string, over: Partial<Route> = {}): Route => ({
  id,
  severity: 'degraded',
  quiet: 'degraded',
  afterMs: 0,
  repeatMs: [],
  audience: 'admins',
  ...over,
});

let room: Newsroom;
let routes: readonly Route[];
let services: readonly ServiceConfig[];
beforeEach(() => {
  services = [makeService('databases', []), makeService('web', [])];
  room = new Newsroom();
  routes = [route('admins'), route('toots', { audience: 'public' })];
  room.write(undefined, { kind: 'opened', title: { fr: 'Disque lent' }, services: ['databases'] });
});

const rules = (): TellingRules => ({ ...makeConfig(services), routes });
const told = (act: () => void) => {
  const before = new Set([...room.incidents.values()].flatMap(({ versions }) => versions));
  act();
  const added = [...room.incidents.values()]
    .flatMap(({ versions }) => versions)
    .filter((one) => !before.has(one));
  return messagesOf(added, room.incidents, rules(), say);
};
const written = (...deeds: readonly Deed[]) => told(() => deeds.forEach((deed) => room.write(1, deed)));
const office = { fromMinute: 480, toMinute: 1_320 };
const said = { fr: 'Nous *cherchons*.', en: 'Looking.' };

describe('that promised news are late', () => {
  const late = () => {
    written({ kind: 'updated', said, nextAt: start + 30 * minutes });
    room.now += 31 * minutes;
    return told(() => room.follow());
  };

  test('is told to administrators, in both languages, with what to do about it', () => {
    expect(late()).toEqual([
      {
        key: 'incident-1/3/admins',
        thread: 'incident-1/admins',
        route: 'admins',
        kind: 'word',
        severity: 'degraded',
        at: room.now,
        exercise: false,
        title: {
          fr: 'Les membres attendent des nouvelles – Disque lent',
          en: 'Members wait for news – Disque lent',
        },
        text: {
          fr: expect.stringMatching(/promises pour 1.h.30\. .*vigie incident update 1 --fr/) as string,
          en: expect.stringMatching(/promised by 01:30\. .*vigie incident update 1 --en/) as string,
        },
        alerts: [],
      },
    ]);
  });

  test.for<[string, readonly Route[], readonly string[]]>([
    ['not who is told of the worst alone', [route('a'), route('b', { severity: 'down' })], ['a']],
    ['not who is told of what others leave', [route('a'), route('b', { afterMs: 1 })], ['a']],
    ['these, unless there is nobody else', [route('b', { afterMs: 1 })], ['b']],
    ['not who looks after something else', [route('a', { services: ['web'] }), route('b')], ['b']],
    ['not who sleeps, while somebody is awake', [route('a', { hours: office }), route('b')], ['b']],
  ])('is told to %s', ([, only, ids]) => {
    routes = only;
    expect(late().map(({ route }) => route)).toEqual(ids);
  });
});

test('that they are late is told in the morning, where everybody sleeps', () => {
  routes = [route('a', { hours: office }), route('b', { services: ['web'] })];
  room.mayRemind = (incident) => mayRemind(incident, room.now, rules());
  written({ kind: 'updated', said, nextAt: start + 30 * minutes });
  const looked = Array.from({ length: 10 }, (_, hour) => {
    room.now = start + (hour + 0.5) * hours;
    return told(() => room.follow()).map(({ route, at }) => [route, at]);
  });
  expect(looked.flat()).toEqual([['a', start + 7.5 * hours]]);
});

test('that they are late is written down where there is nobody to be told', () => {
  for (routes of [[], [route('b', { services: ['web'] })], [route('toots', { audience: 'public' })]])
    expect(mayRemind(room.get(1), start, rules())).toBe(true);
});

describe('what people say is told to the public', () => {
  test('once it is published, and then with each update', () => {
    expect(written({ kind: 'updated', said })).toEqual([]);
    expect(written({ kind: 'published' })).toMatchObject([
      {
        key: 'incident-1/2/toots',
        thread: 'incident-1/toots',
        severity: 'info',
        title: { fr: 'Disque lent\u00a0: analyse en cours' },
        text: said,
      },
    ]);
    const [message] = written({ kind: 'updated', phase: 'identified', said, nextAt: start + hours });
    expect(message).toMatchObject({
      key: 'incident-1/4/toots',
      title: { en: 'Disque lent: cause identified' },
    });
    expect(message?.text.en).toBe('Looking.\n\nNext news by 02:00.');
  });

  test('under the same key when it is published again', () => {
    const [first] = written({ kind: 'updated', said }, { kind: 'published' });
    const [again] = written({ kind: 'hidden' }, { kind: 'published' });
    expect(again?.key).toBe(first?.key);
  });

  test.for<[string, readonly Deed[]]>([
    ['a draft', [{ kind: 'updated', said }]],
    ['a correction', [{ kind: 'edited', update: 2, said }]],
  ])('but not %s', ([, deeds]) => {
    if (deeds[0]?.kind === 'edited') written({ kind: 'updated', said }, { kind: 'published' });
    expect(written(...deeds)).toEqual([]);
  });

  test('but not what nobody has said', () => {
    room = new Newsroom();
    room.troubles = [trouble('web')];
    room.follow();
    expect(written({ kind: 'published' })).toEqual([]);
    expect(room.get(1).isPublic).toBe(true);
  });

  test('but not what is about private services alone', () => {
    services = [{ ...makeService('databases', []), public: false }, makeService('web', [])];
    expect(written({ kind: 'updated', said }, { kind: 'published' })).toEqual([]);
    expect(written({ kind: 'amended', services: ['databases', 'web'] }, { kind: 'published' })).toHaveLength(
      1,
    );
    expect(written({ kind: 'amended', services: [] }, { kind: 'published' })).toHaveLength(1);
  });

  test('under the names of its services, where Vigie drafted it', () => {
    room = new Newsroom();
    room.troubles = [trouble('web')];
    room.follow();
    expect(written({ kind: 'updated', said }, { kind: 'published' })).toMatchObject([
      { title: { fr: 'web\u00a0: analyse en cours' } },
    ]);
  });
});
