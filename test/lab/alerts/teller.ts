// A program that a test kills: opens one alert after the other, says the number of each once it is kept, and delivers.
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret } from '../../../config/secret.ts';
import { Deliveries } from '../../../server/app/deliveries.ts';
import { handOver } from '../../../server/notify/hand-over.ts';
import { openStore } from '../../../server/store/client.ts';
import { random, systemClock as clock, systemTimers as timers } from '../../../server/system.ts';
import { makeRoute } from '../../support/alerting.ts';
import { alert, message, noEffects, outage } from '../../support/effects.ts';
import { makeConfig } from '../../support/watch.ts';

const [path = '', url = '', first = '0', last = '0'] = process.argv.slice(2);
const config = {
  ...makeConfig([]),
  routes: [makeRoute('admins', { type: 'webhook', options: { url: new Secret(url) } })],
};
const nothing = () => {};
const store = await openStore({ path });
const deliveries = new Deliveries({
  store,
  clock,
  timers,
  random,
  handOver: handOver(() => config, clock),
  log: { info: nothing, warn: nothing, error: nothing },
  happened: nothing,
  divert: async () => {},
  waiting: nothing,
});
deliveries.configure(config.routes);
for (let n = Number(first); n < Number(last); n++) {
  const subject = { kind: 'service', id: `s${n}` } as const;
  const messages = [message(`${n}`, { at: clock.now() })];
  const outages = [outage(n, { id: `service:s${n}@${n}`, subject })];
  await store.commit({ ...noEffects, outages, alerts: [alert(n)], messages });
  process.stdout.write(`${n}\n`);
  deliveries.call(messages);
  await sleep(25);
}
