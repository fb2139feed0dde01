// Who is told what of an outage, and when.
import { describe, expect, test } from 'vitest';
import { Alerting, makeRoute } from '../../../support/alerting.ts';
import { hours, makeCheck, makeConfig, makeService, minutes, seconds } from '../../../support/watch.ts';

const config = makeConfig([
  makeService('network', [makeCheck('uplink')]),
  makeService('site', [makeCheck('web'), makeCheck('files'), makeCheck('queue', { supporting: true })]),
  makeService('mail', [makeCheck('smtp')]),
]);
const good = { uplink: 'good', web: 'good', files: 'good', queue: 'good', smtp: 'good' } as const;

const alerting = (...routes: Parameters<typeof makeRoute>[]): Alerting => {
  const known = routes.length === 0 ? undefined : routes.map((route) => makeRoute(...route));
  const made = new Alerting(config, known);
  made.live(minutes, good);
  return made;
};

describe('an outage', () => {
  test('is told once when it is confirmed, and once when it is over', () => {
    const post = alerting();
    post.live(2 * minutes, { ...good, smtp: 'bad' });
    post.live(2 * minutes, good);
    expect(post.told).toEqual(['75 admins alert mail', '205 admins recovery mail']);
  });

  test('that is not confirmed is told to nobody', () => {
    const post = alerting();
    for (let times = 0; times < 10; times++) {
      post.live(10 * seconds, { ...good, smtp: 'bad' });
      post.live(2 * minutes, good);
    }
    expect(post.told).toEqual([]);
  });

  test('of a service that goes from slow to down is told again, and its end once', () => {
    const post = alerting();
    post.live(minutes, { ...good, smtp: 'poor' });
    post.live(2 * minutes, { ...good, smtp: 'bad' });
    post.live(10 * minutes, good);
    expect(post.messages.map(({ kind, severity }) => [kind, severity])).toEqual([
      ['alert', 'degraded'],
      ['update', 'down'],
      ['recovery', 'info'],
    ]);
    expect(new Set(post.messages.map(({ thread }) => thread)).size).toBe(1);
    expect(new Set(post.messages.map(({ key }) => key)).size).toBe(3);
  });

  test('that goes from down to slow is not told as new', () => {
    const post = alerting();
    post.live(minutes, { ...good, smtp: 'bad' });
    post.live(minutes, { ...good, smtp: 'poor' });
    expect(post.told).toEqual(['75 admins alert mail']);
    expect(post.alerts[0]?.troubles[0]?.state).toBe('degraded');
  });

  test('of a second check of the service is told half a minute after the first at the earliest', () => {
    const post = alerting();
    post.live(20 * seconds, { ...good, web: 'bad' });
    post.live(2 * minutes, { ...good, web: 'bad', files: 'bad' });
    expect(post.told).toEqual(['75 admins alert site', '105 admins update site']);
  });

  test('waits for another check of its service that has just failed, and is told with it', () => {
    const post = alerting();
    post.live(5 * seconds, { ...good, web: 'bad' });
    post.live(2 * minutes, { ...good, web: 'bad', files: 'bad' });
    expect(post.told).toEqual(['80 admins alert site']);
    expect(post.messages[0]?.text.fr).toMatch(/– web.*\n– files/s);
  });

  test('of one check that is over while another goes on is told a minute later', () => {
    const post = alerting();
    post.live(5 * minutes, { ...good, web: 'bad', queue: 'bad' });
    post.live(5 * minutes, { ...good, queue: 'bad' });
    post.live(5 * minutes, good);
    expect(post.messages.map(({ kind }) => kind)).toEqual(['alert', 'update', 'recovery']);
    expect(post.messages[1]?.text.en).toContain('– web, works again after');
  });

  test('of a check that is no longer watched ends with it, and is not called recovered', () => {
    const post = alerting();
    post.live(minutes, { ...good, smtp: 'bad' });
    post.configure(makeConfig(config.services.slice(0, 2)));
    expect(post.messages.at(-1)?.title).toEqual({
      fr: 'mail\u00a0: plus surveillé',
      en: 'mail: no longer watched',
    });
    expect(post.alerts).toEqual([]);
  });
});

describe('outages that come together', () => {
  test('are told in one message after the first, the first at once', () => {
    const post = alerting();
    post.live(15 * seconds, { ...good, uplink: 'bad' });
    post.live(2 * minutes, { ...good, uplink: 'bad', web: 'bad', smtp: 'bad' });
    expect(post.told).toEqual(['75 admins alert network', '105 admins alert site mail']);
  });

  test('and end together are told so in one message after the first', () => {
    const post = alerting();
    post.live(2 * minutes, { ...good, uplink: 'bad', web: 'bad', smtp: 'bad' });
    post.live(5 * seconds, { ...good, web: 'bad', smtp: 'bad' });
    post.live(2 * minutes, good);
    expect(post.told.slice(1)).toEqual(['205 admins recovery network', '235 admins recovery site mail']);
  });

  test('leave nobody with the last word that all is well when it is not', () => {
    const post = alerting();
    post.live(2 * minutes, { ...good, uplink: 'bad', smtp: 'bad' });
    post.live(25 * seconds, { ...good, smtp: 'bad' });
    post.live(25 * seconds, good);
    post.live(2 * minutes, { ...good, smtp: 'bad' });
    const ofMail = post.messages.filter(({ alerts }) => alerts.some(({ service }) => service === 'mail'));
    expect(ofMail.map(({ kind }) => kind)).toEqual(['alert', 'recovery', 'alert']);
    expect(ofMail.map(({ at }) => at)).toEqual(ofMail.map(({ at }) => at).toSorted((a, b) => a - b));
  });
});

describe('what has a parent', () => {
  const down = { by: { kind: 'service', id: 'network' }, confirmed: true } as const;

  test('is not told while the parent is down, and is named in its message', () => {
    const post = alerting();
    for (const id of ['site', 'mail']) post.shades.set(`service:${id}`, { ...down, confirmed: false });
    post.live(20 * seconds, { ...good, web: 'bad', smtp: 'bad' });
    expect(post.told).toEqual([]);
    post.live(minutes, { uplink: 'bad', web: 'bad', files: 'bad', queue: 'bad', smtp: 'bad' });
    expect(post.told).toEqual(['95 admins alert network +site +mail']);
    expect(post.messages[0]?.text.fr).toContain('Conséquences\u00a0: site et mail.');
    post.shades.clear();
    post.live(2 * minutes, good);
    expect(post.told.slice(1)).toEqual(['165 admins recovery network']);
  });

  test('is told when it still fails after the parent is back, and is asked at once', () => {
    const post = alerting();
    for (const id of ['site', 'mail']) post.shades.set(`service:${id}`, down);
    post.live(minutes, { uplink: 'bad', web: 'bad', files: 'bad', queue: 'bad', smtp: 'bad' });
    post.shades.clear();
    post.look();
    expect(post.asked.toSorted()).toEqual(['files', 'queue', 'smtp', 'web']);
    post.live(minutes, { ...good, smtp: 'bad' });
    expect(post.told.slice(1)).toEqual(['125 admins alert mail', '145 admins recovery network']);
  });

  test('is told to those who care for it alone, in the words of the parent', () => {
    const post = alerting(['mail', { services: ['mail'] }], ['site', { services: ['site'] }]);
    post.shades.set('service:mail', down);
    post.live(minutes, { ...good, uplink: 'bad', smtp: 'bad' });
    expect(post.told).toEqual(['75 mail alert network +mail']);
    post.shades.clear();
    post.live(minutes, good);
    expect(post.told.slice(1)).toEqual(['145 mail recovery network']);
  });
});

describe('planned work', () => {
  test('holds alerts, and what outlives it is told after a fresh outcome', () => {
    const post = alerting();
    post.maintenance.add('service:mail');
    post.live(10 * minutes, { ...good, smtp: 'bad' });
    expect(post.told).toEqual([]);
    post.maintenance.clear();
    post.look();
    expect(post.told).toEqual([]);
    post.live(minutes, { ...good, smtp: 'bad' });
    expect(post.told).toEqual(['665 admins alert mail']);
  });

  test('that mended it leaves nothing to tell', () => {
    const post = alerting();
    post.maintenance.add('check:smtp');
    post.live(10 * minutes, { ...good, smtp: 'bad' });
    post.maintenance.clear();
    post.live(5 * minutes, good);
    expect([post.told, post.alerts]).toEqual([[], []]);
  });
});

describe('what flaps', () => {
  test('is told once until it is calm', () => {
    const post = alerting();
    post.live(minutes, { ...good, smtp: 'bad' });
    post.flapping.add('service:mail');
    for (let times = 0; times < 10; times++) {
      post.live(minutes, good);
      post.live(minutes, { ...good, smtp: 'bad' });
    }
    post.live(minutes, good);
    expect(post.told).toEqual(['75 admins alert mail', '125 admins update mail']);
    post.flapping.clear();
    post.live(30 * minutes, good);
    expect(post.told.slice(2)).toEqual(['3125 admins recovery mail']);
  });
});

describe('a route', () => {
  test('of some services is told of no other', () => {
    const post = alerting(['hosting', { services: ['site'] }]);
    post.live(2 * minutes, { ...good, smtp: 'bad', web: 'bad' });
    expect(post.told).toEqual(['75 hosting alert site']);
  });

  test('that asks for outages only is told of no slowness, and that an outage has become one', () => {
    const post = alerting(['pager', { severity: 'down' }]);
    post.live(5 * minutes, { ...good, smtp: 'poor' });
    expect(post.told).toEqual([]);
    post.live(minutes, { ...good, smtp: 'bad' });
    post.live(minutes, { ...good, smtp: 'poor' });
    expect(post.messages.map(({ kind }) => kind)).toEqual(['alert', 'recovery']);
    expect(post.messages[1]?.title.en).toBe('mail: no longer down');
    post.live(minutes, { ...good, smtp: 'bad' });
    expect(post.messages.map(({ kind }) => kind)).toEqual(['alert', 'recovery', 'alert']);
  });

  test('for the public is told of no service that is not public, and nothing of the inside', () => {
    const [network, site, mail] = config.services;
    if (network === undefined || site === undefined || mail === undefined) throw new Error('no services');
    const post = new Alerting(makeConfig([network, site, { ...mail, public: false }]), [
      makeRoute('everybody', { audience: 'public' }),
    ]);
    post.shades.set('service:mail', { by: { kind: 'service', id: 'network' }, confirmed: true });
    post.live(2 * minutes, { ...good, smtp: 'bad' });
    expect(post.told).toEqual([]);
    post.live(2 * minutes, { ...good, uplink: 'bad', smtp: 'bad' });
    expect(post.told).toEqual(['135 everybody alert network']);
    expect(post.messages[0]?.text.en).toBe('network: down since 01:02.');
  });

  test('that is gone from the configuration is told nothing more', () => {
    const post = alerting(['a'], ['b']);
    post.live(minutes, { ...good, smtp: 'bad' });
    post.configure(config, [makeRoute('b')]);
    post.live(2 * minutes, good);
    expect(post.told.slice(2)).toEqual(['145 b recovery mail']);
    expect(post.alerts).toEqual([]);
  });

  test('that is told in place of another is told of the end as well', () => {
    const post = alerting(['mail'], ['phone', { afterMs: hours }]);
    post.live(minutes, { ...good, smtp: 'bad' });
    for (const message of post.messages) post.divert(message, 'phone');
    post.live(2 * minutes, good);
    expect(post.told.slice(1)).toEqual(['145 mail recovery mail', '145 phone recovery mail']);
  });
});

describe('a delay', () => {
  test('is an escalation: told when nobody has acknowledged by then', () => {
    const post = alerting(['first'], ['second', { afterMs: 15 * minutes }]);
    post.live(20 * minutes, { ...good, smtp: 'bad' });
    post.live(2 * minutes, good);
    expect(post.told).toEqual([
      '75 first alert mail',
      '975 second alert mail',
      '1285 first recovery mail',
      '1285 second recovery mail',
    ]);
  });

  test('ends with an acknowledgement', () => {
    const post = alerting(['first'], ['second', { afterMs: 15 * minutes }]);
    post.live(minutes, { ...good, smtp: 'bad' });
    post.act({ kind: 'acknowledge', alert: post.alerts[0]?.id ?? '', by: 'Anne', note: 'I look' });
    post.live(20 * minutes, { ...good, smtp: 'bad' });
    expect(post.told).toEqual(['75 first alert mail']);
  });
});

describe('reminders', () => {
  test('come at pauses that grow, the last one again and again', () => {
    const post = alerting(['admins', { repeatMs: [10 * minutes, 30 * minutes] }]);
    post.live(2 * hours, { ...good, smtp: 'bad' });
    const [first = 0, ...others] = post.messages.map(({ at }) => at);
    expect(others.map((at) => (at - first) / minutes)).toEqual([10, 40, 70, 100]);
    expect(new Set(post.messages.map(({ key }) => key)).size).toBe(5);
    expect(post.messages[1]?.title.fr).toBe('Rappel – mail\u00a0: en\u00a0panne');
  });

  test('stop when somebody has taken it, and say so until then', () => {
    const post = alerting(['admins', { repeatMs: [10 * minutes] }]);
    post.live(15 * minutes, { ...good, smtp: 'bad' });
    post.act({ kind: 'acknowledge', alert: post.alerts[0]?.id ?? '', by: 'Anne' });
    post.live(hours, { ...good, smtp: 'bad' });
    expect(post.messages.map(({ kind }) => kind)).toEqual(['alert', 'reminder']);
  });

  test('wait while we do not see', () => {
    const post = alerting(['admins', { repeatMs: [10 * minutes] }]);
    post.live(minutes, { ...good, smtp: 'bad' });
    post.live(hours, {});
    expect(post.messages.map(({ kind }) => kind)).toEqual(['alert']);
  });
});
