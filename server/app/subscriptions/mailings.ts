// Carries mails to subscribers: one at a time, never faster than the configuration says, and never before what administrators are
// being told.
import { Deadline } from '../../../checks/lib/contract.ts';
import type { Language } from '../../../config/config.ts';
import type { Instant } from '../../core/time.ts';
import type { Clock, Log, Timers } from '../ports.ts';
import type { LetterEvent } from '../route-courier.ts';
import { isolate } from '../turns.ts';
import type { Turns } from '../turns.ts';
import type { Mailing, MailingFate, SubscriberStore } from './ports.ts';

export interface SubscriberMail {
  /** The same for the same mail, however often it is sent. */
  readonly key: string;
  /** The same for all that tells of one story. */
  readonly thread?: string;
  readonly at: Instant;
  /** Of the subscriber, whose address is another thing. */
  readonly name: string;
  readonly to: string;
  readonly language: Language;
  readonly subject: string;
  readonly text: string;
  readonly unsubscribeUrl?: string;
}

/** The evidence is what the mail server answered, in numbers. */
export type MailDelivery =
  | { readonly kind: 'delivered' }
  /** By the address, for good; or the message was, whoever it was for. */
  | { readonly kind: 'refused' | 'unwanted'; readonly evidence: string }
  /** `whose`: whether others can be told meanwhile. */
  | { readonly kind: 'later'; readonly whose: 'theirs' | 'ours'; readonly evidence: string };

/** Rejects only when `signal` says that we stop, or with a bug. */
export type SendMail = (mail: SubscriberMail, signal: AbortSignal) => Promise<MailDelivery>;

export interface MailingsDeps {
  readonly store: Pick<SubscriberStore, 'nextMailing' | 'noteMailing'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** From 0 to 1: spreads retries. */
  readonly random: () => number;
  /** Nothing: nobody is told by mail, for now. */
  readonly perMinute: () => number | undefined;
  readonly compose: (mailing: Mailing) => SubscriberMail;
  readonly send: SendMail;
  /** Whether an administrator is being told. */
  readonly isBusy: () => boolean;
  readonly happened: (event: LetterEvent) => void;
  readonly waiting: (mails: number) => void;
}

const sendMsMax = 30_000;
const graceMs = 5_000;
const busyMs = 1_000;
/** Servers that put strangers off (greylisting) mostly want five minutes. */
const retryMsMin = 300_000;
const retryMsMax = 4 * 3_600_000;
const outageMsMin = 5_000;
const outageMsMax = 240_000;
/** What could not be told by then is no news, whoever was away: the mail server or we. */
const patienceMs = 86_400_000;
const tooLate: MailDelivery = { kind: 'unwanted', evidence: 'too late' };
const storeRetryMs = 15_000;

export class Mailings {
  readonly #deps: MailingsDeps;
  readonly #turns: Turns;
  #notBeforeMs = 0;
  /** In a row, and nobody's but ours. */
  #outages = 0;
  #cancelTimer = () => {};
  /** Handed over, and not yet noted: it must not be handed over again. */
  #unnoted: { readonly id: number; readonly fate: MailingFate } | undefined;
  #underWay: AbortController | undefined;
  #stopped = false;

  constructor(deps: MailingsDeps) {
    this.#deps = deps;
    this.#turns = isolate(() => this.#round(), deps.log);
  }

  /** Something may wait. */
  call(): void {
    if (!this.#stopped && this.#deps.perMinute() !== undefined) this.#turns();
  }

  /** Begins nothing new; what is under way may end for some seconds. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTimer();
    const cancel = this.#deps.timers.after(graceMs, () => this.#underWay?.abort(new Error('Vigie stops')));
    await this.#turns.now();
    cancel();
  }

  async #round(): Promise<void> {
    this.#cancelTimer();
    try {
      while (await this.#carryOne());
    } catch (error) {
      this.#later(storeRetryMs);
      throw error;
    }
  }

  /** False when there is nothing to do now. */
  async #carryOne(): Promise<boolean> {
    const { store, clock, isBusy, waiting, perMinute } = this.#deps;
    if (this.#unnoted !== undefined) await this.#note(this.#unnoted);
    const rate = perMinute();
    if (this.#stopped || rate === undefined) return false;
    const pauseMs = isBusy() ? busyMs : this.#notBeforeMs - clock.monotonicMs();
    if (pauseMs > 0) return this.#later(pauseMs);
    const now = clock.now();
    const next = await store.nextMailing(now);
    waiting(next.waiting);
    if (next.mailing === undefined)
      return next.nextAt === undefined ? false : this.#later(Math.max(busyMs, next.nextAt - now));
    this.#notBeforeMs = clock.monotonicMs() + 60_000 / rate;
    await this.#deliver(next.mailing);
    return true;
  }

  async #deliver(mailing: Mailing): Promise<void> {
    const isLate = this.#deps.clock.now() - mailing.decidedAt >= patienceMs;
    const delivery = isLate ? tooLate : await this.#attempt(mailing);
    if (delivery === undefined) return;
    const fate = this.#fateOf(mailing, delivery);
    const { log } = this.#deps;
    // No address, and no name of a subscriber.
    const fields = { mailing: mailing.id, attempt: mailing.attempts + 1 };
    if (fate.kind === 'deferred')
      log.warn('subscriber-mail.deferred', { ...fields, evidence: fate.evidence });
    else if (fate.kind !== 'delivered')
      log.warn('subscriber-mail.dead', { ...fields, evidence: fate.evidence });
    this.#unnoted = { id: mailing.id, fate };
    await this.#note(this.#unnoted);
  }

  /** Nothing, when we stopped meanwhile: then nobody knows whether it arrived. */
  async #attempt(mailing: Mailing): Promise<MailDelivery | undefined> {
    const { compose, send, timers, log } = this.#deps;
    const underWay = new AbortController();
    this.#underWay = underWay;
    const cancel = timers.after(sendMsMax, () => underWay.abort(new Deadline(sendMsMax)));
    try {
      return await send(compose(mailing), underWay.signal);
    } catch (error) {
      if (this.#stopped) return undefined;
      // Whatever it says may hold the address. Others do not wait for the one mail that cannot be made.
      log.error('subscriber-mail.failed', { mailing: mailing.id, error: (error as Error).name });
      return { kind: 'later', whose: 'theirs', evidence: 'failed' };
    } finally {
      cancel();
      this.#underWay = undefined;
    }
  }

  #fateOf({ attempts }: Mailing, delivery: MailDelivery): MailingFate {
    const { clock, random } = this.#deps;
    const now = clock.now();
    if (delivery.kind !== 'later' || delivery.whose === 'theirs') this.#outages = 0;
    if (delivery.kind === 'delivered') return { kind: 'delivered', at: now };
    const { evidence } = delivery;
    if (delivery.kind !== 'later')
      return { kind: delivery.kind === 'refused' ? 'refused' : 'dead', at: now, evidence };
    const spread = 0.5 + random() / 2;
    if (delivery.whose === 'ours') {
      const outageMs = Math.min(outageMsMax, outageMsMin * 2 ** Math.min(this.#outages++, 8)) * spread;
      this.#notBeforeMs = Math.max(this.#notBeforeMs, clock.monotonicMs() + outageMs);
    }
    if (delivery.whose === 'ours') return { kind: 'deferred', evidence, nextAt: now };
    const backOffMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(attempts, 8)) * spread;
    return { kind: 'deferred', evidence, nextAt: now + Math.round(backOffMs) };
  }

  async #note({ id, fate }: { readonly id: number; readonly fate: MailingFate }): Promise<void> {
    const { store, happened } = this.#deps;
    await store.noteMailing(id, fate);
    this.#unnoted = undefined;
    happened(fate.kind === 'refused' ? 'dead' : fate.kind);
  }

  #later(ms: number): false {
    this.#cancelTimer();
    if (!this.#stopped) this.#cancelTimer = this.#deps.timers.after(ms, () => this.call());
    return false;
  }
}
