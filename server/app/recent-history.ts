// The history that the page tells, in memory: it goes on telling the present while the store cannot be read or written.
import { cutOff } from '../core/effects.ts';
import type { Effects, Outage, Stretch, Subject } from '../core/effects.ts';
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

interface Past {
  /** As many as the page tells of all services: one that fails all day pushes no other out. Newest first. */
  readonly outages: readonly Outage[];
  /** Oldest first, of `spansMs`. */
  readonly spans: readonly Stretch[];
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

  get spans(): ReadonlyMap<string, readonly Stretch[]> {
    return new Map([...this.#pasts].map(([id, { spans }]) => [id, spans]));
  }

  /** Asks the store about these services. Rejects with a `StoreError`, and then nothing has changed. */
  async recall(services: readonly string[], now: Instant): Promise<void> {
    const window = { from: now - recentMs, to: now, limit: storedMax, services };
    const [outages, spans] = await Promise.all([
      this.#store.outages(window),
      this.#store.spansOf(services, now - spansMs, now),
    ]);
    const stored = Map.groupBy(outages, serviceOf);
    for (const [id, past] of spans)
      this.#pasts.set(id, join({ outages: stored.get(id) ?? [], spans: past }, this.#pastOf(id)));
  }

  /** What was decided, though it may not be written yet. */
  take({ outages, spans }: Pick<Effects, 'outages' | 'spans'>): void {
    if (outages.length + spans.length === 0) return;
    for (const [id, decided] of Map.groupBy(spans.filter(isOfService), serviceOf)) {
      const past = this.#pastOf(id);
      const outages = leftBy(decided, past.outages);
      this.#pasts.set(id, trim({ outages, spans: goOn(past.spans, decided) }));
    }
    for (const [id, decided] of Map.groupBy(outages.filter(isOfService), serviceOf)) {
      const past = this.#pastOf(id);
      const byId = new Map([...past.outages, ...decided].map((outage) => [outage.id, outage]));
      this.#pasts.set(id, trim({ ...past, outages: [...byId.values()] }));
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

type OfSubject = { readonly subject: Subject };
const isOfService = ({ subject }: OfSubject): boolean => subject.kind === 'service';
const serviceOf = ({ subject }: OfSubject): string => subject.id;

// Each takes the place of what was said of the time from its beginning on.
const goOn = (spans: readonly Stretch[], decided: readonly Stretch[]): readonly Stretch[] => {
  const all = [...spans];
  for (const { since, state, extent } of decided) {
    while ((all.at(-1)?.since ?? Number.NEGATIVE_INFINITY) >= since) all.pop();
    all.push({ since, state, ...(extent && { extent }) });
  }
  return all;
};

const leftBy = (decided: readonly Stretch[], outages: readonly Outage[]): readonly Outage[] => {
  const since = decided.reduce((first, { since }) => Math.min(first, since), Number.POSITIVE_INFINITY);
  return outages.map((outage) => cutOff(outage, since));
};

// What was decided since the store last heard of it is newer.
const join = (stored: Past, decided: Past): Past => {
  const ids = new Set(decided.outages.map(({ id }) => id));
  const [first] = decided.spans;
  const others = stored.outages.filter(({ id }) => !ids.has(id));
  return trim({
    outages: [...decided.outages, ...leftBy(decided.spans, others)],
    spans: [
      ...stored.spans.filter(({ since }) => first === undefined || since < first.since),
      ...decided.spans,
    ],
  });
};

const trim = ({ outages, spans }: Past): Past => {
  const lasting = outages.filter(({ startedAt, end }) => end === undefined || end.at > startedAt);
  const newest = lasting.toSorted((a, b) => b.startedAt - a.startedAt).slice(0, outagesMax);
  const from = (spans.at(-1)?.since ?? 0) - spansMs;
  // The last one that began before `from` was still going on then.
  const first = Math.max(
    0,
    spans.findLastIndex(({ since }) => since <= from),
    spans.length - spansMax,
  );
  return { outages: newest, spans: spans.slice(first) };
};
