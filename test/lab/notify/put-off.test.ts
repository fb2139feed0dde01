// Receivers that put a message off, for real; what passes meanwhile is virtual time.
import { expect, test } from 'vitest';
import { Secret } from '../../../config/secret.ts';
import { Deliveries } from '../../../server/app/deliveries.ts';
import email from '../../../server/notify/email.ts';
import { handOver } from '../../../server/notify/hand-over.ts';
import { makeRoute } from '../../support/alerting.ts';
import { noEffects } from '../../support/effects.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { startMailServer } from '../../support/mail-server.ts';
import { makeMessage } from '../../support/message.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { startReceiver } from '../../support/receiver.ts';
import { makeConfig, minutes, seconds, start } from '../../support/watch.ts';

const admins = (type: string, options: Readonly<Record<string, unknown>>) => {
  const routes = [makeRoute('admins', { type, options })];
  const time = new PassingTime(start);
  const store = openInMemory();
  /** When each attempt was made. */
  const attemptsMs: number[] = [];
  let underWay = 0;
  const send = handOver(() => ({ ...makeConfig([]), routes }), time.clock);
  const nothing = () => {};
  const deliveries = new Deliveries({
    store,
    clock: time.clock,
    timers: time.timers,
    log: { info: nothing, warn: nothing, error: nothing },
    random: () => 1,
    handOver: async (message, signal) => {
      attemptsMs.push(time.nowMs);
      underWay += 1;
      return send(message, signal).finally(() => (underWay -= 1));
    },
    happened: nothing,
    divert: async () => {},
    waiting: nothing,
  });
  deliveries.configure(routes);
  return {
    attemptsMs,
    decide: async (id: string) => {
      const alerts = makeMessage().alerts.map((alert) => ({ ...alert, id }));
      const message = makeMessage({ key: id, thread: id, at: time.clock.now(), alerts });
      await store.commit({ ...noEffects, messages: [message] });
      deliveries.call([message]);
    },
    /** No time passes while something is really sent. */
    pass: async (ms: number) => {
      for (let passedMs = 0; passedMs < ms; passedMs += 5 * seconds) {
        await time.pass(5 * seconds);
        await expect.poll(() => underWay, { interval: 2, timeout: 20_000 }).toBe(0);
      }
    },
  };
};

test('a mail server that refuses for twenty minutes has every message within five more, once each, in order', async () => {
  const server = await startMailServer({ connect: '421 4.3.2 come again' });
  const written = {
    host: '127.0.0.1',
    port: server.port,
    tls: 'none',
    from: 'v@example.org',
    to: ['a@example.org'],
  };
  const { decide, pass, attemptsMs } = admins('email', email.options.parse(written));
  await decide('first');
  await pass(10 * minutes);
  await decide('second');
  await pass(10 * minutes);
  expect(server.mails).toEqual([]);
  const before = attemptsMs.length;
  // It is asked again and again, and left alone most of the time.
  expect(before).toBeGreaterThan(3);
  expect(before).toBeLessThan(20);
  server.become({});
  await pass(5 * minutes);
  expect(attemptsMs.length - before).toBe(2);
  const ids = server.mails.map((mail) => mail.header('message-id'));
  expect(new Set(ids).size).toBe(2);
  expect(server.mails[0]?.header('date')).toBe('Sun, 01 Mar 2026 00:00:00 +0000');
  expect(server.mails[1]?.header('date')).toBe('Sun, 01 Mar 2026 00:10:00 +0000');
});

test('a receiver that answers 429 is asked again when it said, and not before', async () => {
  const receiver = await startReceiver({ status: 429, headers: { 'retry-after': '600' } }, { status: 200 });
  const { decide, pass, attemptsMs } = admins('webhook', { url: new Secret(receiver.url) });
  await decide('first');
  await pass(9 * minutes);
  expect(receiver.received).toHaveLength(1);
  await pass(3 * minutes);
  expect(receiver.received).toHaveLength(2);
  const [first = 0, again = 0] = attemptsMs;
  expect(again - first).toBeGreaterThanOrEqual(10 * minutes);
  await pass(30 * minutes);
  expect(receiver.received.map(({ headers }) => headers['idempotency-key'])).toEqual(['first', 'first']);
});
