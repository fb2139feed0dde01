// Receivers in the simulated world: they refuse, are busy, hang, and lose their acknowledgements.
import type { HandOver } from '../../../server/app/ports.ts';
import type { Delivery, Message } from '../../../server/core/alerts/message.ts';
import { minutes, seconds } from '../../support/watch.ts';
import type { VirtualTime } from '../../support/virtual-time.ts';
import type { Lane } from '../../support/virtual-time.ts';
import type { Random } from '../random.ts';

export const sinkMoods = ['well', 'busy', 'hangs', 'loses acknowledgements', 'refuses'] as const;
export type SinkMood = (typeof sinkMoods)[number];

export interface Arrival {
  readonly message: Message;
  /** Monotonic milliseconds. */
  readonly atMs: number;
}

const busy: Delivery = { kind: 'deferred', evidence: 'busy' };

export class Sinks {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #moods = new Map<string, { readonly mood: SinkMood; readonly sinceMs: number }>();
  /** All that arrived, doubles too. */
  readonly arrivals: Arrival[] = [];
  /** How often a message arrived whose sender could not know that. */
  lostAcknowledgements = 0;

  constructor(time: VirtualTime, random: Random) {
    this.#time = time;
    this.#random = random;
  }

  setMood(route: string, mood: SinkMood): void {
    if (this.moodOf(route) !== mood) this.#moods.set(route, { mood, sinceMs: this.#time.nowMs });
  }

  moodOf(route: string): SinkMood {
    return this.#moods.get(route)?.mood ?? 'well';
  }

  /** For how long a route has been well; nothing while it is not. */
  wellForMs(route: string): number | undefined {
    const { mood, sinceMs } = this.#moods.get(route) ?? { mood: 'well', sinceMs: 0 };
    return mood === 'well' ? this.#time.nowMs - sinceMs : undefined;
  }

  /** As the process sees it that lives in `lane`. */
  handOver(lane: Lane): HandOver {
    return async (message) => {
      const mood = this.moodOf(message.route);
      const takesMs = this.#random.logUniform(10, 2 * seconds);
      await new Promise<void>((resolve) => this.#time.after(takesMs, lane, resolve));
      return this.#answer(message, mood);
    };
  }

  #answer(message: Message, mood: SinkMood): Delivery | Promise<Delivery> {
    switch (mood) {
      case 'well':
        this.#take(message);
        return { kind: 'delivered' };
      case 'busy':
        return this.#random.chance(0.3) ? { kind: 'deferred', evidence: 'busy', afterMs: minutes } : busy;
      case 'hangs':
        return new Promise(() => {});
      case 'loses acknowledgements':
        this.#take(message);
        this.lostAcknowledgements++;
        return this.#random.chance(0.5) ? busy : new Promise(() => {});
      case 'refuses':
        return { kind: 'refused', evidence: 'a wrong token' };
    }
  }

  #take(message: Message): void {
    this.arrivals.push({ message, atMs: this.#time.nowMs });
  }
}
