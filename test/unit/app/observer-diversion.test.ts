// A message that is left to another route: kept in one transaction with what that route then knows.
import { expect, test } from 'vitest';
import { StoreError } from '../../../server/app/ports.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import { makeRoute } from '../../support/alerting.ts';
import { Observing } from '../../support/observing.ts';
import { minutes, oneCheck, seconds } from '../../support/watch.ts';

const config = {
  ...oneCheck(),
  routes: [makeRoute('mail', { fallback: 'phone' }), makeRoute('phone', { afterMs: 60 * minutes })],
};

/** One that has told `mail` of an outage, and that message. */
const telling = async (): Promise<readonly [Observing, Message]> => {
  const observing = new Observing(config);
  await observing.live(minutes);
  await observing.live(minutes, 'bad');
  const [message] = observing.kept.flatMap(({ messages }) => messages);
  if (message === undefined) throw new Error('nobody was told');
  return [observing, message];
};

const diversion = { letter: 7, to: 'phone', at: 1, evidence: 'a wrong token' };

test('it is kept together with what that route knows, and nobody is told before', async () => {
  const [observing, message] = await telling();
  observing.disk = new StoreError('store.full', 'The disk is full.');
  let isKept = false;
  const kept = observing.observer.divert(message, diversion).then(() => (isKept = true));
  await observing.time.pass(minutes);
  expect(isKept).toBe(false);
  observing.disk = 'works';
  await observing.time.pass(2 * seconds);
  await kept;
  const [together] = observing.kept.filter(({ diversions }) => diversions.length > 0);
  expect(together?.diversions).toEqual([diversion]);
  expect(together?.alerts).toMatchObject([{ told: [{ route: 'mail' }, { route: 'phone', checks: [{}] }] }]);
});

test('the route that it is left to is told of the end', async () => {
  const [observing, message] = await telling();
  const kept = observing.observer.divert(message, diversion);
  await observing.live(5 * minutes);
  await kept;
  const told = observing.kept.flatMap(({ messages }) =>
    messages.map(({ key }) => key.replace(/^.*@\d+/, '')),
  );
  expect(told).toEqual(['/alert-1/mail', '/recovery-2/mail', '/recovery-2/phone']);
});

test('whoever waits for that hears when it is refused, and when nothing is kept any more', async () => {
  const [observing, message] = await telling();
  observing.refuses = ({ diversions }) => diversions.length > 0;
  const refused = expect(observing.observer.divert(message, diversion)).rejects.toThrow(/rules/);
  await observing.time.pass(seconds);
  await refused;
  observing.disk = new StoreError('store.full', 'The disk is full.');
  const unkept = expect(observing.observer.divert(message, diversion)).rejects.toThrow(/stops/);
  await observing.observer.stop();
  await unkept;
  await expect(observing.observer.divert(message, diversion)).rejects.toThrow(/stops/);
});
