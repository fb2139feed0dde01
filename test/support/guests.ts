// Clients who take the places of a daemon, and say nothing.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const greetingMs = 10_000;
const triesMax = 100;

/** So many are in once each was greeted with `greeting`: whoever left before may still be counted for a moment. */
export const letIn = async (port: number, count: number, greeting: RegExp): Promise<() => void> => {
  const guests: Socket[] = [];
  for (let tries = 0; guests.length < count; tries += 1) {
    const guest = connect(port, '127.0.0.1').on('error', () => {});
    const [said] = (await once(guest, 'data', { signal: AbortSignal.timeout(greetingMs) })) as [Buffer];
    if (greeting.test(said.toString('latin1'))) {
      guests.push(guest);
      continue;
    }
    guest.destroy();
    if (tries >= triesMax) throw new Error(`not let in: ${said.toString('latin1')}`);
    await sleep(100);
  }
  return () => guests.forEach((guest) => guest.destroy());
};
