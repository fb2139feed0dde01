// What every store must do for those who asked to be told by mail.
import { expect, test } from 'vitest';
import type { Store } from '../../server/app/ports.ts';
import type { Mailing, SubscriberStore } from '../../server/app/subscriptions/ports.ts';
import { refusalsMax, unconfirmedMs } from '../../server/core/subscriptions/subscriber.ts';
import type { Bulletin, Wish } from '../../server/core/subscriptions/subscriber.ts';

const all: Wish = { topics: ['incidents', 'maintenance'], language: 'fr' };
const both = (text: string) => ({ fr: text, en: text });

export const bulletin = (key: string, more: Partial<Bulletin> = {}): Bulletin => ({
  key,
  thread: 'incident-1',
  topic: 'incidents',
  services: ['db'],
  at: 100,
  path: '/incidents/1',
  title: both(key),
  text: both('Text.'),
  ...more,
});

export const subscribing = (store: () => Store & SubscriberStore): void => {
  const ask = (name: string, { wish = all, at = 10, most = 100, address = `${name}@example.org` } = {}) =>
    store().askToBeTold({ name, address, wish, at, most });
  const subscribe = async (name: string, wish: Wish = all, at = 20) => {
    await ask(name, { wish });
    const { mailing } = await store().nextMailing(at);
    await store().noteMailing(mailing?.id ?? 0, { kind: 'delivered', at });
    await store().changeSubscriber(name, { kind: 'confirmed', at });
  };
  const tell = (...told: readonly Bulletin[]) =>
    store().keepIncidents(
      [],
      [],
      told.map((bulletin) => ({ kind: 'told', bulletin, decidedAt: 200 })),
    );
  const empty = async (): Promise<readonly Mailing[]> => {
    const sent: Mailing[] = [];
    for (;;) {
      const { mailing } = await store().nextMailing(1_000);
      if (mailing === undefined) return sent;
      sent.push(mailing);
      await store().noteMailing(mailing.id, { kind: 'delivered', at: 1_000 });
    }
  };
  const told = async () =>
    (await empty()).map(({ subscriber, bulletin }) => `${bulletin?.key} to ${subscriber.name}`);

  test('keeps who asked, and a mail with the link, once', async () => {
    await ask('ada');
    await ask('another', { address: 'ADA@example.org', at: 11 });
    expect(await store().subscriber('another')).toBeUndefined();
    const ada = { name: 'ada', address: 'ada@example.org', wish: all, askedAt: 11 };
    expect(await store().nextMailing(11)).toEqual({
      mailing: { id: 1, decidedAt: 10, attempts: 0, subscriber: ada },
      waiting: 1,
      nextAt: 0,
    });
  });

  test('sends an address three links a day, however often somebody asks for it', async () => {
    const hour = 3_600_000;
    const links = async (...hours: readonly number[]) => {
      const sent: number[] = [];
      for (const at of hours) {
        await ask('ada', { at: at * hour });
        await ask(`bob-${at}`, { at: at * hour });
        sent.push((await empty()).filter(({ subscriber }) => subscriber.name === 'ada').length);
      }
      return sent;
    };
    expect(await links(1, 2, 3, 4, 23, 24)).toEqual([1, 1, 1, 0, 0, 0]);
    expect(await links(25, 25.5, 26)).toEqual([1, 0, 1]);
  });

  test('lets nobody but its owner change what is confirmed', async () => {
    await subscribe('ada');
    await ask('eve', { address: 'ada@example.org', wish: { ...all, topics: [] }, at: 50 });
    expect(await store().subscriber('ada')).toMatchObject({ wish: all, askedAt: 50, confirmedAt: 20 });
    expect(await store().changeSubscriber('ada', { kind: 'confirmed', at: 60 })).toBe('changed');
    expect(await store().subscriber('ada')).toMatchObject({ confirmedAt: 20 });
    const wish: Wish = { services: ['db'], topics: ['maintenance'], language: 'en' };
    expect(await store().changeSubscriber('ada', { kind: 'changed', wish })).toBe('changed');
    expect(await store().subscriber('ada')).toMatchObject({ wish });
    expect(await store().changeSubscriber('eve', { kind: 'changed', wish })).toBe('unknown');
  });

  test('takes no more than it may, and those that it has all the same', async () => {
    await subscribe('ada');
    await ask('bob', { most: 1 });
    await ask('eve', { address: 'ada@example.org', at: 30, most: 1 });
    expect(await store().subscriber('bob')).toBeUndefined();
    expect(await store().subscriber('ada')).toMatchObject({ askedAt: 30 });
    expect((await store().nextMailing(30)).waiting).toBe(1);
  });

  test('has room for whoever asks, however many before did not confirm', async () => {
    for (const name of ['mallory', 'mallet', 'ada']) await ask(name, { most: 2 });
    expect(await store().subscriber('mallory')).toBeUndefined();
    for (const name of ['mallet', 'ada']) expect(await store().subscriber(name)).toMatchObject({ name });
    expect((await store().nextMailing(30)).waiting).toBe(2);
  });

  test('tells each whom it concerns once, and nobody who came later or has not confirmed', async () => {
    await subscribe('all');
    await subscribe('db', { services: ['db'], topics: ['incidents'], language: 'fr' });
    await subscribe('web', { services: ['web'], topics: ['incidents'], language: 'fr' });
    await subscribe('works', { topics: ['maintenance'], language: 'fr' });
    await subscribe('late', all, 101);
    await ask('unconfirmed');
    await store().noteMailing((await store().nextMailing(20)).mailing?.id ?? 0, {
      kind: 'delivered',
      at: 20,
    });
    await tell(bulletin('a'), bulletin('a'));
    expect(await told()).toEqual(['a to all', 'a to db']);
    await tell(bulletin('a'), bulletin('b', { services: [] }));
    expect(await told()).toEqual(['b to all', 'b to db', 'b to web']);
    await store().keepAnnouncements([], 0, [
      { kind: 'told', bulletin: bulletin('c', { topic: 'maintenance', services: ['web'] }), decidedAt: 200 },
    ]);
    expect(await told()).toEqual(['c to all', 'c to works']);
  });

  test('tells those whom it concerns only now, and folds what a newer word makes needless', async () => {
    await subscribe('db', { services: ['db'], topics: ['incidents'], language: 'fr' });
    await subscribe('web', { services: ['web'], topics: ['incidents'], language: 'fr' });
    await tell(bulletin('a'));
    expect(await told()).toEqual(['a to db']);
    await tell(bulletin('a', { services: ['db', 'web'] }));
    await tell(bulletin('other', { thread: 'incident-2', services: ['web'] }));
    await tell(bulletin('b', { services: ['db', 'web'] }));
    expect(await told()).toEqual(['other to web', 'b to db', 'b to web']);
  });

  test('sends the last words, and none of what is no longer public until it is so again', async () => {
    await subscribe('ada');
    await tell(bulletin('a'));
    const reworded = { kind: 'reworded', bulletin: bulletin('a', { title: both('better') }) } as const;
    await store().keepIncidents([], [], [reworded, { ...reworded, bulletin: bulletin('nobody knows it') }]);
    expect((await store().nextMailing(100)).mailing?.bulletin?.title.fr).toBe('better');
    await store().keepIncidents([], [], [{ kind: 'withdrawn', thread: 'incident-1' }]);
    expect(await told()).toEqual([]);
    await tell(bulletin('a'));
    expect(await told()).toEqual(['a to ada']);
  });

  test('puts off, and gives the link to whoever waits for it first', async () => {
    await subscribe('ada');
    await tell(bulletin('a'));
    await ask('bob');
    const first = (await store().nextMailing(100)).mailing;
    expect(first?.subscriber.name).toBe('bob');
    await store().noteMailing(first?.id ?? 0, { kind: 'deferred', evidence: '451', nextAt: 900 });
    const second = (await store().nextMailing(100)).mailing;
    expect(second?.bulletin?.key).toBe('a');
    await store().noteMailing(second?.id ?? 0, { kind: 'dead', evidence: '554', at: 100 });
    expect(await store().nextMailing(100)).toEqual({ waiting: 1, nextAt: 900 });
    expect((await store().nextMailing(900)).mailing).toMatchObject({
      attempts: 1,
      subscriber: { name: 'bob' },
    });
  });

  test('erases what refuses for good too often in a row, and who has never confirmed at once', async () => {
    await subscribe('ada');
    const refuse = async (key: string) => {
      await tell(bulletin(key, { thread: key }));
      const { mailing } = await store().nextMailing(100);
      return store().noteMailing(mailing?.id ?? 0, { kind: 'refused', evidence: '550 5.1.1', at: 100 });
    };
    for (let time = 1; time < refusalsMax; time++) expect(await refuse(`first ${time}`)).toBe('changed');
    await tell(bulletin('taken', { thread: 'taken' }));
    expect(await told()).toEqual(['taken to ada']);
    for (let time = 1; time < refusalsMax; time++) expect(await refuse(`second ${time}`)).toBe('changed');
    expect(await store().changeSubscriber('ada@example.org', { kind: 'bounced' })).toBe('erased');
    expect(await store().subscriber('ada')).toBeUndefined();
    await ask('bob');
    const { mailing } = await store().nextMailing(100);
    expect(await store().noteMailing(mailing?.id ?? 0, { kind: 'refused', evidence: '550', at: 100 })).toBe(
      'erased',
    );
    expect(await store().nextMailing(100)).toEqual({ waiting: 0 });
  });

  test('erases an address with all that waits for it, and those that nobody confirmed', async () => {
    await subscribe('ada');
    await tell(bulletin('a'));
    expect(await store().changeSubscriber('ada', { kind: 'erased' })).toBe('erased');
    expect(await store().changeSubscriber('ada', { kind: 'erased' })).toBe('unknown');
    expect(await store().nextMailing(100)).toEqual({ waiting: 0 });
    await subscribe('bob');
    await ask('eve', { at: 50 });
    expect(await store().tidySubscribers(49 + unconfirmedMs)).toBe(0);
    expect(await store().tidySubscribers(50 + unconfirmedMs)).toBe(1);
    expect(await store().countSubscribers(['db', 'web'])).toEqual({
      confirmed: 1,
      unconfirmed: 0,
      services: [
        { id: 'db', incidents: 1, maintenance: 1 },
        { id: 'web', incidents: 1, maintenance: 1 },
      ],
    });
  });
};
