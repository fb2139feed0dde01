// Maintenance as an operator writes it: what comes of it, and what is wrong with it.
import { describe, expect, test } from 'vitest';
import type { MaintenanceConfig } from '../../../config/config.ts';
import { load, problemsOf } from '../../support/configuration.ts';

const textWith = (maintenance: string): string => `
organisation: { name: Globenet, timezone: Europe/Paris }
services:
  - { id: web, name: Web, checks: [{ type: tcp, host: www.example.org, port: 80 }] }
  - id: mail
    name: Courriel
    checks:
      - { id: smtp, type: tcp, host: mx.example.org, port: 25 }
      - { id: imap, type: tcp, host: mx.example.org, port: 143 }
maintenance: [${maintenance}]
`;

const entry = (rest: string): string => `{ id: works, title: Travaux, services: [web], ${rest} }`;

const read = (rest: string): MaintenanceConfig | undefined => {
  const loaded = load(textWith(entry(rest)));
  expect(problemsOf(loaded)).toEqual([]);
  return loaded.config?.maintenance[0];
};

const instant = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;

test('an entry with a date names what it touches, and when in the time zone of the organisation', () => {
  const text =
    textWith(`{ id: works, title: { fr: Nouveau serveur, en: New server }, text: Dix minutes de coupure.,
    services: [web], checks: [smtp], from: 2026-11-29T14:00, to: 2026-11-29T16:30:15 }`);
  expect(load(text).config?.maintenance).toEqual([
    {
      id: 'works',
      title: { fr: 'Nouveau serveur', en: 'New server' },
      text: { fr: 'Dix minutes de coupure.', en: 'Dix minutes de coupure.' },
      services: ['web'],
      checks: ['smtp'],
      once: { fromMs: instant('2026-11-29T14:00+01:00'), toMs: instant('2026-11-29T16:30:15+01:00') },
    },
  ]);
});

test.for([
  // Skipped in spring: counted from before the change. Twice in autumn: the first, unless the offset says which.
  ['2026-03-29T02:30', '2026-03-29T03:30+02:00'],
  ['2026-10-25T02:30', '2026-10-25T02:30+02:00'],
  ['2026-10-25T02:30+02:00', '2026-10-25T02:30+02:00'],
  ['2026-10-25T02:30+01:00', '2026-10-25T02:30+01:00'],
  ['2026-10-25T01:30Z', '2026-10-25T02:30+01:00'],
] as const)('from %s is from %s', ([written, expected]) => {
  const to = written.slice(0, 7).concat('-30T12:00');
  expect(read(`from: "${written}", to: ${to}`)?.once?.fromMs ?? 0).toBe(instant(expected));
});

test('an entry that recurs keeps its rule in local time', () => {
  expect(read('from: 2026-11-29T02:00, rrule: FREQ=WEEKLY;BYDAY=SU, duration: 90m')?.recurring).toEqual({
    wallStart: '2026-11-29T02:00:00',
    rule: 'FREQ=WEEKLY;BYDAY=SU',
    timezone: 'Europe/Paris',
    durationMs: 5_400_000,
  });
});

test.for([
  ['RRULE:FREQ=DAILY', 'FREQ=DAILY'],
  ['FREQ=DAILY;UNTIL=20261231', 'FREQ=DAILY;UNTIL=20261231T235959Z'],
  ['FREQ=DAILY;UNTIL=20261231T120000', 'FREQ=DAILY;UNTIL=20261231T120000Z'],
  // Noon of UTC is one o'clock in Paris.
  ['FREQ=DAILY;UNTIL=20261231T120000Z', 'FREQ=DAILY;UNTIL=20261231T130000Z'],
  ['FREQ=MONTHLY;BYDAY=-1SU,2TU;BYSETPOS=-1;WKST=MO;INTERVAL=2;COUNT=10', undefined],
  ['FREQ=YEARLY;BYMONTH=11,12;BYMONTHDAY=-2,29', undefined],
] as const)('the rule %s is %s', ([written, expected = written]) => {
  expect(read(`from: 2026-11-29T02:00, rrule: "${written}", duration: 1h`)?.recurring?.rule).toBe(expected);
});

describe('what is wrong is told', () => {
  const recurs = (rule: string): string => entry(`from: 2026-11-29T02:00, rrule: "${rule}", duration: 1h`);
  test.for([
    [entry('from: 2026-11-29, to: 2026-11-30T02:00'), 'from: found "2026-11-29", expected a time such as'],
    [entry('from: 2026-02-30T02:00, to: 2026-11-30T02:00'), 'expected a time that is on the calendar'],
    [entry('from: 2026-11-29T02:00'), 'expected "to", or "rrule" and "duration"'],
    [
      entry('from: 2026-11-29T02:00, to: 2026-11-29T02:00'),
      'to: found "2026-11-29T02:00", expected a time after',
    ],
    [entry('from: 2026-11-29T02:00, to: 2026-12-29T02:00:01'), 'at most 30d later'],
    [entry('from: 2026-11-29T02:00, duration: 1h'), 'duration: found it alone, expected "to", or "rrule"'],
    [entry('from: 2026-11-29T02:00, rrule: FREQ=DAILY'), 'expected "duration" beside "rrule"'],
    [
      entry('from: 2026-11-29T02:00, rrule: FREQ=DAILY, to: 2026-11-29T03:00'),
      'expected "duration" beside "rrule"',
    ],
    ['{ id: a, title: A, from: 2026-11-29T02:00, to: 2026-11-29T03:00 }', 'expected services, or checks'],
    [
      entry('checks: [nosuch], from: 2026-11-29T02:00, to: 2026-11-29T03:00'),
      'expected the id of one of the checks',
    ],
    [
      [1, 2].map(() => entry('from: 2026-11-29T02:00, to: 2026-11-29T03:00')).join(', '),
      'maintenance[1].id: found "works", expected an id of its own',
    ],
    [recurs('every sunday'), 'every sunday is none of FREQ, INTERVAL'],
    [recurs('BYDAY=SU'), 'FREQ is missing'],
    [recurs('FREQ=HOURLY'), 'FREQ is wrong'],
    [recurs('FREQ=DAILY;FREQ=DAILY'), 'each part once'],
    [recurs('FREQ=DAILY;COUNT=1001'), 'COUNT is wrong'],
    [recurs('FREQ=DAILY;COUNT=2;UNTIL=20261231'), 'COUNT or UNTIL, not both'],
    [recurs('FREQ=WEEKLY;BYMONTHDAY=1'), 'BYMONTHDAY is not for WEEKLY'],
    [recurs('FREQ=WEEKLY;BYDAY=1SU'), 'BYDAY with a number is for MONTHLY and YEARLY'],
    [recurs('FREQ=MONTHLY;BYMONTHDAY=32'), 'BYMONTHDAY is wrong'],
    [recurs('FREQ=MONTHLY;BYSETPOS=1'), 'BYSETPOS chooses among the days of another part'],
    [recurs('FREQ=DAILY;BYMONTH=11;BYSETPOS=1'), 'BYSETPOS is not for DAILY'],
    [recurs('FREQ=DAILY;__proto__=1'), '__proto__ is none of'],
    // 29 November 2026 is a Sunday.
    [
      recurs('FREQ=WEEKLY;BYDAY=SA'),
      'expected a time at which the rule comes true, such as 2026-12-05T02:00',
    ],
    [recurs('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'), 'expected a rule that comes true after "from"'],
    [recurs('FREQ=DAILY;UNTIL=20261128'), 'expected a rule that comes true after "from"'],
    [
      recurs('FREQ=DAILY').replace('1h', '24h'),
      'duration: found "24h", expected less than the 1d until it comes again',
    ],
  ] as const)('%s: %s', ([maintenance, expected]) => {
    const problems = problemsOf(load(textWith(maintenance)));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });
});
