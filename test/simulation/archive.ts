// What was kept of history, as whoever reads the store would find it.
import type { Fate } from '../../server/app/ports.ts';
import { isSettled } from '../../server/core/alerts/alert.ts';
import type { Alert, Silence } from '../../server/core/alerts/alert.ts';
import { apart, endsStoryOf, leftTo } from '../../server/core/alerts/message.ts';
import type { Message } from '../../server/core/alerts/message.ts';
import { subjectId } from '../../server/core/effects.ts';
import type { Effects, Outage, Span } from '../../server/core/effects.ts';
import type { Window } from '../../server/core/maintenance.ts';
import type { State } from '../../server/core/state.ts';

const spare = 3;

/** A message, and what became of it: nothing, while it waits. */
export interface Posted {
  readonly message: Message;
  fate?: 'delivered' | 'folded' | 'dead';
}

export class Archive {
  /** Everything by its id, as it was last kept. */
  readonly alerts = new Map<string, Alert>();
  /** Those that nobody has ended, and no recovery. */
  readonly silences = new Map<string, Silence>();
  readonly windows = new Map<string, Window>();
  /** By their keys, in the order in which they were decided. */
  readonly posted = new Map<string, Posted>();
  readonly waiting = new Set<Posted>();
  /** Those of the last transaction that were not there before. */
  fresh: readonly Message[] = [];
  readonly #spans = new Map<string, Span[]>();
  readonly #open = new Map<string, Outage>();
  readonly #outages = new Map<string, Outage>();
  readonly #unsettled = new Map<string, Alert>();
  readonly #keys = new Set<string>();
  readonly #denied = new Set<string>();

  /** Of all that was told. */
  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  /** Whoever would have handed something over once more is gone. */
  crashed(): void {
    this.#denied.clear();
  }

  /** A notable or a message of a transaction that was kept, though the caller heard that it was not: it will be handed over once more. */
  takeDenied(key: string): boolean {
    return this.#denied.delete(key);
  }

  get subjects(): Iterable<string> {
    return this.#spans.keys();
  }

  get open(): readonly Outage[] {
    return [...this.#open.values()];
  }

  outage(id: string): Outage | undefined {
    return this.#outages.get(id);
  }

  spans(subject: string): readonly Span[] {
    return this.#spans.get(subject) ?? [];
  }

  /** Those that matter between two instants, and some around them: the ledger of a day need not read the whole month. */
  spansBetween(subject: string, from: number, to: number): readonly Span[] {
    const spans = this.spans(subject);
    return spans.slice(Math.max(0, indexAt(spans, from) - spare), indexAt(spans, to) + 1 + spare);
  }

  stateAt(subject: string, at: number): State {
    const spans = this.spans(subject);
    return spans[indexAt(spans, at)]?.state ?? 'unknown';
  }

  kept({ spans, notables, outages, alerts, silences, windows, messages }: Effects): void {
    for (const span of spans) this.#keepSpan(span);
    for (const outage of outages) {
      this.#outages.set(outage.id, outage);
      if (outage.end === undefined) this.#open.set(outage.id, outage);
      else this.#open.delete(outage.id);
    }
    for (const { key } of notables) this.#keys.add(key);
    for (const alert of alerts) this.#keepAlert(alert);
    for (const silence of silences)
      if (silence.endedAt === undefined) this.silences.set(silence.id, silence);
      else this.silences.delete(silence.id);
    for (const window of windows) this.windows.set(window.id, window);
    this.fresh = messages.filter(({ key }) => !this.posted.has(key));
    for (const message of messages) this.post(message);
  }

  /** What is there already stays as it is. */
  post(message: Message): void {
    if (this.posted.has(message.key)) return;
    const posted = { message };
    this.posted.set(message.key, posted);
    this.waiting.add(posted);
  }

  /** Alerts that are not over, or of whose end not everybody was told. */
  get unsettled(): readonly Alert[] {
    return [...this.#unsettled.values()];
  }

  fated(key: string, fate: Fate): void {
    const posted = this.posted.get(key);
    if (posted === undefined || posted.fate !== undefined || fate.kind === 'deferred') return;
    posted.fate = fate.kind;
    this.waiting.delete(posted);
  }

  /** A message is left to another route, with what tells its end: what is told there. Nothing, when its fate was known. */
  diverted(key: string, to: string): readonly Message[] | undefined {
    const posted = this.posted.get(key);
    if (posted === undefined || posted.fate !== undefined) return undefined;
    const { message } = posted;
    const waiting = [...this.waiting].map((one) => one.message);
    const ends = waiting.filter((one) => one.route === message.route && endsStoryOf(one, message));
    const left = [...new Set([message, ...ends])].map((one) => {
      const own = leftTo(one, to);
      return (this.posted.get(own.key)?.message.at ?? own.at) < own.at ? apart(own) : own;
    });
    for (const one of left) this.post(one);
    return left;
  }

  keptAndDenied({ notables, messages }: Effects): void {
    for (const { key } of [...notables, ...messages]) this.#denied.add(key);
  }

  #keepAlert(alert: Alert): void {
    this.alerts.set(alert.id, alert);
    if (isSettled(alert)) this.#unsettled.delete(alert.id);
    else this.#unsettled.set(alert.id, alert);
  }

  #keepSpan(span: Span): void {
    const id = subjectId(span.subject);
    const spans = this.#spans.get(id) ?? [];
    this.#spans.set(id, spans);
    while ((spans.at(-1)?.since ?? 0) >= span.since) spans.pop();
    spans.push(span);
  }
}

/** Of the last span that had begun by then; −1, when none had. */
const indexAt = (spans: readonly Span[], at: number): number => {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.since ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/** The alerts that a message is about by themselves. */
export const rootsOf = ({ alerts }: Message): readonly string[] =>
  alerts.flatMap(({ id, consequenceOf }) => (consequenceOf === undefined ? id : []));
