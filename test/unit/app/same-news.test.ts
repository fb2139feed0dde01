import { expect, test } from 'vitest';
import type { PublishedStatus } from '../../../server/app/publish.ts';
import { saysTheSame } from '../../../server/app/same-news.ts';
import { badDay, incident, windowAt } from '../../support/published.ts';

const [first, ...others] = badDay.services as [
  PublishedStatus['services'][number],
  ...PublishedStatus['services'],
];
const withFirst = (change: Partial<typeof first>): PublishedStatus => ({
  ...badDay,
  services: [{ ...first, ...change }, ...others],
});

test.for([
  ['is older', { ...badDay, generatedAt: badDay.generatedAt + 15_000 }],
  ['took longer just now', withFirst({ pace: { tookMs: 4_711 } })],
  ['counts another day', withFirst({ days: { ...first.days, first: '2000-01-01' } })],
  [
    'has an outage that lasts longer',
    { ...badDay, outages: badDay.outages.map((outage) => ({ ...outage, seenMs: outage.seenMs + 15_000 })) },
  ],
] as const)('a snapshot that only %s says the same', ([, other]) => {
  expect(saysTheSame(badDay, other)).toBe(true);
});

test.for([
  ['a service in another state', withFirst({ state: 'unknown' })],
  ['a service under another name', withFirst({ name: { fr: 'Autre', en: 'Other' } })],
  ['an outage less', { ...badDay, outages: badDay.outages.slice(1) }],
  ['an incident more', { ...badDay, incidents: [...badDay.incidents, incident] }],
  ['work announced', { ...badDay, calendar: [...badDay.calendar, windowAt(3)] }],
  ['word of our own blindness', { ...badDay, blindSince: 1 }],
] as const)('a snapshot with %s says something else', ([, other]) => {
  expect(saysTheSame(badDay, other)).toBe(false);
});
