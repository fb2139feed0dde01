// Announced work for the calendars of readers (RFC 5545). Each time of what recurs is an event of its own, in UTC: one of them can
// be taken back or end early, the nights of change are already reckoned, and no reader needs rules of our time zone.
import type { Language } from '../../../config/config.ts';
import { feedWords } from '../../../config/locales/feeds.ts';
import { locales } from '../../../config/locales/index.ts';
import { maintenancePath } from '../../../dashboard/stories/paths.ts';
import type { PublishedWindow } from '../../app/published-maintenance.ts';
import type { PublishedStatus } from '../../app/publish.ts';
import type { Instant } from '../../core/time.ts';
import { calendarText, contentLine } from './inert.ts';
import { addressOf, authorityOf } from './place.ts';

export const calendarOf = (status: PublishedStatus, language: Language): string => {
  const name = calendarText(feedWords[language].calendar(status.organisation.name));
  const events = status.calendar.flatMap((window) => eventOf(window, status, language));
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Vigie//Maintenance//EN',
    `NAME:${name}`,
    `X-WR-CALNAME:${name}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    'X-PUBLISHED-TTL:PT1H',
    ...(events.length > 0 ? events : nothing),
    'END:VCALENDAR',
  ]
    .map(contentLine)
    .join('');
};

/** A calendar must hold something (3.6), and a time zone is what says nothing to anybody. */
const nothing = [
  'BEGIN:VTIMEZONE',
  'TZID:UTC',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0000',
  'END:STANDARD',
  'END:VTIMEZONE',
];

const eventOf = (
  { id, title, text, services, from, until, changedAt, cancelled }: PublishedWindow,
  status: PublishedStatus,
  language: Language,
): readonly string[] => {
  const { maintenance } = locales[language];
  const names = status.services
    .filter((service) => services.includes(service.id))
    .map(({ name }) => name[language]);
  const told = [...(text === undefined ? [] : [text[language]]), maintenance.touched(names)].join('\n');
  return [
    'BEGIN:VEVENT',
    `UID:${id}@${authorityOf(status)}`,
    `DTSTAMP:${utc(changedAt)}`,
    `LAST-MODIFIED:${utc(changedAt)}`,
    `SEQUENCE:${sequenceOf(changedAt)}`,
    `STATUS:${cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    `DTSTART:${utc(from)}`,
    `DTEND:${utc(until)}`,
    `SUMMARY;LANGUAGE=${language}:${calendarText(cancelled ? feedWords[language].cancelled(title[language]) : title[language])}`,
    `DESCRIPTION;LANGUAGE=${language}:${calendarText(told)}`,
    ...(status.organisation.page === undefined
      ? []
      : [`URL:${addressOf(status, `/${language}${maintenancePath}`)}`]),
    // It takes none of the reader's time.
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
};

/** To the second, as this format has it. */
const utc = (at: Instant): string => new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');

const epoch = Date.UTC(2026, 0, 1);

/**
 * Seconds since 2026: nobody has to remember how often a window was changed, and every change makes it larger (3.8.7.4). It fits
 * into 31 bits until 2094.
 */
const sequenceOf = (changedAt: Instant): number => Math.max(0, Math.floor((changedAt - epoch) / 1_000));
