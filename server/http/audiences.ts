// Those who listen: readers who have a page open, and administrators who have that of the alerts.
import type { Clock, Timers } from '../app/ports.ts';
import { Live } from './live.ts';
import type { Pages } from './render.ts';

/** Beyond these, a page asks twice a minute instead. */
export const readersMax = 2_000;
const administratorsMax = 50;

export interface AudiencesDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly timers: Timers;
  readonly pages: () => Pick<Pages, 'generatedAt' | 'changedAt'>;
}

export interface Audiences {
  /** Told of every snapshot, which is what tells them that somebody is there. */
  readonly readers: Live;
  readonly administrators: Live;
}

export const openAudiences = ({ clock, timers, pages }: AudiencesDeps): Audiences => {
  const run = String(clock.now());
  // What a page needs to know whether it still holds, and how old that is on our clock.
  const data = () => {
    const { generatedAt, changedAt } = pages();
    return JSON.stringify({ now: clock.now(), generatedAt, changedAt });
  };
  return {
    readers: new Live({ timers, run, listenersMax: readersMax, data }),
    administrators: new Live({ timers, run, listenersMax: administratorsMax }),
  };
};
