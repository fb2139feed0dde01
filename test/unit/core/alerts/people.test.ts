// What people do about alerts, and the hours at which they want to be told.
import { describe, expect, test } from 'vitest';
import { act } from '../../../../server/core/alerts/act.ts';
import { mayTell } from '../../../../server/core/alerts/hours.ts';
import { Alerting, makeRoute } from '../../../support/alerting.ts';
import {
  hours,
  makeCheck,
  makeConfig,
  makeService,
  minutes,
  seconds,
  start,
} from '../../../support/watch.ts';

const config = makeConfig(
  [makeService('site', [makeCheck('web'), makeCheck('files')]), makeService('mail', [makeCheck('smtp')])],
  [makeCheck('near'), makeCheck('far')],
);
const good = { web: 'good', files: 'good', smtp: 'good', near: 'good', far: 'good' } as const;

const alerting = (...routes: Parameters<typeof makeRoute>[]): Alerting => {
  const known = routes.length === 0 ? undefined : routes.map((route) => makeRoute(...route));
  const made = new Alerting(config, known);
  made.live(minutes, good);
  return made;
};

describe('a silence', () => {
  const until = start + 2 * hours;
  const silence = (id: string, kind: 'service' | 'check' = 'service') =>
    ({ kind: 'silence', subject: { kind, id }, by: 'Anne', reason: 'new disk', until }) as const;

  test('is one of a thousand at most', () => {
    const { kind: _, ...muted } = silence('mail');
    const silences = Array.from({ length: 1_000 }, (_, n) => ({ ...muted, id: `${n}`, from: start }));
    const one = silence('mail');
    expect(act(one, { alerts: [], silences }, start)).toEqual({ refused: 'too many silences' });
    const last = act(one, { alerts: [], silences: silences.slice(1) }, start);
    expect(last).toMatchObject({ silences: { length: 1_000 } });
  });

  test('mutes a service until its time is over, and what is still so is told then', () => {
    const post = alerting();
    post.act(silence('mail'));
    post.live(3 * hours, { ...good, smtp: 'bad' });
    expect(post.told).toEqual(['7200 admins alert mail']);
  });

  test('ends with the recovery: the next outage is told', () => {
    const post = alerting();
    post.act(silence('mail'));
    post.live(5 * minutes, { ...good, smtp: 'bad' });
    post.live(5 * minutes, good);
    expect(post.told).toEqual([]);
    expect([...post.silences.values()]).toMatchObject([{ endedAt: start + 385 * seconds }]);
    post.live(minutes, { ...good, smtp: 'bad' });
    expect(post.told).toEqual(['675 admins alert mail']);
  });

  test('of one check mutes no other', () => {
    const post = alerting();
    post.act(silence('web', 'check'));
    post.live(5 * minutes, { ...good, web: 'bad' });
    expect(post.told).toEqual([]);
    post.live(5 * minutes, { ...good, web: 'bad', files: 'bad' });
    expect(post.told).toEqual(['375 admins alert site']);
    expect(post.messages[0]?.text.en).not.toContain('– web');
  });

  test('of what was told stops reminders, and the end is told all the same', () => {
    const post = alerting(['admins', { repeatMs: [10 * minutes] }]);
    post.live(minutes, { ...good, smtp: 'bad' });
    post.act(silence('mail'));
    post.live(hours, { ...good, smtp: 'bad' });
    post.live(5 * minutes, good);
    expect(post.messages.map(({ kind }) => kind)).toEqual(['alert', 'recovery']);
  });

  test('is lifted by a person, and remembered over a restart until then', () => {
    const post = alerting();
    post.act(silence('mail'));
    post.restart();
    post.live(5 * minutes, { ...good, smtp: 'bad' });
    expect(post.told).toEqual([]);
    post.act({ kind: 'unsilence', silence: [...post.silences.keys()][0] ?? '' });
    post.live(5 * seconds, { ...good, smtp: 'bad' });
    expect(post.told).toEqual(['365 admins alert mail']);
  });

  test.for([
    ['no name', { by: ' ' }],
    ['no reason', { reason: '\n' }],
    ['too long', { reason: 'x'.repeat(501) }],
    ['too long', { by: 'x'.repeat(81) }],
    ['an end that is past', { until: start }],
    ['an end more than thirty days away', { until: start + 30 * 24 * hours + 2 * minutes }],
  ] as const)('is refused with %s', ([why, part]) => {
    const post = alerting();
    expect(post.act({ ...silence('mail'), ...part })).toBe(why);
    expect(post.silences.size).toBe(0);
  });

  test('that nobody knows is not lifted', () => {
    expect(alerting().act({ kind: 'unsilence', silence: 'x' })).toBe('no such silence');
  });
});

describe('an acknowledgement', () => {
  test('names who has it in what is told later', () => {
    const post = alerting();
    post.live(minutes, { ...good, smtp: 'poor' });
    const alert = post.alerts[0]?.id ?? '';
    expect(post.act({ kind: 'acknowledge', alert, by: ' Anne ', note: 'je regarde' })).toBeUndefined();
    expect(post.kept.get(alert)?.acknowledgement).toEqual({
      by: 'Anne',
      at: start + 2 * minutes,
      note: 'je regarde',
    });
    post.live(minutes, { ...good, smtp: 'bad' });
    expect(post.messages.at(-1)?.text.fr).toContain(
      'Pris en charge par Anne\u00a0: «\u00a0je regarde\u00a0»',
    );
  });

  test('is for an alert that is open, by somebody', () => {
    const post = alerting();
    const act = (alert: string, by = 'Anne') => post.act({ kind: 'acknowledge', alert, by });
    expect(act('service:mail@1')).toBe('no such alert');
    post.live(minutes, { ...good, smtp: 'bad' });
    const alert = post.alerts[0]?.id ?? '';
    expect(act(alert, '')).toBe('no name');
    post.live(2 * minutes, good);
    expect(act(alert)).toBe('no such alert');
  });
});

describe('quiet hours', () => {
  // The story begins at one in the morning.
  const day = { fromMinute: 8 * 60, toMinute: 22 * 60 };

  test('hold what is not down until they end, if it is still true', () => {
    const post = alerting(['admins', { hours: day }]);
    post.live(10 * minutes, { ...good, smtp: 'poor' });
    post.live(10 * minutes, good);
    post.live(7 * hours, { ...good, web: 'poor' });
    expect(post.told).toEqual(['25200 admins alert site']);
  });

  test('let through what is down, and its end', () => {
    const post = alerting(['admins', { hours: day }]);
    post.live(minutes, { ...good, smtp: 'bad' });
    post.live(minutes, good);
    expect(post.messages.map(({ kind }) => kind)).toEqual(['alert', 'recovery']);
  });

  test('hold all of it where that is asked', () => {
    const post = alerting(['admins', { hours: day, quiet: 'all' }]);
    post.live(8 * hours, { ...good, smtp: 'bad' });
    expect(post.told).toEqual(['25200 admins alert mail']);
  });

  test.for([
    // Over the night, and over those on which clocks change: 1:30 UTC is 3:30 in summer, and comes twice in October.
    ['2026-06-01T05:59:59Z', 8, 22, false],
    ['2026-06-01T06:00:00Z', 8, 22, true],
    ['2026-06-01T19:59:59Z', 8, 22, true],
    ['2026-06-01T20:00:00Z', 8, 22, false],
    ['2026-01-01T06:59:59Z', 8, 22, false],
    ['2026-01-01T07:00:00Z', 8, 22, true],
    ['2026-06-01T20:00:00Z', 22, 6, true],
    ['2026-06-01T03:59:59Z', 22, 6, true],
    ['2026-06-01T04:00:00Z', 22, 6, false],
    ['2026-03-29T00:59:59Z', 2, 3, false],
    ['2026-03-29T01:00:00Z', 2, 3, false],
    ['2026-03-29T01:00:00Z', 3, 4, true],
    ['2026-10-25T00:30:00Z', 2, 3, true],
    ['2026-10-25T01:30:00Z', 2, 3, true],
    ['2026-10-25T02:00:00Z', 2, 3, false],
  ] as const)('%s in Paris lies between %i and %i: %s', ([at, from, to, isOpen]) => {
    const route = { hours: { fromMinute: from * 60, toMinute: to * 60 }, quiet: 'all' } as const;
    expect(mayTell(route, 'down', Date.parse(at), 'Europe/Paris')).toBe(isOpen);
  });
});

describe('that we cannot see', () => {
  const blind = { ...good, near: 'bad', far: 'bad' } as const;

  test('is told, and that we see again, with the time between', () => {
    const post = alerting();
    post.live(10 * minutes, blind);
    post.live(minutes, good);
    expect(post.messages.map(({ kind, severity, alerts }) => [kind, severity, alerts])).toEqual([
      ['word', 'down', []],
      ['word', 'info', []],
    ]);
    expect(post.messages.map(({ title }) => title.fr)).toEqual([
      'Vigie ne voit plus rien',
      'Vigie voit de nouveau',
    ]);
    expect(post.messages[1]?.text.en).toBe('Vigie saw nothing from 01:01 on, for 10\u00a0min.');
  });

  test('keeps all alerts as they are', () => {
    const post = alerting();
    post.live(minutes, { ...good, smtp: 'bad' });
    post.live(10 * minutes, { ...blind, web: 'bad', smtp: 'bad' });
    post.live(minutes, { ...good, smtp: 'bad' });
    expect(post.messages.map(({ kind }) => kind)).toEqual(['alert', 'word', 'word']);
    post.live(5 * minutes, good);
    expect(post.messages.map(({ kind }) => kind)).toEqual(['alert', 'word', 'word', 'recovery']);
  });
});

describe('a restart', () => {
  test('tells nothing twice, and goes on where it was', () => {
    const post = alerting(['admins', { repeatMs: [10 * minutes] }], ['late', { afterMs: 5 * minutes }]);
    for (let times = 0; times < 12; times++) {
      post.live(minutes, { ...good, smtp: 'bad' });
      post.restart();
    }
    post.live(minutes, good);
    post.restart();
    expect(post.told).toEqual([
      '75 admins alert mail',
      '375 late alert mail',
      '675 admins reminder mail',
      '805 admins recovery mail',
      '805 late recovery mail',
    ]);
  });
});
