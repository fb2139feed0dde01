// The history that the page tells, in memory: it goes on telling the present while the store cannot be read or written.
import type { Effects, Outage, Span, Subject } from '../core/effects.ts';
import type { Instant } from '../core/time.ts';
import type { Store } from './ports.ts';
import { daysShown } from './published-days.ts';
import { outagesMax, recentMs } from './publish.ts';
import type { History } from './publish.ts';

/** Outages that are read of the store at once. */
const storedMax = 200;
/** So far back spans go: ninety days, and one of 25 hours more. */
const spansMs = (daysShown + 1) * 90_000_000;
/** Spans of one service; of the time before them we say that we did not see. */
const spansMax = 10_000;

/** Of so many services at a time, so that nobody else waits long for the store. */
const askedAtOnceMax = 64;

interface Past {
  /** As many as the page tells of all services: one that fails all day pushes no other out. Newest first. */
  readonly outages: readonly Outage[];
  /** Oldest first, of `spansMs`. */
  readonly spans: readonly Span[];
}

const nothing: Past = { outages: [], spans: [] };

export class RecentHistory implements History {
  readonly #store: Pick<Store, 'outages' | 'spansOf'>;
  readonly #pasts = new Map<string, Past>();

  constructor(store: Pick<Store, 'outages' | 'spansOf'>) {
    this.#store = store;
  }

  get outages(): readonly Outage[] {
    return [...this.#pasts.values()].flatMap(({ outages }) => outages);
  }

  get spans(): ReadonlyMap<string, readonly Span[]> {
    return new Map([...this.#pasts].map(([id, { spans }]) => [id, spans]));
  }

  /** Asks the store about these services. Rejects with a `StoreError`, and then nothing has changed. */
  async recall(services: readonly string[], now: Instant): Promise<void> {
    const window = { from: now - recentMs, to: now, limit: storedMax, services };
    const stored = Map.groupBy(await this.#store.outages(window), ({ subject }) => subject.id);
    const recalled: [id: string, past: Past][] = [];
    for (let first = 0; first < services.length; first += askedAtOnceMax) {
      const asked = services.slice(first, first + askedAtOnceMax);
      for (const [id, spans] of await this.#store.spansOf(asked, now - spansMs, now))
        recalled.push([id, { outages: stored.get(id) ?? [], spans }]);
    }
    for (const [id, past] of recalled) this.#pasts.set(id, join(past, this.#pastOf(id)));
  }

  /** What was decided, though it may not be written yet. */
  take({ outages, spans }: Pick<Effects, 'outages' | 'spans'>): void {
    for (const span of spans.filter(isOfService)) {
      const past = this.#pastOf(span.subject.id);
      const before = past.spans.filter(({ since }) => since < span.since);
      this.#pasts.set(span.subject.id, trim({ ...past, spans: [...before, span] }));
    }
    for (const outage of outages.filter(isOfService)) {
      const past = this.#pastOf(outage.subject.id);
      const others = past.outages.filter(({ id }) => id !== outage.id);
      this.#pasts.set(outage.subject.id, trim({ ...past, outages: [outage, ...others] }));
    }
  }

  /** These are the services from now on. */
  keep(services: ReadonlySet<string>): void {
    for (const id of this.#pasts.keys()) if (!services.has(id)) this.#pasts.delete(id);
  }

  #pastOf(id: string): Past {
    return this.#pasts.get(id) ?? nothing;
  }
}

const isOfService = ({ subject }: { readonly subject: Subject }): boolean => subject.kind === 'service';

// What was decided since the store last heard of it is newer.
const join = (stored: Past, decided: Past): Past => {
  const ids = new Set(decided.outages.map(({ id }) => id));
  const [first] = decided.spans;
  return trim({
    outages: [...decided.outages, ...stored.outages.filter(({ id }) => !ids.has(id))],
    spans: [
      ...stored.spans.filter(({ since }) => first === undefined || since < first.since),
      ...decided.spans,
    ],
  });
};

const trim = ({ outages, spans }: Past): Past => {
  const newest = outages.toSorted((a, b) => b.startedAt - a.startedAt).slice(0, outagesMax);
  const from = (spans.at(-1)?.since ?? 0) - spansMs;
  // The last one that began before `from` was still going on then.
  const first = Math.max(
    0,
    spans.findLastIndex(({ since }) => since <= from),
    spans.length - spansMax,
  );
  return { outages: newest, spans: spans.slice(first) };
};
