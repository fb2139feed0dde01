// I5: what was decided reaches its receiver or is given up in sight of all, and then another one has it. I6: a receiver that
// drops doubles shows nothing twice, and there are no more doubles than crashes and lost acknowledgements explain.
import type { Fate } from '../../../server/app/ports.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import { minutes, seconds } from '../../support/watch.ts';
import { rootsOf } from '../archive.ts';
import type { Posted } from '../archive.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

/** A receiver that is well has what waits for it within so long. */
const deliveredMsMax = 5 * minutes + 30 * seconds;

interface Arrived {
  readonly first: Message;
  times: number;
  /** It had arrived when a process died that had not noted this. */
  crashes: number;
}

export class Arrivals implements Checker {
  readonly #stage: Stage;
  readonly #arrived = new Map<string, Arrived>();
  /** Of these it was not noted yet what became of them. */
  readonly #unnoted = new Set<Arrived>();
  /** Since when messages are seen to wait: monotonic milliseconds. */
  readonly #waitingMs = new Map<string, number>();
  #diskMs = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  arrived(message: Message): void {
    const { key } = message;
    const arrived = this.#arrived.get(key) ?? { first: message, times: 0, crashes: 0 };
    this.#arrived.set(key, arrived);
    this.#unnoted.add(arrived);
    arrived.times++;
    if (arrived.times === 1) return;
    demand(
      JSON.stringify(arrived.first) === JSON.stringify(message),
      'I6 dedup',
      () => `two messages have the key ${key}`,
    );
    const lost = this.#stage.sinks.unacknowledged.get(key) ?? 0;
    demand(
      arrived.times <= 1 + arrived.crashes + lost,
      'I6 dedup',
      () => `${key} arrives ${arrived.times} times, over ${arrived.crashes} crashes and ${lost} lost words`,
    );
  }

  crashed(): void {
    for (const arrived of this.#unnoted) arrived.crashes++;
  }

  fated(key: string, fate: Fate, left?: readonly Message[]): void {
    this.#waitingMs.delete(key);
    const arrived = this.#arrived.get(key);
    if (arrived !== undefined && fate.kind !== 'deferred') this.#unnoted.delete(arrived);
    if (fate.kind === 'delivered')
      demand(arrived !== undefined, 'I5 deliver', () => `${key} was noted as told, and never arrived`);
    if (fate.kind === 'folded')
      demand(this.#isSaidAgain(key), 'I5 deliver', () => `${key} was folded into nothing`);
    const route = this.#stage.vigie.config.routes.find(({ id }) => key.endsWith(`/${id}`));
    if (fate.kind === 'dead' && route?.fallback !== undefined)
      demand(left !== undefined, 'I5 deliver', () => `${key} was given up, and left to nobody`);
  }

  look(): void {
    const { archive, disk, sinks, time, vigie } = this.#stage;
    if (disk.mishap !== 'none') this.#diskMs = time.nowMs;
    for (const { message } of archive.waiting) {
      const { key, route } = message;
      const sinceMs = this.#waitingMs.get(key) ?? time.nowMs;
      this.#waitingMs.set(key, sinceMs);
      const undisturbedMs = time.nowMs - Math.max(sinceMs, vigie.bornMs, vigie.disturbedMs, this.#diskMs);
      const couldMs = vigie.watch === undefined ? 0 : Math.min(sinks.wellForMs(route) ?? 0, undisturbedMs);
      demand(couldMs <= deliveredMsMax, 'I5 deliver', () => `${key} waits, though it could be told`);
    }
  }

  /** By one that waits for the same route. */
  #isSaidAgain(key: string): boolean {
    const { posted, waiting } = this.#stage.archive;
    const older = posted.get(key)?.message;
    const said = ({ message: { route, alerts } }: Posted) =>
      route === older?.route && rootsOf(older).every((root) => alerts.some(({ id }) => id === root));
    return waiting.values().some(said);
  }

  calm(): void {
    const { archive } = this.#stage;
    const [waiting] = archive.waiting;
    demand(waiting === undefined, 'I5 deliver', () => `${waiting?.message.key} was never told`);
  }
}
