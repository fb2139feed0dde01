// Signs of life to somebody elsewhere, who raises the alarm when they end: given only while Vigie is well.
import type { DeadMansSwitch } from '../../config/config.ts';
import type { Secret } from '../../config/secret.ts';
import type { Delivery } from '../core/alerts/message.ts';
import { Deadline } from '../../checks/lib/contract.ts';
import type { Log, Timers } from './ports.ts';
import type { Ailment } from './vitals.ts';

export const signResults = ['given', 'failed', 'held'] as const;
export type SignResult = (typeof signResults)[number];

export interface SignsDeps {
  readonly ailment: () => Promise<Ailment | undefined>;
  readonly give: (url: Secret, signal: AbortSignal) => Promise<Delivery>;
  readonly timers: Timers;
  readonly log: Log;
  /** Called with what became of each sign that was due. */
  readonly happened: (result: SignResult) => void;
}

/** The first sign does not wait for as long as those between two: whoever waits for it may be impatient. */
const firstMsMax = 10_000;
const giveMsMax = 10_000;

export class SignsOfLife {
  readonly #deps: SignsDeps;
  #cancel: (() => void)[] = [];
  #sick: Ailment | undefined;
  #round = new AbortController();

  constructor(deps: SignsDeps) {
    this.#deps = deps;
  }

  /** Whose turn it is from now on. */
  configure(switches: readonly DeadMansSwitch[]): void {
    this.stop();
    this.#round = new AbortController();
    this.#cancel = switches.map((given, index) =>
      this.#after(given, index, Math.min(given.everyMs, firstMsMax)),
    );
  }

  stop(): void {
    for (const cancel of this.#cancel.splice(0)) cancel();
    this.#round.abort(new Error('no more signs of life'));
  }

  #after(given: DeadMansSwitch, index: number, ms: number): () => void {
    const { signal } = this.#round;
    return this.#deps.timers.after(ms, () => {
      // The next one is due whatever becomes of this one.
      this.#cancel[index] = this.#after(given, index, given.everyMs);
      void this.#give(given.url, index, signal);
    });
  }

  async #give(url: Secret, index: number, stopping: AbortSignal): Promise<void> {
    const { ailment, log, happened } = this.#deps;
    const sick = await ailment();
    if (stopping.aborted) return;
    this.#say(sick);
    if (sick !== undefined) return happened('held');
    const delivery = await this.#tryToGive(url, stopping);
    if (delivery === undefined) return;
    happened(delivery.kind === 'delivered' ? 'given' : 'failed');
    if (delivery.kind !== 'delivered')
      log.warn('dead-mans-switch.failed', { number: index + 1, evidence: delivery.evidence });
  }

  /** Nothing, when we stop meanwhile. */
  async #tryToGive(url: Secret, stopping: AbortSignal): Promise<Delivery | undefined> {
    const tooLate = new AbortController();
    const cancel = this.#deps.timers.after(giveMsMax, () => tooLate.abort(new Deadline(giveMsMax)));
    try {
      return await this.#deps.give(url, AbortSignal.any([stopping, tooLate.signal]));
    } catch (error) {
      if (!stopping.aborted) this.#deps.log.error('dead-mans-switch.broken', { error });
      return undefined;
    } finally {
      cancel();
    }
  }

  /** Once when it begins and once when it ends, however many signs are held back. */
  #say(sick: Ailment | undefined): void {
    const { log } = this.#deps;
    if (sick !== undefined && sick.organ !== this.#sick?.organ)
      log.error('dead-mans-switch.held', { organ: sick.organ, evidence: sick.evidence });
    if (sick === undefined && this.#sick !== undefined)
      log.info('dead-mans-switch.gives-again', { organ: this.#sick.organ });
    this.#sick = sick;
  }
}
