import { expect, test } from 'vitest';
import { locales } from '../../../../config/locales/index.ts';
import { tellRecurrence } from '../../../../config/locales/recurrence.ts';

const hourMs = 3_600_000;
/** The 29th of November 2026 is a Sunday. */
const told = (rule: string, language: 'fr' | 'en', durationMs = 2 * hourMs): string =>
  tellRecurrence[language](
    { rule, wallStart: '2026-11-29T02:00:00', durationMs },
    locales[language].time,
  ).replaceAll('\u00a0', ' ');

test.for([
  ['FREQ=DAILY', 'Chaque jour', 'Every day'],
  ['FREQ=DAILY;INTERVAL=3', 'Tous les 3 jours', 'Every 3 days'],
  ['FREQ=DAILY;BYDAY=MO,FR', 'Chaque lundi et vendredi', 'Every Monday and Friday'],
  ['FREQ=WEEKLY', 'Chaque dimanche', 'Every Sunday'],
  ['FREQ=WEEKLY;BYDAY=SA,SU', 'Chaque samedi et dimanche', 'Every Saturday and Sunday'],
  ['FREQ=WEEKLY;INTERVAL=2', 'Toutes les 2 semaines, le dimanche', 'Every 2 weeks, on Sunday'],
  ['FREQ=MONTHLY', 'Le 29 de chaque mois', 'On the 29th of every month'],
  [
    'FREQ=MONTHLY;BYMONTHDAY=1,22',
    'Le 1er et le 22 de chaque mois',
    'On the 1st and the 22nd of every month',
  ],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', 'Le dernier jour de chaque mois', 'On the last day of every month'],
  ['FREQ=MONTHLY;BYDAY=1SU', 'Le premier dimanche de chaque mois', 'On the first Sunday of every month'],
  [
    'FREQ=MONTHLY;BYDAY=SU;BYSETPOS=2',
    'Le deuxième dimanche de chaque mois',
    'On the second Sunday of every month',
  ],
  [
    'FREQ=MONTHLY;INTERVAL=3;BYDAY=-1FR',
    'Tous les 3 mois, le dernier vendredi',
    'Every 3 months, on the last Friday',
  ],
  ['FREQ=YEARLY', 'Chaque année, le 29 novembre', 'Every year, on the 29th of November'],
  [
    'FREQ=YEARLY;BYMONTH=4;BYDAY=2SU',
    'Chaque année, le deuxième dimanche d’avril',
    'Every year, on the second Sunday of April',
  ],
] as const)('%s is told in words', ([rule, french, english]) => {
  expect(told(rule, 'fr')).toBe(`${french}, de 2 h 00 à 4 h 00`);
  expect(told(rule, 'en')).toBe(`${english}, from 02:00 to 04:00`);
});

// A sentence that would say more, or less, than the rule.
test.for([
  'FREQ=DAILY;INTERVAL=2;BYDAY=MO',
  'FREQ=DAILY;BYMONTH=1',
  'FREQ=WEEKLY;BYMONTH=1',
  'FREQ=MONTHLY;BYMONTH=1',
  'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1',
  'FREQ=MONTHLY;BYDAY=-2SU',
  'FREQ=MONTHLY;BYDAY=SU',
  'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
  'FREQ=YEARLY;BYMONTHDAY=1',
  'FREQ=YEARLY;BYDAY=20MO',
  'FREQ=YEARLY;BYDAY=2MO',
])('%s has no words of its own', (rule) => {
  expect(told(rule, 'fr')).toBe('À dates régulières, de 2 h 00 à 4 h 00');
  expect(told(rule, 'en')).toBe('On regular dates, from 02:00 to 04:00');
});

test('what takes longer than a day is told by its length, and what ends by its end', () => {
  expect(told('FREQ=MONTHLY', 'fr', 30 * hourMs)).toBe(
    'Le 29 de chaque mois, à partir de 2 h 00, pendant 1 j 6 h',
  );
  expect(told('FREQ=WEEKLY;UNTIL=20261231T235959Z', 'en')).toBe(
    'Every Sunday, from 02:00 to 04:00, until 31 December 2026',
  );
  expect(told('FREQ=WEEKLY;UNTIL=20270301T225959Z', 'fr')).toBe(
    'Chaque dimanche, de 2 h 00 à 4 h 00, jusqu’au 1er mars 2027',
  );
});
