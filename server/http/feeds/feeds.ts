// All that is made for other programs and for the pages of others. In each language under its name, and in the first one under none.
import type { Language } from '../../../config/config.ts';
import type { PublishedStatus } from '../../app/publish.ts';
import { forOthers } from '../headers.ts';
import type { Sheet } from '../sheet.ts';
import { atomOf } from './atom.ts';
import { badgeOf, shieldOf } from './badge.ts';
import { calendarOf } from './calendar.ts';
import { pictureOf } from './picture.ts';
import { statusApi } from './status-api.ts';

const types = {
  atom: 'application/atom+xml; charset=utf-8',
  calendar: 'text/calendar; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
} as const;

export const feeds = (status: PublishedStatus): readonly Sheet[] => [
  ...Object.entries(statusApi(status)).map(([path, answer]) => ({
    path: `/api/v2/${path}`,
    type: types.json,
    content: JSON.stringify(answer),
    headers: forOthers,
  })),
  ...status.organisation.languages.flatMap((language, at) => {
    const made = madeIn(language, status).map((sheet) => ({ ...sheet, headers: forOthers, language }));
    const named = made.map((sheet) => ({ ...sheet, path: `/${language}${sheet.path}` }));
    return at === 0 ? [...made, ...named] : named;
  }),
];

const madeIn = (language: Language, status: PublishedStatus): readonly Sheet[] => [
  { path: '/feed.atom', type: types.atom, content: atomOf(status, language) },
  { path: '/maintenance.ics', type: types.calendar, content: calendarOf(status, language) },
  { path: '/picture.svg', type: types.svg, content: pictureOf(status, language) },
  ...status.services.flatMap((service) => [
    {
      path: `/services/${service.id}/feed.atom`,
      type: types.atom,
      content: atomOf(status, language, service),
    },
    { path: `/badge/${service.id}.svg`, type: types.svg, content: badgeOf(service, language) },
    {
      path: `/badge/${service.id}.json`,
      type: types.json,
      content: JSON.stringify(shieldOf(service, language)),
    },
  ]),
];
