import { describe, expect, test } from 'vitest';
import { causes } from '../../checks/lib/outcome.ts';
import { ages } from '../../config/locales/age.ts';
import { locales } from '../../config/locales/index.ts';
import type { Messages } from '../../config/locales/index.ts';

const at = (text: string): number => Date.parse(text);
const paris = 'Europe/Paris';
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const bothLanguages = ['fr', 'en'] as const;

describe.for(bothLanguages)('in %s', (language) => {
  const messages = locales[language];

  test('every cause of a failure has a sentence of its own', () => {
    const sentences = causes.map((cause) => messages.cause[cause]);
    for (const sentence of sentences) expect(sentence).toMatch(/^\p{Lu}.{10,90}\.$/u);
    expect(new Set(sentences).size).toBe(causes.length);
    expect(Object.keys(messages.cause).toSorted()).toEqual([...causes].toSorted());
  });

  test('no cause is in the words of a program', () => {
    for (const sentence of Object.values(messages.cause))
      expect(sentence).not.toMatch(/timeout|TCP|TLS|SSL|HTTP|NXDOMAIN|SERVFAIL|_|pa(ck|qu)et/i);
  });
});

test('nothing was left in the other language', () => {
  const textOf = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : Object.values(value ?? {}).flatMap(textOf);
  const french = new Set(textOf(locales.fr));
  expect(textOf(locales.en).filter((text) => french.has(text))).toEqual(['Services']);
});

test('French keeps its marks with the word before them', () => {
  const texts = (value: unknown): string[] => {
    if (typeof value === 'string') return [value];
    return Object.values(value ?? {}).flatMap(texts);
  };
  const { outages, headline } = locales.fr;
  const made = [
    outages.unseenFor('1 h'),
    headline.troubled(['X'], 'en panne'),
    ages.fr.old('il y a 2 heures'),
  ];
  for (const text of [...texts(locales.fr), ...made]) expect(text).not.toMatch(/ [:;!?»]|« |[a-z]'/);
  expect(outages.title('X', 'en panne')).toBe('X\u00a0: en panne');
});

describe('an instant', () => {
  const now = at('2026-11-22T13:14:00Z');
  test.for([
    ['today', '2026-11-22T13:02:00Z', '14 h 02', '14:02', 'aujourd’hui, 14 h 02'],
    ['this very night', '2026-11-21T23:00:00Z', '0 h 00', '00:00', 'aujourd’hui, 0 h 00'],
    [
      'a minute before midnight',
      '2026-11-21T22:59:00Z',
      'hier à 23 h 59',
      'yesterday at 23:59',
      'hier, 23 h 59',
    ],
    [
      'weeks ago, in summer time',
      '2026-10-20T07:40:00Z',
      'le 20 octobre à 9 h 40',
      '20 October at 09:40',
      'mar. 20 oct., 9 h 40',
    ],
    [
      'last year',
      '2025-12-31T11:00:00Z',
      'le 31 décembre 2025 à 12 h 00',
      '31 December 2025 at 12:00',
      'mer. 31 déc., 12 h 00',
    ],
  ] as const)('of %s', ([, text, fr, en, short]) => {
    expect(plain(locales.fr.time.since(at(text), now, paris))).toBe(fr);
    expect(locales.en.time.since(at(text), now, paris)).toBe(en);
    expect(plain(locales.fr.time.short(at(text), now, paris))).toBe(short);
  });

  test.for([
    ['2026-10-24T23:30:00Z', 'dimanche 25 octobre à 1 h 30'],
    ['2026-10-25T00:30:00Z', 'dimanche 25 octobre à 2 h 30 (UTC+2)'],
    ['2026-10-25T01:30:00Z', 'dimanche 25 octobre à 2 h 30 (UTC+1)'],
    ['2026-10-25T02:30:00Z', 'dimanche 25 octobre à 3 h 30'],
    ['2026-03-29T01:30:00Z', 'dimanche 29 mars à 3 h 30'],
  ] as const)('in the night when the clocks change is one and no other: %s', ([text, full]) => {
    expect(plain(locales.fr.time.full(at(text), paris))).toBe(full);
  });

  test('of the first of a month is told as the French do', () => {
    const first = at('2026-11-01T11:00:00Z');
    expect(plain(locales.fr.time.full(first, paris))).toBe('dimanche 1er novembre à 12 h 00');
    expect(plain(locales.fr.time.short(first, now, paris))).toBe('dim. 1er nov., 12 h 00');
    expect(plain(locales.fr.time.since(at('2026-10-31T11:00:00Z'), now, paris))).toContain('le 31 octobre');
  });

  test('is told on the clock of the organisation', () => {
    expect(plain(locales.fr.time.full(now, 'Indian/Reunion'))).toBe('dimanche 22 novembre à 17 h 14');
  });
});

test.for([
  [0, '1 s'],
  [999, '1 s'],
  [45_000, '45 s'],
  [119_999, '1 min'],
  [22 * 60_000, '22 min'],
  [3 * 3_600_000 + 12 * 60_000 + 59_000, '3 h 12 min'],
  [3 * 3_600_000 + 59_000, '3 h'],
  [24 * 3_600_000 + 59 * 60_000, '1 j'],
  [50 * 3_600_000, '2 j 2 h'],
] as const)('%d ms last %s', ([ms, said]) => {
  expect(plain(locales.fr.time.duration(ms))).toBe(said);
  expect(plain(locales.en.time.duration(ms))).toBe(said.replace('j', 'd'));
});

describe('what is wrong', () => {
  const names = ['Bases de données', 'Courriel', 'Téléphonie'];
  test.for<
    readonly [names: readonly string[], kind: Exclude<keyof Messages['state'], 'up'>, fr: string, en: string]
  >([
    [
      names.slice(0, 1),
      'down',
      'Bases de données : en panne depuis hier.',
      'Bases de données: down since hier.',
    ],
    [
      names.slice(0, 2),
      'slow',
      'Bases de données et Courriel : réponses lentes depuis hier.',
      'Bases de données and Courriel: slow answers since hier.',
    ],
    [
      names,
      'unknown',
      'Bases de données, Courriel et Téléphonie : état inconnu depuis hier.',
      'Bases de données, Courriel and Téléphonie: state unknown since hier.',
    ],
  ])('is right whatever the services are called: %s', ([names, kind, fr, en]) => {
    for (const [{ headline, since, state }, said] of [
      [locales.fr, fr],
      [locales.en, en],
    ] as const)
      expect(plain(headline.troubled(names, since(state[kind], 'hier')))).toBe(said);
  });

  test.for(bothLanguages)('has words of its own for every state, in %s', (language) => {
    const { state, count } = locales[language];
    const words = Object.values(state);
    expect(new Set(words).size).toBe(8);
    // Members do not know what a degradation is.
    for (const text of words) expect(text).not.toMatch(/d[eé]grad/i);
    const sentences = Object.values(count).map((say) => say(4, 9));
    expect(new Set(sentences).size).toBe(7);
    for (const sentence of sentences) expect(sentence).toMatch(/4.*9.*\.$/);
  });
});

test.for([
  ['fr', 'writing', 'shift', 'Les écritures en base sont lentes : 41 ms, d’habitude 0,8 ms'],
  ['fr', 'reading', 'tail', 'Par moments, les lectures en base sont lentes : 41 ms, d’habitude 0,8 ms'],
  ['fr', undefined, 'shift', 'Les réponses sont lentes : 41 ms, d’habitude 0,8 ms'],
  ['en', 'connecting', 'shift', 'Connecting takes longer: 41 ms, usually 0.8 ms'],
  ['en', 'writing', 'tail', 'Now and then, writing to the database is slow: 41 ms, usually 0.8 ms'],
] as const)('what is slower than usual is said in %s of %s, %s', ([language, slowPart, kind, sentence]) => {
  const { slowness } = locales[language];
  const said = slowness({ slowPart, kind, tookMs: 41, usualMs: 0.8 });
  expect(plain(said)).toBe(sentence);
  expect(plain(slowness({ slowPart, kind, tookMs: 1_240, usualMs: 90 }))).toMatch(/: 1[,.]2 s, \S+ 90 ms$/);
});
