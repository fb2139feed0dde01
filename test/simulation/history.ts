// What was kept of history, and what must be true of it at every moment.
import type { Config } from '../../config/config.ts';
import { subjectId } from '../../server/core/effects.ts';
import type { Effects, Notable, Outage, Span } from '../../server/core/effects.ts';
import type { Remembered } from '../../server/core/remember.ts';
import type { Blind } from '../../server/core/sights.ts';
import { availability, ledger } from '../../server/core/uptime.ts';
import { demand } from './violation.ts';

const surelyMs = 600_000;
/** No outage is confirmed by failures that lie closer together. */
const confirmedMs = 1_000;

const rows = (blind: readonly Blind[]): string =>
  blind
    .map(({ vantage, family, since }) => `${vantage}/${family} since ${since}`)
    .toSorted()
    .join(', ');

const iso = (at: number): string => new Date(at).toISOString();

export class History {
  readonly #spans = new Map<string, Span[]>();
  readonly #open = new Map<string, Outage>();
  readonly #keys = new Set<string>();
  #denied = new Set<string>();
  readonly #blind = new Map<string, Blind>();
  #steppedAt = 0;

  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  get open(): readonly Outage[] {
    return [...this.#open.values()];
  }

  spans(subject: string): readonly Span[] {
    return this.#spans.get(subject) ?? [];
  }

  clockStepped(now: number): void {
    this.#steppedAt = now;
  }

  /** What was kept though it was denied will be handed over again. */
  denied({ notables }: Effects): void {
    this.#denied = new Set(notables.map(({ key }) => key));
  }

  kept({ spans, notables, outages }: Effects): void {
    for (const span of spans) this.#keepSpan(span);
    for (const outage of outages) this.#keepOutage(outage);
    for (const notable of notables) this.#tell(notable);
  }

  #keepSpan(span: Span): void {
    const id = subjectId(span.subject);
    const spans = this.#spans.get(id) ?? [];
    this.#spans.set(id, spans);
    while ((spans.at(-1)?.since ?? 0) >= span.since) spans.pop();
    spans.push(span);
  }

  #keepOutage(outage: Outage): void {
    const { id, startedAt, end } = outage;
    if (end === undefined) this.#open.set(id, outage);
    else this.#open.delete(id);
    demand(
      end === undefined || end.at >= startedAt,
      'I13 clock',
      () => `${id} ends before it starts: ${iso(startedAt)} to ${iso(end?.at ?? 0)}`,
    );
    const isPast = outage.state === 'down' && end !== undefined && end.how !== 'withdrawn';
    demand(
      !isPast || end.at - startedAt >= confirmedMs || this.#steppedAt > startedAt - surelyMs,
      'I4 monotone',
      () => `${id} was told, and then taken out of history`,
    );
  }

  #tell(notable: Notable): void {
    const { key } = notable;
    if (this.#denied.delete(key)) return;
    demand(!this.#keys.has(key), 'I6 dedup', () => `${key} is told again: the outbox would leave it out`);
    this.#keys.add(key);
    if (!('outage' in notable)) {
      const { kind, vantage, family, since } = notable;
      const place = `${vantage}/${family}`;
      const isBlind = this.#blind.has(place);
      demand(isBlind === (kind === 'sighted'), 'I14 blind vantage', () => `${key} is told out of turn`);
      if (isBlind) this.#blind.delete(place);
      else this.#blind.set(place, { vantage, family, since });
      return;
    }
    const opened = `${notable.outage.id}/outage-opened`;
    demand(
      this.#keys.has(opened),
      'I3 one open',
      () => `${notable.outage.id} is closed, and was never opened`,
    );
  }

  /** After every transaction: a subject has one open outage at most, and what is watched has not changed in the future. */
  checkTransaction(now: number, { services }: Config): void {
    const open = this.open.map(({ subject }) => subjectId(subject));
    demand(new Set(open).size === open.length, 'I3 one open', () => `two are open among ${open.join(', ')}`);
    // What was decided just before the clock was set back is still on its way.
    if (Math.abs(now - this.#steppedAt) < surelyMs) return;
    for (const id of services.flatMap(({ id, checks }) => [
      `service:${id}`,
      ...checks.map(({ id }) => `check:${id}`),
    ])) {
      const since = this.spans(id).at(-1)?.since ?? 0;
      demand(since <= now, 'I13 clock', () => `${id} is to change in the future, at ${iso(since)}`);
    }
  }

  /** I10: what a process is told at its start is what was kept. */
  checkRemembered({ spans, outages, blind }: Remembered): void {
    const outagesOf = (of: readonly Outage[]) =>
      JSON.stringify(of.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
    demand(
      outagesOf(outages) === outagesOf(this.open),
      'I10 restart',
      () => `open outages ${outagesOf(this.open)} came back as ${outagesOf(outages)}`,
    );
    for (const span of spans) {
      const kept = this.spans(subjectId(span.subject)).at(-1);
      demand(
        kept?.since === span.since && kept.state === span.state,
        'I10 restart',
        () => `the span ${JSON.stringify(kept)} came back as ${JSON.stringify(span)}`,
      );
    }
    demand(
      rows(blind) === rows([...this.#blind.values()]),
      'I10 restart',
      () => `blind ${rows([...this.#blind.values()])} came back as ${rows(blind)}`,
    );
  }

  /** I8: every window adds up, and an outage is never rounded away. */
  checkWindow(from: number, to: number): void {
    for (const [id, spans] of this.#spans) {
      const sums = ledger(spans, from, to);
      const total = sums.upMs + sums.degradedMs + sums.downMs + sums.unknownMs;
      demand(
        total === to - from && Math.min(...Object.values(sums)) >= 0,
        'I8 sum',
        () => `${id}: ${JSON.stringify(sums)} is not the ${to - from} ms from ${iso(from)} to ${iso(to)}`,
      );
      demand(
        sums.downMs === 0 || (availability(sums) ?? 1) < 1,
        'I8 sum',
        () => `${id} was down for ${sums.downMs} ms and is said to have been there all the time`,
      );
      spans.forEach(({ since }, index) =>
        demand(
          since > (spans[index - 1]?.since ?? 0),
          'I8 sum',
          () => `spans of ${id} overlap at ${iso(since)}`,
        ),
      );
    }
  }

  stateAt(subject: string, at: number): string {
    return this.spans(subject).findLast(({ since }) => since <= at)?.state ?? 'unknown';
  }
}
