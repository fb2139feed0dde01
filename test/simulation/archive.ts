// What was kept of history, as whoever reads the store would find it.
import { subjectId } from '../../server/core/effects.ts';
import type { Effects, Outage, Span } from '../../server/core/effects.ts';
import type { State } from '../../server/core/state.ts';

const spare = 3;

export class Archive {
  readonly #spans = new Map<string, Span[]>();
  readonly #open = new Map<string, Outage>();
  readonly #outages = new Map<string, Outage>();
  readonly #keys = new Set<string>();
  #denied = new Set<string>();

  /** Of all that was told. */
  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  /** Of a transaction that was kept, though the caller heard that it was not: it will be handed over once more. */
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

  kept({ spans, notables, outages }: Effects): void {
    for (const span of spans) this.#keepSpan(span);
    for (const outage of outages) {
      this.#outages.set(outage.id, outage);
      if (outage.end === undefined) this.#open.set(outage.id, outage);
      else this.#open.delete(outage.id);
    }
    for (const { key } of notables) this.#keys.add(key);
  }

  keptAndDenied({ notables }: Effects): void {
    this.#denied = new Set(notables.map(({ key }) => key));
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
