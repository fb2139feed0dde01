// What subscribers are told of what the page says: no more than that, and none of it twice.
import { describe, expect, test } from 'vitest';
import { incidentBulletins, workBulletins } from '../../../../server/app/subscriptions/bulletins.ts';
import type { PublishedWindow } from '../../../../server/app/published-maintenance.ts';
import { add } from '../../../../server/core/incidents/incident.ts';
import type { Entry, Incident, Version } from '../../../../server/core/incidents/incident.ts';

const both = (text: string) => ({ fr: text, en: text });
const known = {
  services: [{ id: 'db', name: { fr: 'Bases de données', en: 'Databases' } }],
  organisation: { timezone: 'Europe/Paris' },
  recurring: [],
};
const hourMs = 3_600_000;
const start = Date.UTC(2026, 10, 22, 12);

/** What comes of the last so many of these entries, with a pause before each. */
const told = (entries: readonly Entry[], count = 1, pauseMs = 60_000) => {
  let incident: Incident | undefined;
  const versions = entries.map((entry, index): Version => {
    const version = { incident: 7, version: index + 1, at: start + index * pauseMs, author: 'ada', entry };
    incident = add(incident, version);
    return version;
  });
  return incidentBulletins(versions.slice(-count), new Map([[7, incident!]]), known);
};

const opened: Entry = {
  kind: 'opened',
  title: { fr: 'Disque plein' },
  services: ['db', 'hidden'],
  outages: [],
  startedAt: start,
};
const updated = (text: string, phase: 'investigating' | 'resolved' = 'investigating'): Entry => ({
  kind: 'updated',
  phase,
  said: { fr: text },
  at: start,
});
const published: Entry = { kind: 'published' };

describe('an incident', () => {
  test('is told when it is published, in the words of the page, and of no service that nobody knows', () => {
    expect(told([opened, updated('Nous cherchons.'), published])).toEqual([
      {
        kind: 'told',
        decidedAt: start + 120_000,
        bulletin: {
          key: 'incident-7/2',
          thread: 'incident-7',
          topic: 'incidents',
          services: ['db'],
          at: start + 120_000,
          path: '/incidents/7',
          title: { fr: 'Disque plein\u00a0: analyse en cours', en: 'Disque plein: investigating' },
          text: {
            fr: 'Nous cherchons.\n\nServices touchés\u00a0: Bases de données.',
            en: 'Nous cherchons.\n\nAffected services: Databases.',
          },
        },
      },
    ]);
  });

  test('says when nobody speaks what the page says then', () => {
    const neutral: Entry = { kind: 'updated', phase: 'investigating', said: 'noticed', at: start };
    const [change] = told([{ ...opened, services: ['db'] }, neutral, published]);
    expect(change).toMatchObject({
      bulletin: { text: { fr: expect.stringContaining('Nos mesures montrent un problème.') } },
    });
  });

  test.for([
    ['is not public', [opened, updated('Secret.')]],
    ['has nothing to say', [opened, published]],
    ['touches only what nobody knows', [{ ...opened, services: ['hidden'] }, updated('Secret.'), published]],
  ] as const)('is not told when it %s', ([, entries]) => {
    expect(told(entries)).toEqual([]);
  });

  test('is told once more with each update, and with what widens it', () => {
    const before = [opened, updated('Un.'), published];
    expect(told([...before, updated('Deux.')])).toMatchObject([
      { kind: 'told', bulletin: { key: 'incident-7/4' } },
    ]);
    const wider: Entry = { kind: 'amended', services: ['db'] };
    expect(told([...before, wider])).toMatchObject([{ kind: 'told', bulletin: { key: 'incident-7/2' } }]);
  });

  test('that is over tells nobody new what is corrected of it', () => {
    const over = [opened, updated('Un.'), published, updated('Fini.', 'resolved')];
    expect(told(over)).toMatchObject([{ kind: 'told' }]);
    expect(told([...over, { kind: 'edited', update: 4, said: { fr: 'C’est fini.' } }])).toMatchObject([
      {
        kind: 'reworded',
        bulletin: { key: 'incident-7/4', text: { fr: expect.stringContaining('C’est fini.') } },
      },
    ]);
  });

  test('that has been public for a month is no news, whatever is written beside it', () => {
    const month = 31 * 24 * hourMs;
    const before = [opened, updated('Un.'), published];
    const wider: Entry = { kind: 'amended', services: ['db'] };
    expect(told([...before, wider], 1, month)).toEqual([]);
    expect(told([...before, updated('Deux.')], 1, month)).toHaveLength(1);
  });

  test('that is hidden, or goes up in another, is taken back', () => {
    const before = [opened, updated('Un.'), published];
    const withdrawn = [{ kind: 'withdrawn', thread: 'incident-7' }];
    expect(told([...before, { kind: 'hidden' }])).toEqual(withdrawn);
    expect(told([...before, { kind: 'merged', into: 8 }])).toEqual(withdrawn);
  });
});

describe('work', () => {
  const window: PublishedWindow = {
    id: 'w',
    title: both('Nouveau disque'),
    services: ['db'],
    from: start + 2 * hourMs,
    until: start + 4 * hourMs,
    changedAt: start,
  };
  const news = (
    now: number,
    calendar: readonly PublishedWindow[],
    before: readonly PublishedWindow[] = [],
    recurring: readonly PublishedWindow[] = [],
  ) =>
    workBulletins(
      calendar,
      new Map(before.map((one) => [one.id, one])),
      { ...known, recurring: recurring.map(({ title }) => ({ title })) as never },
      now,
    ).map(({ key, at }) => `${key.slice('maintenance-'.length)} at ${(at - start) / hourMs}`);

  test('is told in the words of the page', () => {
    expect(workBulletins([window], new Map(), known, start)).toEqual([
      {
        key: 'maintenance-w/announced',
        thread: 'maintenance-w',
        topic: 'maintenance',
        services: ['db'],
        at: start,
        path: '/maintenance',
        title: { fr: 'Travaux prévus\u00a0: Nouveau disque', en: 'Planned work: Nouveau disque' },
        text: {
          fr: 'Le dimanche 22 novembre, de 15\u00a0h\u00a000 à 17\u00a0h\u00a000.\n\nPeut être touché\u00a0: Bases de données.',
          en: expect.stringContaining('Databases'),
        },
      },
    ]);
  });

  test('is told when it is announced, when it begins and when it is over', () => {
    expect(news(start, [window])).toEqual(['w/announced at 0']);
    expect(news(start + hourMs, [window], [window])).toEqual([]);
    expect(news(window.from, [window], [window])).toEqual(['w/begun at 2']);
    expect(news(window.until, [window], [window])).toEqual(['w/over at 4']);
    expect(news(window.until + 2 * hourMs, [window], [window])).toEqual([]);
  });

  test('is told when it is not as it was announced', () => {
    const later = { ...window, from: window.from + hourMs, changedAt: start + 60_000 };
    expect(news(start + hourMs, [later], [window])).toEqual([`w/changed-${later.changedAt} at ${1 / 60}`]);
    const cancelled = { ...window, cancelled: true as const, changedAt: start + 60_000 };
    expect(news(start + hourMs, [cancelled], [window])).toEqual([
      `w/cancelled-${cancelled.changedAt} at ${1 / 60}`,
    ]);
    expect(news(start + hourMs, [cancelled], [cancelled])).toEqual([]);
    expect(news(start + hourMs, [cancelled])).toEqual([]);
    const early = { ...window, until: start + 3 * hourMs, changedAt: start + 3 * hourMs };
    expect(news(start + 3 * hourMs, [early], [window])).toEqual(['w/over at 3']);
  });

  test('that comes again and again is announced for its first time, and told again only where it changes', () => {
    const second = { ...window, id: 'x', from: window.from + 24 * hourMs, until: window.until + 24 * hourMs };
    expect(news(start, [window, second], [], [window])).toEqual(['w/announced at 0']);
    expect(news(start, [window, second], [window], [window])).toEqual([]);
    expect(news(window.from, [window, second], [window, second], [window])).toEqual([]);
    const moved = { ...second, from: second.from + 1, changedAt: start + 1 };
    expect(news(start + 1, [window, moved], [window, second], [window])).toHaveLength(1);
    // The same words once more are no rule.
    expect(news(start, [window, second])).toEqual(['w/announced at 0', 'x/announced at 0']);
  });
});
