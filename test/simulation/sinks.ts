// Receivers in the simulated world: they refuse, are busy, hang, and lose their acknowledgements.
import type { HandOver } from '../../server/app/ports.ts';
import type { Delivery, Message } from '../../server/core/alerts/message.ts';
import { minutes, seconds } from '../support/watch.ts';
import type { Lane, VirtualTime } from '../support/virtual-time.ts';
import type { Random } from './random.ts';

export const sinkMoods = ['well', 'busy', 'hangs', 'loses acknowledgements', 'refuses'] as const;
export type SinkMood = (typeof sinkMoods)[number];

const busy: Delivery = { kind: 'deferred', evidence: 'busy' };

export class Sinks {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #moods = new Map<string, { readonly mood: SinkMood; readonly sinceMs: number }>();
  /** Keys of messages that have arrived, and whose sender could not know that: how often. */
  readonly unacknowledged = new Map<string, number>();
  readonly #arrived: (message: Message) => void;

  /** `arrived` is called with what arrives, doubles too. */
  constructor(time: VirtualTime, random: Random, arrived: (message: Message) => void) {
    this.#time = time;
    this.#random = random;
    this.#arrived = arrived;
  }

  heal(): void {
    for (const route of this.#moods.keys()) this.setMood(route, 'well');
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
        this.#arrived(message);
        return { kind: 'delivered' };
      case 'busy':
        return this.#random.chance(0.3) ? { kind: 'deferred', evidence: 'busy', afterMs: minutes } : busy;
      case 'hangs':
        return new Promise(() => {});
      case 'loses acknowledgements':
        this.#arrived(message);
        this.unacknowledged.set(message.key, (this.unacknowledged.get(message.key) ?? 0) + 1);
        return this.#random.chance(0.5) ? busy : new Promise(() => {});
      case 'refuses':
        return { kind: 'refused', evidence: 'a wrong token' };
    }
  }
}
