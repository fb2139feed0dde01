// Carries messages to one route: one at a time, in the order in which they were decided, until each is delivered, says
// nothing that a newer one does not say, or is given up.
import { Deadline } from '../../checks/lib/contract.ts';
import type { Delivery, Diversion, Message } from '../core/alerts/message.ts';
import type { Clock, Fate, HandOver, Letter, Log, Store, Timers } from './ports.ts';
import { isolate } from './turns.ts';
import type { Turns } from './turns.ts';

export const letterEvents = ['delivered', 'deferred', 'folded', 'dead'] as const;
export type LetterEvent = (typeof letterEvents)[number];

export interface CarryingDeps {
  readonly store: Pick<Store, 'undelivered' | 'noteFate'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** From 0 to 1: spreads retries, so that they do not all come at once. */
  readonly random: () => number;
  /** Called with what has become of a message, once that is kept. */
  readonly happened: (route: string, event: LetterEvent) => void;
  /** Keeps that a message is left to another route, and what that one then knows; resolves once that is kept. */
  readonly divert: (message: Message, diversion: Diversion) => Promise<void>;
  /** So many messages wait, of the next `rowsMax`. */
  readonly waiting: (route: string, messages: number) => void;
}

export interface Carried {
  readonly id: string;
  /** Told what this route could not be told. */
  readonly fallback?: string;
}

/** Looked at together, to see which of them a newer one makes needless. */
const rowsMax = 200;
/** A receiver that has not taken a message by then has not taken it. */
const handOverMsMax = 30_000;
/** What does not even end then is left behind. */
const graceMs = 5_000;
const retryMsMin = 5_000;
/** A receiver that is well again has what waits within five minutes. */
const retryMsMax = 240_000;
/** A receiver that asks for more is asked again all the same. */
const askedMsMax = 3_600_000;
/** After so long, and so many attempts of it or of what waits with it, a message is given up; sooner when somebody else can be told. */
const patienceMs = 86_400_000;
const patienceWithFallbackMs = 900_000;
const attemptsMin = 3;
/** A message that was tried so often lets other stories pass: its receiver may be well, and only not take this one. */
const attemptsAloneMax = 3;
/** What could not be read or noted is tried again so much later. */
const storeRetryMs = 15_000;

export class RouteCourier {
  readonly #deps: CarryingDeps;
  readonly #handOver: HandOver;
  readonly #turns: Turns;
  readonly #free: Promise<unknown>;
  #route: Carried;
  #failures = 0;
  #notBeforeMs = 0;
  #isAskedToWait = false;
  #cancelRetry = () => {};
  /** Handed over, and not yet noted: it must not be handed over again. */
  #unnoted: { readonly letter: Letter; readonly fate: Fate } | undefined;
  #underWay: AbortController | undefined;
  #stopped = false;

  /** `free`: another courier of the route has something under way until then. */
  constructor(deps: CarryingDeps, route: Carried, handOver: HandOver, free: Promise<unknown>) {
    this.#deps = deps;
    this.#route = route;
    this.#handOver = handOver;
    this.#free = free;
    this.#turns = isolate(() => this.#round(), deps.log);
  }

  /** Something may wait. */
  call(): void {
    if (!this.#stopped) this.#turns();
  }

  configure(route: Carried): void {
    this.#route = route;
  }

  /** Begins nothing new; what is under way may end for some seconds. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry();
    const cancel = this.#deps.timers.after(graceMs, () => this.#underWay?.abort(new Error('Vigie stops')));
    await this.#turns.now();
    cancel();
  }

  async #round(): Promise<void> {
    this.#cancelRetry();
    await this.#free;
    try {
      while (await this.#carryOne());
    } catch (error) {
      this.#later(storeRetryMs);
      throw error;
    }
  }

  /** False when there is nothing to do now. */
  async #carryOne(): Promise<boolean> {
    const { store, clock, waiting } = this.#deps;
    if (this.#unnoted !== undefined) await this.#note(this.#unnoted.letter, this.#unnoted.fate);
    if (this.#stopped) return false;
    const letters = await store.undelivered(this.#route.id, rowsMax);
    waiting(this.#route.id, letters.length);
    const [oldest] = letters;
    if (oldest === undefined) return false;
    if (letters.some(({ message }, index) => index > 0 && saysAllOf(message, oldest.message))) {
      await this.#note(oldest, { kind: 'folded', at: clock.now() });
      return true;
    }
    if (this.#failures >= attemptsMin && this.#isTooOld(oldest)) {
      const evidence = oldest.evidence ?? 'what came before it was not taken';
      await this.#conclude(oldest, { kind: 'dead', at: clock.now(), evidence });
      return true;
    }
    const pauseMs = this.#notBeforeMs - clock.monotonicMs();
    if (pauseMs > 0) {
      this.#later(pauseMs);
      return false;
    }
    const fate = await this.#deliver(oldest);
    // A receiver that takes what is told of something else is well, and only does not take this one.
    const other = fate?.kind === 'deferred' && !this.#isAskedToWait ? passing(oldest, letters) : undefined;
    if (other !== undefined && !this.#stopped) await this.#deliver(other);
    return true;
  }

  /** What became of it; nothing, when we stopped meanwhile. */
  async #deliver(letter: Letter): Promise<Fate | undefined> {
    const delivery = await this.#attempt(letter.message);
    if (delivery === undefined) return undefined;
    const tried = { ...letter, attempts: letter.attempts + 1 };
    const fate = this.#fateOf(tried, delivery);
    await this.#conclude(tried, fate);
    return fate;
  }

  async #conclude(letter: Letter, fate: Fate): Promise<void> {
    const { clock, log } = this.#deps;
    const { message, attempts } = letter;
    const { key, kind } = message;
    this.#unnoted = { letter, fate };
    const fields = { route: this.#route.id, key, kind, attempt: attempts };
    if (fate.kind === 'delivered') log.info('message.delivered', fields);
    if (fate.kind === 'deferred')
      log.warn('message.deferred', {
        ...fields,
        evidence: fate.evidence,
        retryInMs: fate.nextAt - clock.now(),
      });
    if (fate.kind === 'dead')
      log.error('message.dead', { ...fields, evidence: fate.evidence, fallback: this.#route.fallback });
    await this.#note(letter, fate);
  }

  /** Nothing, when we stopped meanwhile: then nobody knows whether it arrived. */
  async #attempt(message: Message): Promise<Delivery | undefined> {
    const { timers, log } = this.#deps;
    const underWay = new AbortController();
    this.#underWay = underWay;
    const tooLate = new Deadline(handOverMsMax);
    const cancelDeadline = timers.after(handOverMsMax, () => underWay.abort(tooLate));
    let cancelGrace = () => {};
    const abandoned = new Promise<Delivery | undefined>((resolve) => {
      underWay.signal.addEventListener('abort', () => {
        const evidence = tooLate.message;
        cancelGrace = timers.after(graceMs, () =>
          resolve(this.#stopped ? undefined : { kind: 'deferred', evidence }),
        );
      });
    });
    try {
      return await Promise.race([this.#handOver(message, underWay.signal), abandoned]);
    } catch (error) {
      if (this.#stopped) return undefined;
      log.error('notifier.failed', { route: this.#route.id, key: message.key, error });
      return { kind: 'deferred', evidence: 'The notifier failed: see the log.' };
    } finally {
      cancelDeadline();
      cancelGrace();
      this.#underWay = undefined;
    }
  }

  #fateOf(letter: Letter, delivery: Delivery): Fate {
    const { clock } = this.#deps;
    const now = clock.now();
    if (delivery.kind === 'delivered') {
      this.#failures = 0;
      this.#notBeforeMs = 0;
      return { kind: 'delivered', at: now };
    }
    const { evidence } = delivery;
    const isGivenUp = letter.attempts >= attemptsMin && this.#isTooOld(letter);
    if (delivery.kind === 'refused' || isGivenUp) return { kind: 'dead', at: now, evidence };
    this.#isAskedToWait = delivery.afterMs !== undefined;
    const waitMs = this.#notBeforeMs - clock.monotonicMs();
    // Who passes another that waits already waits with it.
    const pauseMs = waitMs > 0 && !this.#isAskedToWait ? waitMs : this.#pauseMs(delivery.afterMs);
    this.#notBeforeMs = clock.monotonicMs() + pauseMs;
    return { kind: 'deferred', evidence, nextAt: now + Math.round(pauseMs) };
  }

  #isTooOld({ message }: Letter): boolean {
    const patience = this.#route.fallback === undefined ? patienceMs : patienceWithFallbackMs;
    return this.#deps.clock.now() - message.at >= patience;
  }

  #pauseMs(askedMs = 0): number {
    const backOffMs = Math.min(retryMsMax, retryMsMin * 2 ** Math.min(this.#failures++, 16));
    const spreadMs = backOffMs * (0.5 + this.#deps.random() / 2);
    return Math.max(spreadMs, Math.min(askedMs, askedMsMax));
  }

  async #note({ id, message }: Letter, fate: Fate): Promise<void> {
    const { store, divert, happened } = this.#deps;
    const { fallback } = this.#route;
    if (fate.kind === 'dead' && fallback !== undefined)
      await divert(message, { letter: id, to: fallback, at: fate.at, evidence: fate.evidence });
    else await store.noteFate(id, fate);
    this.#unnoted = undefined;
    happened(this.#route.id, fate.kind);
  }

  #later(ms: number): void {
    this.#cancelRetry();
    if (!this.#stopped) this.#cancelRetry = this.#deps.timers.after(ms, () => this.call());
  }
}

/** Every alert of the older message is in the newer one, with all that is known of it. An end is always told. */
const saysAllOf = (newer: Message, older: Message): boolean => {
  if (older.kind === 'recovery' || older.exercise !== newer.exercise) return false;
  const roots = older.alerts.filter(({ consequenceOf }) => consequenceOf === undefined);
  return roots.length > 0 && roots.every(({ id }) => newer.alerts.some((alert) => alert.id === id));
};

/** Behind a message that was tried often enough: of the other stories' oldest ones that which was tried least. */
const passing = (oldest: Letter, letters: readonly Letter[]): Letter | undefined => {
  if (oldest.attempts + 1 < attemptsAloneMax) return undefined;
  const waiting = new Set<string>();
  const free = letters.filter(({ message: { thread, alerts } }) => {
    const stories = new Set([thread, ...alerts.map(({ id }) => id)]);
    const isFree = waiting.isDisjointFrom(stories);
    for (const story of stories) waiting.add(story);
    return isFree;
  });
  return free.slice(1).toSorted((a, b) => a.attempts - b.attempts)[0];
};
