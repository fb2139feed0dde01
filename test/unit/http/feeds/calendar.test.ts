import { describe, expect, test } from 'vitest';
import type { PublishedStatus } from '../../../../server/app/publish.ts';
import { calendarOf } from '../../../../server/http/feeds/calendar.ts';
import { badDay, hostileTexts, named, windowAt } from '../../../support/published.ts';
import { hours } from '../../../support/watch.ts';
import { serve } from '../serve.ts';

const day: PublishedStatus = {
  ...badDay,
  calendar: [
    windowAt(3, { text: { fr: 'Dix minutes,\nau plus.', en: 'Ten minutes.' } }),
    windowAt(5, { cancelled: true, changedAt: badDay.generatedAt }),
  ],
};

type Properties = Readonly<Record<string, string>>;
/** The properties of every component of this name, without their parameters. */
const components = (calendar: string, name: string): readonly Properties[] =>
  calendar
    .replaceAll('\r\n ', '')
    .split(`BEGIN:${name}\r\n`)
    .slice(1)
    .map((text) => {
      const lines = text
        .slice(0, text.indexOf(`END:${name}`))
        .trimEnd()
        .split('\r\n');
      return Object.fromEntries(
        lines.map((line) => [
          line.split(/[:;]/)[0] ?? '',
          line.slice(line.indexOf(':') + 1).replaceAll('\u00a0', ' '),
        ]),
      );
    });
const events = (status: PublishedStatus, language: 'fr' | 'en' = 'fr') =>
  components(calendarOf(status, language), 'VEVENT');

describe('the calendar of works', () => {
  test('tells what is done, when, and to what', () => {
    expect(events(day)[0]).toEqual({
      UID: 'window-3@status.example.org',
      DTSTAMP: '20260228T002500Z',
      'LAST-MODIFIED': '20260228T002500Z',
      SEQUENCE: String(58 * 86_400 + 25 * 60),
      STATUS: 'CONFIRMED',
      DTSTART: '20260301T032500Z',
      DTEND: '20260301T052500Z',
      SUMMARY: 'Nouveau serveur',
      DESCRIPTION: String.raw`Dix minutes\,\nau plus.\nPeut être touché : Courriel.`,
      URL: 'https://status.example.org/fr/maintenance',
      TRANSP: 'TRANSPARENT',
    });
    expect(events(day, 'en')[0]).toMatchObject({
      SUMMARY: 'New server',
      DESCRIPTION: String.raw`Ten minutes.\nMay be affected: Mail.`,
    });
  });

  test('says that something was taken back', () => {
    expect(events(day)[1]).toMatchObject({ STATUS: 'CANCELLED', SUMMARY: 'Annulé : Nouveau serveur' });
  });

  test('keeps the name of what is changed, and counts up', () => {
    const before = events(day)[0];
    const moved = windowAt(3, { from: badDay.generatedAt + 4 * hours, changedAt: badDay.generatedAt });
    const [after] = events({ ...day, calendar: [moved] });
    expect(after?.['UID']).toBe(before?.['UID']);
    expect(Number(after?.['SEQUENCE'])).toBeGreaterThan(Number(before?.['SEQUENCE']));
    expect(after?.['DTSTART']).toBe('20260301T042500Z');
    const [old] = events({ ...day, calendar: [windowAt(3, { changedAt: 0 })] });
    expect(old?.['SEQUENCE']).toBe('0');
  });

  test('is what RFC 5545 calls one, even when nothing is planned', () => {
    for (const status of [day, { ...day, calendar: [] }]) {
      const calendar = calendarOf(status, 'fr');
      expect(calendar).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\nPRODID:[^\r]+\r\n/);
      expect(calendar).toMatch(/\r\nEND:(?:VEVENT|VTIMEZONE)\r\nEND:VCALENDAR\r\n$/);
      expect(calendar.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    }
    expect(calendarOf({ ...day, calendar: [] }, 'fr')).toContain('NAME:Globenet\u00a0: travaux annoncés\r\n');
  });

  test('is the same while nothing changes', () => {
    expect(calendarOf({ ...day, generatedAt: day.generatedAt + hours }, 'fr')).toBe(calendarOf(day, 'fr'));
  });
});

test.for(hostileTexts.map((text) => [text] as const))('whatever people write is text (%#)', ([text]) => {
  const calendar = calendarOf(named(text), 'en');
  const lines = calendar.split('\r\n');
  for (const line of lines) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(line).not.toMatch(/(?!\t)[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
  }
  expect(lines.filter((line) => line.startsWith('END:'))).toEqual([
    'END:VEVENT',
    'END:VEVENT',
    'END:VCALENDAR',
  ]);
  const [event] = events(named(text), 'en');
  expect(Object.keys(event ?? {})).toHaveLength(11);
});

test.for([
  ['/maintenance.ics', 'fr'],
  ['/en/maintenance.ics', 'en'],
] as const)('%s is a calendar, and is not sent twice', async ([path, language]) => {
  const app = serve(() => day);
  const { headers } = await app.request(path);
  expect(headers.get('Content-Type')).toBe('text/calendar; charset=utf-8');
  expect([headers.get('Content-Language'), headers.get('Cache-Control')]).toEqual([
    language,
    'public, max-age=1, stale-while-revalidate=15',
  ]);
  const again = await app.request(path, { headers: { 'If-None-Match': headers.get('ETag') ?? '' } });
  expect(again.status).toBe(304);
});
