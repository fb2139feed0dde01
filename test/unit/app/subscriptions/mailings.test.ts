// Mails to subscribers on their way: paced, put off, given up, and never handed over twice.
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LetterEvent } from '../../../../server/app/route-courier.ts';
import { Mailings } from '../../../../server/app/subscriptions/mailings.ts';
import type { MailDelivery, MailingsDeps } from '../../../../server/app/subscriptions/mailings.ts';
import { openInMemory } from '../../../support/in-process-store.ts';
import { PassingTime } from '../../../support/passing-time.ts';
import { bulletin } from '../../../support/store-contract-subscribers.ts';

const start = Date.UTC(2026, 10, 22);
const seconds = (count: number) => count * 1_000;
const hours = (count: number) => count * 3_600_000;

const make = async (names: readonly string[], more: Partial<MailingsDeps> = {}) => {
  const time = new PassingTime(start);
  const store = openInMemory();
  onTestFinished(() => store.close());
  for (const name of names) {
    const wish = { topics: ['incidents' as const], language: 'fr' as const };
    await store.askToBeTold({ name, address: `${name}@canary.example`, wish, at: start - 9, most: 999 });
    await store.changeSubscriber(name, { kind: 'confirmed', at: start - 9 });
    const { mailing } = await store.nextMailing(start);
    await store.noteMailing(mailing?.id ?? 0, { kind: 'delivered', at: start });
  }
  const tell = (key: string) =>
    store.keepIncidents(
      [],
      [],
      [
        {
          kind: 'told',
          bulletin: bulletin(key, { thread: key, at: time.clock.now() }),
          decidedAt: time.clock.now(),
        },
      ],
    );
  const sent: string[] = [];
  const events: LetterEvent[] = [];
  const logged: unknown[] = [];
  const log = (event: string, fields?: object) => logged.push([event, fields]);
  let answer: (name: string) => MailDelivery = () => ({ kind: 'delivered' });
  const mailings = new Mailings({
    store,
    clock: time.clock,
    timers: time.timers,
    log: { info: log, warn: log, error: log },
    random: () => 1,
    perMinute: () => 60,
    compose: ({ subscriber: { name, address } }) => ({
      key: name,
      at: 0,
      name,
      to: address,
      language: 'fr',
      subject: '',
      text: '',
    }),
    send: async ({ name }) => {
      sent.push(`${name} at ${time.nowMs / 1_000}`);
      return answer(name);
    },
    isBusy: () => false,
    happened: (event) => events.push(event),
    waiting: () => {},
    ...more,
  });
  return {
    time,
    store,
    tell,
    sent,
    events,
    logged,
    mailings,
    become: (next: typeof answer) => {
      answer = next;
    },
  };
};

const names = ['ada', 'bob', 'eve'];
const later = (whose: 'ours' | 'theirs'): MailDelivery => ({ kind: 'later', whose, evidence: '451' });

describe('mails to subscribers', () => {
  test('leave one after the other, so many a minute', async () => {
    const { time, tell, mailings, sent } = await make(names);
    await tell('a');
    mailings.call();
    await time.pass(seconds(10));
    expect(sent).toEqual(['ada at 0', 'bob at 1', 'eve at 2']);
    expect(await time.isOver()).toBe(true);
  });

  test('wait while a route is being told, and where nobody is told by mail', async () => {
    let isBusy = true;
    let perMinute: number | undefined = 60;
    const { time, tell, mailings, sent } = await make(names, {
      isBusy: () => isBusy,
      perMinute: () => perMinute,
    });
    await tell('a');
    mailings.call();
    await time.pass(seconds(5));
    expect(sent).toEqual([]);
    isBusy = false;
    await time.pass(seconds(1.5));
    expect(sent).toEqual(['ada at 6']);
    perMinute = undefined;
    await time.pass(seconds(60));
    expect(sent).toHaveLength(1);
  });

  test('are put off for the one whose server wants that, and go on for the others', async () => {
    const { time, tell, mailings, sent, become } = await make(names);
    become((name) => (name === 'ada' && time.nowMs < seconds(600) ? later('theirs') : { kind: 'delivered' }));
    await tell('a');
    mailings.call();
    await time.pass(hours(1));
    expect(sent).toEqual(['ada at 0', 'bob at 1', 'eve at 2', 'ada at 300', 'ada at 900']);
  });

  test('do not wait for one that cannot be made', async () => {
    const { time, tell, mailings, sent, logged } = await make(names, {
      compose: ({ subscriber: { name, address: to } }) => {
        if (name === 'ada') throw new TypeError('canary');
        return { key: name, at: 0, name, to, language: 'fr', subject: '', text: '' };
      },
    });
    await tell('a');
    mailings.call();
    await time.pass(hours(30));
    expect(sent).toEqual(['bob at 1', 'eve at 2']);
    expect(logged.at(-1)).toMatchObject(['subscriber-mail.dead', { evidence: 'too late' }]);
  });

  test('wait together for a mail server of ours that takes none, ever longer', async () => {
    const { time, tell, mailings, sent, become, events } = await make(['ada', 'bob']);
    become(() => (time.nowMs < seconds(100) ? later('ours') : { kind: 'delivered' }));
    await tell('a');
    mailings.call();
    await time.pass(seconds(600));
    expect(sent).toEqual([
      'ada at 0',
      'ada at 5',
      'ada at 15',
      'ada at 35',
      'ada at 75',
      'ada at 155',
      'bob at 156',
    ]);
    expect(events.filter((event) => event === 'delivered')).toHaveLength(2);
  });

  test('are given up when they are a day old, when they are not wanted, and when the address is not there', async () => {
    const { time, tell, mailings, become, events, store } = await make(names);
    become((name) =>
      name === 'ada' ? later('theirs') : { kind: name === 'bob' ? 'unwanted' : 'refused', evidence: '550' },
    );
    await tell('a');
    mailings.call();
    await time.pass(hours(40));
    expect(events.filter((event) => event === 'dead')).toHaveLength(3);
    expect(await store.nextMailing(time.clock.now())).toEqual({ waiting: 0 });
    for (const key of ['b', 'c']) {
      await tell(key);
      mailings.call();
      await time.pass(seconds(10));
    }
    // Only who is not there is forgotten.
    expect(
      await Promise.all(names.map(async (name) => (await store.subscriber(name)) !== undefined)),
    ).toEqual([true, true, false]);
  });

  test('are not sent at all once they are a day old, for that is no news', async () => {
    const { time, tell, mailings, sent, events } = await make(['ada']);
    await tell('a');
    await time.pass(hours(24));
    await tell('b');
    mailings.call();
    await time.pass(seconds(10));
    expect([sent, events]).toEqual([['ada at 86401'], ['dead', 'delivered']]);
  });

  test('are not handed over again when what became of them could not be written', async () => {
    const { time, tell, sent, store, mailings } = await make(['ada'], {});
    await tell('a');
    const { noteMailing } = store;
    let isFull = true;
    Object.assign(store, {
      noteMailing: (...noted: Parameters<typeof noteMailing>) =>
        isFull ? Promise.reject(new Error('full')) : noteMailing(...noted),
    });
    mailings.call();
    await time.pass(seconds(60));
    expect(sent).toEqual(['ada at 0']);
    isFull = false;
    await time.pass(seconds(60));
    expect(sent).toHaveLength(1);
    expect(await store.nextMailing(time.clock.now())).toEqual({ waiting: 0 });
  });

  test('leave no address in the log, whatever goes wrong', async () => {
    const { time, tell, mailings, logged } = await make(['ada'], {
      send: () => Promise.reject(new Error('ada@canary.example')),
    });
    await tell('a');
    mailings.call();
    await time.pass(seconds(60));
    expect(logged.length).toBeGreaterThan(0);
    expect(JSON.stringify(logged)).not.toContain('canary');
  });

  test('begin no more once they are stopped', async () => {
    const { time, tell, mailings, sent } = await make(names);
    await tell('a');
    mailings.call();
    await time.pass(seconds(0.5));
    await mailings.stop();
    mailings.call();
    await time.pass(seconds(60));
    expect(sent).toEqual(['ada at 0']);
  });
});
