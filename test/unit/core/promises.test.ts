import { expect, test } from 'vitest';
import type { Outage } from '../../../server/core/effects.ts';
import { add } from '../../../server/core/incidents/incident.ts';
import type { Entry, Incident } from '../../../server/core/incidents/incident.ts';
import type { Window } from '../../../server/core/maintenance.ts';
import { promisesOf } from '../../../server/core/promises.ts';
import { outage, recovered } from '../../support/effects.ts';
import { hours, minutes, start } from '../../support/watch.ts';

const month = { from: start, until: start + 720 * hours };
const none = { kept: 0, late: 0, missed: 0 };
const nothing = { incidents: [], windows: [], outages: [], touchedBy: () => ['mail'] };

type Written = readonly [at: number, entry: Entry];
const opened: Written = [
  start,
  { kind: 'opened', services: ['mail'], outages: [], startedAt: start, title: { en: 'Mail' } },
];
const published: Written = [start, { kind: 'published' }];
/** What is written at one time may tell of an earlier one. */
const update = (writtenAt: number, nextAt?: number): Written => [
  writtenAt,
  {
    kind: 'updated',
    phase: 'identified',
    said: 'noticed',
    at: start,
    ...(nextAt !== undefined && { nextAt }),
  },
];
const incident = (...written: readonly Written[]): Incident =>
  written.reduce<Incident | undefined>(
    (incident, [at, entry], index) =>
      add(incident, { incident: 1, version: index + 1, at, author: 'alix', entry }),
    undefined,
  )!;
const updates = (...written: readonly Written[]) =>
  promisesOf({ ...nothing, incidents: [incident(opened, ...written)] }, month).updates;

test.for([
  ['kept by the last moment', [update(start, start + hours), update(start + hours)], { ...none, kept: 1 }],
  ['late a moment later', [update(start, start + hours), update(start + hours + 1)], { ...none, late: 1 }],
  ['missed when nothing follows', [update(start, start + hours)], { ...none, missed: 1 }],
  [
    'each by itself',
    [update(start, start + 1), update(start + 1, start + 9)],
    { kept: 1, late: 0, missed: 1 },
  ],
  ['none when none was given', [update(start), update(start + 1)], none],
  ['none of another month', [update(start, month.until)], none],
] as const)('the next word on an incident: %s', ([, written, expected]) => {
  expect(updates(published, ...written)).toEqual(expected);
});

test('what nobody could read, and what is told elsewhere, breaks no promise', () => {
  expect(updates(update(start, start + hours))).toEqual(none);
  const merged: Written = [start + minutes, { kind: 'merged', into: 2 }];
  expect(updates(published, update(start, start + hours), merged)).toEqual(none);
});

const window = (part: Partial<Window>): Window => ({
  id: 'disks',
  title: { fr: 'Disques', en: 'Disks' },
  services: ['mail'],
  checks: [],
  from: start + 48 * hours,
  until: start + 50 * hours,
  ...part,
});
const maintenance = (part: Partial<Window>, ...outages: readonly Outage[]) =>
  promisesOf({ ...nothing, windows: [window(part)], outages }, month);

test.for([
  ['a day before', { madeAt: start + 24 * hours }, { ...none, kept: 1 }],
  ['less than a day before', { madeAt: start + 24 * hours + 1 }, { ...none, late: 1 }],
  ['when it had begun', { madeAt: start + 48 * hours }, { ...none, missed: 1 }],
  ['by the configuration, nobody knows when', { plan: 'disks' }, none],
  ['and taken back', { madeAt: start + 24 * hours, cancelled: true }, none],
  ['for another month', { madeAt: start, from: month.until, until: month.until + 1 }, none],
] as const)('maintenance announced %s', ([, part, expected]) => {
  expect(maintenance(part).announced).toEqual(expected);
});

const mail = (startedAt: number, endedAt?: number): Outage =>
  outage(startedAt, {
    subject: { kind: 'service', id: 'mail' },
    ...(endedAt !== undefined && { end: recovered(endedAt) }),
  });
test.for([
  ['kept when all works at its end', [mail(start + 48 * hours, start + 50 * hours)], { ...none, kept: 1 }],
  [
    'late when an outage of it ends later',
    [mail(start + 49 * hours, start + 51 * hours)],
    { ...none, late: 1 },
  ],
  ['missed while that goes on', [mail(start + 49 * hours)], { ...none, missed: 1 }],
  ['kept when what is out was so before', [mail(start + 47 * hours)], { ...none, kept: 1 }],
  [
    'kept when something else is out',
    [{ ...mail(start + 49 * hours), subject: { kind: 'service', id: 'web' } as const }],
    { ...none, kept: 1 },
  ],
] as const)('the end of maintenance: %s', ([, outages, expected]) => {
  expect(maintenance({}, ...outages).ended).toEqual(expected);
});
