import { describe, expect, test } from 'vitest';
import { publishedStatus, recentMs } from '../../../server/app/publish.ts';
import { hours, makeCheck, makeConfig, makeService, minutes, start } from '../../support/watch.ts';
import { Lookout, eventful, network } from '../http/network.ts';

describe('the published status', () => {
  test('says what the services are and what was wrong with them, and nothing else', () => {
    const status = eventful().publish();
    expect(status).toEqual({
      organisation: { name: 'Globenet', timezone: 'Europe/Paris', languages: ['fr', 'en'] },
      generatedAt: start + 25 * minutes,
      demonstration: false,
      state: 'degraded',
      services: [
        {
          id: 'databases',
          name: { fr: 'Bases de données', en: 'Databases' },
          description: { fr: 'MariaDB et PostgreSQL', en: 'MariaDB and PostgreSQL' },
          group: { fr: 'Hébergement', en: 'Hosting' },
          state: 'degraded',
          since: start + 15 * minutes + 20_000,
          cause: 'slow',
          days: expect.anything() as unknown,
        },
        {
          id: 'mail',
          name: { fr: 'Courriel', en: 'Mail' },
          state: 'up',
          since: start + 10 * minutes + 20_000,
          days: expect.anything() as unknown,
        },
      ],
      outages: [
        {
          service: 'databases',
          state: 'degraded',
          cause: 'slow',
          startedAt: start + 15 * minutes + 20_000,
          seenMs: 9 * minutes + 40_000,
        },
        {
          service: 'mail',
          state: 'down',
          extent: 'major',
          cause: 'refused',
          startedAt: start + 5 * minutes + 20_000,
          endedAt: start + 10 * minutes + 20_000,
          seenMs: 5 * minutes,
        },
      ],
      incidents: [],
      maintenance: [],
      recurring: [],
      calendar: [],
    });
  });

  test.for([
    ['commit', 'writing'],
    ['query', 'reading'],
    ['auth', 'connecting'],
    ['first-byte', undefined],
    ['constructor', undefined],
  ] as const)('tells members that a slow %s is slow %s', ([phase, slowPart]) => {
    const check = makeCheck('db', { slowMs: { [phase]: 1 } });
    const lookout = new Lookout(makeConfig([makeService('databases', [check])]));
    lookout.pass(5 * minutes, {}, { [phase]: 5_000 });
    const { services, outages } = lookout.publish();
    for (const told of [services[0], outages[0]])
      expect([told?.cause, told?.slowPart]).toEqual(['slow', slowPart]);
  });

  test('says how fast a service answers, once it has, and nothing of what takes no time', () => {
    const check = makeCheck('db', { slowMs: { total: 1_000 }, learn: { overMs: 60_000 } });
    const untimed = makeService('backups', [makeCheck('copies', { slowMs: {} })]);
    const lookout = new Lookout(makeConfig([makeService('databases', [check]), untimed]));
    const paces = () => lookout.publish().services.map(({ pace }) => pace);
    expect(paces()).toEqual([undefined, undefined]);
    lookout.pass(5 * minutes, {}, { query: 5_123 });
    expect(paces()).toEqual([{ tookMs: expect.any(Number) }, undefined]);
  });

  test('dates trouble from its start, however much of a service it has reached since', () => {
    const lookout = new Lookout(makeConfig([makeService('mail', [makeCheck('imap'), makeCheck('smtp')])]));
    const startedAt = start + 5 * minutes + 20_000;
    lookout.pass(5 * minutes);
    for (const [smtp, extent] of [
      ['good', 'partial'],
      ['bad', 'major'],
      ['good', 'partial'],
    ] as const) {
      lookout.pass(5 * minutes, { imap: 'bad', smtp });
      expect(lookout.publish().services[0]).toMatchObject({ state: 'down', extent, since: startedAt });
    }
  });

  test.for([
    [['partial'], 'partial'],
    [['major'], 'major'],
    [['partial', 'major', 'partial'], 'major'],
  ] as const)('says of an outage that was %j that it was %s', ([extents, worst]) => {
    const lookout = new Lookout(makeConfig([makeService('mail', [makeCheck('imap'), makeCheck('smtp')])]));
    // What was worse before is another story.
    lookout.pass(5 * minutes, { imap: 'bad', smtp: 'bad' }).pass(5 * minutes);
    for (const extent of extents) {
      lookout.pass(5 * minutes, { imap: 'bad', smtp: extent === 'major' ? 'bad' : 'good' });
      expect(lookout.publish().outages[0]).not.toHaveProperty('endedAt');
    }
    expect(lookout.publish().outages[0]?.extent).toBe(worst);
    expect(lookout.pass(5 * minutes).publish().outages[0]).toMatchObject({
      extent: worst,
      endedAt: expect.any(Number) as number,
    });
  });

  test('counts of an outage only the time in which we saw', () => {
    const lookout = new Lookout(makeConfig([makeService('mail', [makeCheck('imap')])]));
    lookout
      .pass(5 * minutes)
      .pass(5 * minutes, { imap: 'bad' })
      .sleep(30 * minutes)
      .pass(5 * minutes, { imap: 'bad' })
      .pass(5 * minutes);
    const [outage, ...others] = lookout.publish().outages;
    expect(others).toEqual([]);
    expect((outage?.endedAt ?? 0) - (outage?.startedAt ?? 0)).toBe(40 * minutes);
    // Unseen from the last probe to the next.
    expect(outage?.seenMs).toBe(9 * minutes + 40_000);
  });

  test('knows what has begun before the store does', () => {
    const lookout = new Lookout().pass(5 * minutes);
    const { spans } = lookout.pass(5 * minutes, { 'canary-mx1': 'bad' });
    for (const written of spans.values()) written.splice(1);
    expect(lookout.publish().outages[0]).toMatchObject({ extent: 'major', seenMs: 280_000 });
  });

  test('does not hide what is wrong behind a certificate that expires soon', () => {
    const lookout = new Lookout(makeConfig([makeService('site', [makeCheck('tls'), makeCheck('http')])]));
    const told = () => {
      const { services, outages } = lookout.publish();
      const { state, cause, since } = services[0]!;
      expect(outages).toMatchObject([{ cause, startedAt: start + 5 * minutes + 20_000 }]);
      return [state, cause, since];
    };
    lookout.pass(5 * minutes).pass(10 * minutes, { tls: 'expiring' });
    const expiring = ['degraded', 'tls_expiring', start + 5 * minutes + 20_000];
    expect(told()).toEqual(expiring);
    lookout.pass(10 * minutes, { tls: 'expiring', http: 'slow' });
    expect(told()).toEqual(['degraded', 'slow', start + 15 * minutes + 20_000]);
    lookout.pass(10 * minutes, { tls: 'expiring' });
    expect(told()).toEqual(expiring);
  });

  test.for([
    ['expiring', 'slow', 'tls_expiring', 'slow'],
    ['slow', 'expiring', 'slow', 'tls_expiring'],
  ] as const)(
    'says of what began as %s and is %s now what it is, and once it is over how it began',
    (kinds) => {
      const [before, after, began, is] = kinds;
      const lookout = new Lookout(makeConfig([makeService('site', [makeCheck('tls')])]));
      const told = () => {
        const { services, outages } = lookout.publish();
        return [services[0]?.cause, outages.map(({ cause }) => cause)];
      };
      lookout.pass(5 * minutes).pass(10 * minutes, { tls: before });
      expect(told()).toEqual([began, [began]]);
      lookout.pass(10 * minutes, { tls: after });
      expect(told()).toEqual([is, [is]]);
      lookout.sleep(10 * minutes);
      expect(told()).toEqual([undefined, [began]]);
      lookout.pass(10 * minutes);
      expect(told()).toEqual([undefined, [began]]);
      expect(lookout.outages.map(({ finding }) => finding.cause)).toEqual([began, began]);
    },
  );

  test('is what the description of the API says', () => {
    expect(publishedStatus.parse(eventful().publish())).toEqual(eventful().publish());
  });

  test('leaves no trace of what is private', () => {
    expect(JSON.stringify(eventful().publish())).not.toContain('canary');
  });

  test('says that we are blind, and since we last saw', () => {
    const bad = {
      'canary-db1': 'bad',
      'canary-mx1': 'bad',
      'canary-check': 'bad',
      'canary-witness': 'bad',
    } as const;
    const lookout = new Lookout().pass(5 * minutes).pass(2 * minutes, bad);
    const status = lookout.publish();
    expect(status.blindSince).toBe(start + 5 * minutes);
    expect(status.state).toBe('unknown');
    expect(status.outages).toEqual([]);
    expect(new Lookout().pass(5 * minutes).publish()).not.toHaveProperty('blindSince');
  });

  test('is as bad as its worst service, whichever that is', () => {
    const lookout = new Lookout().pass(5 * minutes, { 'canary-db1': 'slow', 'canary-mx1': 'bad' });
    expect(lookout.publish().state).toBe('down');
    expect(new Lookout().pass(5 * minutes, { 'canary-check': 'bad' }).publish().state).toBe('up');
  });

  test('says of an empty list of services that nothing is known', () => {
    expect(new Lookout({ ...network, services: [] }).publish().state).toBe('unknown');
  });

  test('tells an outage of a service once, also when its check has the same id', () => {
    const lookout = new Lookout(makeConfig([makeService('mail', [makeCheck('mail')])]));
    lookout
      .pass(5 * minutes)
      .pass(5 * minutes, { mail: 'bad' })
      .pass(5 * minutes);
    expect(lookout.outages.map(({ subject }) => subject.kind)).toEqual(['check', 'service']);
    expect(lookout.publish().outages).toHaveLength(1);
  });

  test('forgets an outage when its end is two weeks ago, and none that goes on', () => {
    const lookout = eventful();
    lookout.now = start + 10 * minutes + 20_000 + recentMs - 1;
    expect(lookout.publish().outages.map(({ service }) => service)).toEqual(['databases', 'mail']);
    lookout.now += 1;
    expect(lookout.publish().outages.map(({ service }) => service)).toEqual(['databases']);
  });

  test('does not grow with the number of outages', () => {
    const lookout = new Lookout();
    for (let i = 0; i < 60; i++) lookout.pass(2 * minutes, { 'canary-mx1': 'bad' }).pass(2 * minutes);
    expect(lookout.outages.filter(({ subject }) => subject.kind === 'service')).toHaveLength(60);
    const { outages } = lookout.publish();
    expect(outages).toHaveLength(50);
    expect(outages[0]?.startedAt).toBeGreaterThan(start + 3 * hours);
  });
});
