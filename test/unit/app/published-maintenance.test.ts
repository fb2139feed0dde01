// What readers learn of maintenance: what is announced, and that what is planned is no outage.
import { describe, expect, test } from 'vitest';
import type { MaintenanceConfig } from '../../../config/config.ts';
import { calendarMax } from '../../../server/app/published-maintenance.ts';
import type { Window } from '../../../server/core/maintenance.ts';
import { publishedStatus } from '../../../server/app/publish.ts';
import { hours, minutes, start } from '../../support/watch.ts';
import { Lookout, network } from '../http/network.ts';

const works = (part: Partial<MaintenanceConfig> = {}): MaintenanceConfig => ({
  id: 'works',
  title: { fr: 'Travaux', en: 'Works' },
  text: { fr: 'Dix minutes.', en: 'Ten minutes.' },
  services: ['mail'],
  checks: [],
  once: { fromMs: start + 10 * minutes, toMs: start + 20 * minutes },
  ...part,
});

const lookoutWith = (...maintenance: readonly MaintenanceConfig[]): Lookout =>
  new Lookout({ ...network, maintenance }).pass(10 * minutes);

const mailOf = (lookout: Lookout) => lookout.publish().services.find(({ id }) => id === 'mail');

describe('a service in a window', () => {
  test('is in maintenance until its end, whatever it is', () => {
    const lookout = lookoutWith(works()).pass(5 * minutes, { 'canary-mx1': 'bad' });
    const { days, ...mail } = mailOf(lookout) ?? {};
    expect(mail).toEqual({
      id: 'mail',
      name: { fr: 'Courriel', en: 'Mail' },
      state: 'maintenance',
      since: start + 10 * minutes,
      until: start + 20 * minutes,
    });
    expect([days?.downMs.at(-1), days?.maintenanceMs.at(-1)]).toEqual([0, 5 * minutes]);
    expect(lookout.publish()).toMatchObject({ state: 'maintenance', outages: [] });
  });

  test('is better than one of which nothing is known', () => {
    const lookout = lookoutWith(works()).sleep(5 * minutes);
    expect(lookout.publish()).toMatchObject({ state: 'unknown' });
    expect(mailOf(lookout)?.state).toBe('maintenance');
  });

  test('is as it is found from its end on', () => {
    const lookout = lookoutWith(works()).pass(10 * minutes, { 'canary-mx1': 'bad' });
    lookout.pass(10 * minutes);
    expect(mailOf(lookout)).toMatchObject({ state: 'up' });
    expect(lookout.publish().outages).toMatchObject([
      { startedAt: start + 20 * minutes, endedAt: start + 20 * minutes + 20_000, seenMs: 20_000 },
    ]);
  });
});

describe('an outage', () => {
  test('that was planned is none', () => {
    const lookout = lookoutWith(works())
      .pass(5 * minutes, { 'canary-mx1': 'bad' })
      .pass(10 * minutes);
    expect(lookout.outages.filter(({ subject }) => subject.id === 'mail')).toHaveLength(1);
    expect(lookout.publish().outages).toEqual([]);
    expect(mailOf(lookout)?.days.availability).toBe(1);
  });

  test('that outlives the window began at its end', () => {
    const lookout = lookoutWith(works()).pass(20 * minutes, { 'canary-mx1': 'bad' });
    expect(mailOf(lookout)).toMatchObject({ state: 'down', since: start + 20 * minutes });
    expect(lookout.publish().outages).toMatchObject([
      { service: 'mail', startedAt: start + 20 * minutes, seenMs: 10 * minutes },
    ]);
  });

  test('that began before is told of up to the window, and goes on after it', () => {
    const lookout = lookoutWith(
      works({ once: { fromMs: start + 15 * minutes, toMs: start + 20 * minutes } }),
    );
    lookout.pass(8 * minutes, { 'canary-mx1': 'bad' });
    expect(lookout.publish().outages).toMatchObject([
      { startedAt: start + 10 * minutes + 20_000, endedAt: start + 15 * minutes },
    ]);
    lookout.pass(7 * minutes, { 'canary-mx1': 'bad' });
    const [outage] = lookout.publish().outages;
    expect(outage).not.toHaveProperty('endedAt');
    expect(outage).toMatchObject({
      startedAt: start + 10 * minutes + 20_000,
      maintenanceMs: 5 * minutes,
      seenMs: 10 * minutes - 20_000,
    });
  });
});

describe('what is announced', () => {
  test('names the public services that it touches, and nothing that is not for readers', () => {
    const inTwoDays = { fromMs: start + 48 * hours, toMs: start + 50 * hours };
    const lookout = lookoutWith(
      works({ id: 'canary', services: ['canary-id'], checks: ['canary-db1'], once: inTwoDays }),
      works({ id: 'canary-2', services: ['canary-id'], once: inTwoDays }),
    );
    const status = lookout.publish();
    expect(status.maintenance).toEqual([
      {
        title: { fr: 'Travaux', en: 'Works' },
        text: { fr: 'Dix minutes.', en: 'Ten minutes.' },
        services: ['databases'],
        from: inTwoDays.fromMs,
        until: inTwoDays.toMs,
      },
    ]);
    expect(publishedStatus.parse(status)).toEqual(status);
    expect(JSON.stringify(status)).not.toContain('canary');
  });

  test('is the next time of what recurs', () => {
    const lookout = lookoutWith({
      ...works(),
      once: undefined as never,
      recurring: {
        wallStart: '2026-02-01T02:00',
        rule: 'FREQ=DAILY',
        timezone: 'Europe/Paris',
        durationMs: hours,
      },
    });
    expect(lookout.publish().maintenance.map(({ from }) => from - start)).toEqual([hours]);
  });

  test('is told while it goes on, and no longer', () => {
    const lookout = lookoutWith(works()).pass(9 * minutes);
    expect(lookout.publish().maintenance).toHaveLength(1);
    expect(lookout.pass(minutes).publish().maintenance).toEqual([]);
  });
});

describe('the calendar', () => {
  const inTwoDays = { fromMs: start + 48 * hours, toMs: start + 50 * hours };
  const calendarOf = (lookout: Lookout) => lookout.publish().calendar;
  const planned = (lookout: Lookout): Window =>
    lookout.watch.maintenance.windows(lookout.now).at(-1) ?? expect.unreachable();

  test('tells of the public services that a window touches, under a name that says nothing', () => {
    const lookout = lookoutWith(
      works({ id: 'canary', services: ['canary-id', 'mail'], checks: ['canary-db1'], once: inTwoDays }),
      works({ id: 'canary-2', services: ['canary-id'], once: inTwoDays }),
    );
    const status = lookout.publish();
    expect(status.calendar).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        title: { fr: 'Travaux', en: 'Works' },
        text: { fr: 'Dix minutes.', en: 'Ten minutes.' },
        services: ['databases', 'mail'],
        from: inTwoDays.fromMs,
        until: inTwoDays.toMs,
        changedAt: lookout.now,
      },
    ]);
    expect(publishedStatus.parse(status)).toEqual(status);
    expect(JSON.stringify(status)).not.toContain('canary');
  });

  test('tells of every time of what recurs, and of what is over for fourteen days', () => {
    const recurring = { wallStart: '2026-02-01T02:00', rule: 'FREQ=DAILY', timezone: 'Europe/Paris' };
    const lookout = lookoutWith(
      { ...works(), once: undefined as never, recurring: { ...recurring, durationMs: hours } },
      works({ id: 'old', once: { fromMs: start - 15 * 24 * hours, toMs: start - 14 * 24 * hours } }),
    );
    const all = calendarOf(lookout);
    expect(all).toHaveLength(15);
    expect(new Set(all.map(({ id }) => id)).size).toBe(15);
  });

  test('says since when a window has been as it is, however often the configuration is read', () => {
    const lookout = lookoutWith(works({ once: inTwoDays }));
    const [before] = calendarOf(lookout);
    const { now } = lookout;
    expect(before).toMatchObject({ changedAt: now });
    lookout.sleep(hours).configure({ ...network, maintenance: [works({ once: inTwoDays })] });
    expect(calendarOf(lookout)).toEqual([before]);
    const later = { fromMs: inTwoDays.fromMs + hours, toMs: inTwoDays.toMs };
    lookout.configure({ ...network, maintenance: [works({ once: later })] });
    const moved = { ...before, from: later.fromMs, changedAt: lookout.now };
    expect(calendarOf(lookout)).toEqual([moved]);
    // The clock is set back, and the window is changed once more.
    lookout.now = now;
    lookout.configure({ ...network, maintenance: [works({ once: inTwoDays })] });
    expect(calendarOf(lookout)).toEqual([{ ...before, changedAt: moved.changedAt + 1_000 }]);
  });

  test('says that a window was taken back, for as long as it tells of others', () => {
    const lookout = lookoutWith(works({ once: inTwoDays }));
    const [before] = calendarOf(lookout);
    lookout
      .sleep(hours)
      .watch.plan({ ...planned(lookout), cancelled: true, changedAt: lookout.now }, lookout.now);
    expect(lookout.publish().maintenance).toEqual([]);
    const after = { ...before, changedAt: lookout.now, cancelled: true };
    expect(calendarOf(lookout)).toEqual([after]);
    expect(calendarOf(lookout.sleep(15 * 24 * hours))).toEqual([after]);
    expect(calendarOf(lookout.sleep(2 * 24 * hours))).toEqual([]);
  });

  test('tells that what is out of the configuration is cancelled, until it is in there again', () => {
    const lookout = lookoutWith(works({ once: inTwoDays }));
    const [before] = calendarOf(lookout);
    lookout.sleep(hours).configure({ ...network, maintenance: [] });
    const cancelled = { ...before, changedAt: lookout.now, cancelled: true };
    expect(calendarOf(lookout)).toEqual([cancelled]);
    expect(calendarOf(lookout.sleep(hours))).toEqual([cancelled]);
    expect(lookout.publish().maintenance).toEqual([]);
    lookout.configure({ ...network, maintenance: [works({ once: inTwoDays })] });
    expect(calendarOf(lookout)).toEqual([{ ...before, changedAt: lookout.now }]);
  });

  test('leaves alone what is over, though nobody plans it any more', () => {
    const lookout = lookoutWith(works({ once: { fromMs: start + hours, toMs: start + 2 * hours } }));
    const [told] = calendarOf(lookout);
    const again = lookoutWith().sleep(3 * hours);
    again.told = new Map(lookout.told);
    expect(calendarOf(again)).toEqual([told]);
  });

  test('says nothing more of a window that touches no public service any more', () => {
    const lookout = lookoutWith(works({ services: ['mail', 'databases'], once: inTwoDays }));
    const [told] = calendarOf(lookout);
    const without = (...ids: readonly string[]) => {
      const services = network.services.filter(({ id }) => !ids.includes(id));
      const again = new Lookout({ ...network, services });
      again.told = new Map(lookout.told);
      return calendarOf(again);
    };
    expect(without('mail')).toEqual([
      { ...told, services: ['databases'], cancelled: true, changedAt: lookout.now + 1_000 },
    ]);
    expect(without('mail', 'databases')).toEqual([]);
  });

  test('of a window that was taken back and planned for another time tells the new one only', () => {
    const lookout = lookoutWith(works({ once: inTwoDays }));
    lookout.watch.plan({ ...planned(lookout), cancelled: true, changedAt: lookout.now }, lookout.now);
    const later = { fromMs: inTwoDays.fromMs + hours, toMs: inTwoDays.toMs + hours };
    lookout.configure({ ...network, maintenance: [works({ once: later })] });
    expect(calendarOf(lookout).map(({ from, cancelled }) => [from, cancelled])).toEqual([
      [later.fromMs, undefined],
    ]);
  });

  test('is no longer than a calendar should be', () => {
    const many = Array.from({ length: calendarMax + 1 }, (_, at) =>
      works({ id: `w${at}`, once: { fromMs: start + (at + 1) * hours, toMs: start + (at + 2) * hours } }),
    );
    expect(calendarOf(lookoutWith(...many))).toHaveLength(calendarMax);
  });
});

test('what flaps is said to flap, and as bad as it lately was', () => {
  const lookout = lookoutWith();
  for (let i = 0; i < 3; i++) lookout.pass(2 * minutes, { 'canary-mx1': 'bad' }).pass(2 * minutes);
  expect(mailOf(lookout)).toMatchObject({ state: 'down', flapping: true });
  lookout.pass(10 * minutes);
  expect(mailOf(lookout)).toMatchObject({ state: 'up', flapping: true });
  lookout.pass(20 * minutes);
  expect(mailOf(lookout)).not.toHaveProperty('flapping');
});
