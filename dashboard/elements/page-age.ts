// Keeps true how old the page is, and what it says: while somebody looks at it, it listens to what the server says of every
// snapshot, and fetches one that says something else. Where nothing is heard it asks, twice a minute.
import { ages } from '../../config/locales/age.ts';
import { askAgain, replaceParts } from './parts.ts';
import type { Language } from '../../config/config.ts';

const tickMs = 1_000;
const refreshMs = 30_000;
/** As long as it hears that nothing has changed, only what grows or wavers is not of now. */
const calmRefreshMs = 120_000;
/** A snapshot comes four times a minute: what is silent for longer tells us nothing. */
const silenceMs = 30_000;
/** All who listen hear the same at once. They do not ask at once, for each has opened the page at another instant. */
const spreadMs = 1_000;
/** Of so many minutes no snapshot has come. */
const oldMs = 180_000;

/** What is said of a snapshot, on the clock of the server. */
interface News {
  readonly now: number;
  readonly generatedAt: number;
  /** Since then snapshots say the same. */
  readonly changedAt: number;
}

export class PageAge extends HTMLElement {
  #ticks: ReturnType<typeof setInterval> | undefined;
  #soon: ReturnType<typeof setTimeout> | undefined;
  #events: EventSource | undefined;
  #heardAt = 0;
  #askedAt = 0;
  #isAsking = false;
  /** What the clock of the server says more than the clock of the reader, which may be wrong by hours. */
  #aheadMs = 0;

  connectedCallback(): void {
    this.#ticks = setInterval(() => this.#tick(), tickMs);
    document.addEventListener('visibilitychange', this.#attend);
    // Who hears nothing asks at once.
    this.#askedAt = Date.now() - refreshMs;
    this.#tell();
    if (document.readyState === 'complete') this.#attend();
    else window.addEventListener('load', this.#attend, { once: true });
  }

  disconnectedCallback(): void {
    clearInterval(this.#ticks);
    clearTimeout(this.#soon);
    document.removeEventListener('visibilitychange', this.#attend);
    this.#events?.close();
  }

  /** A page that nobody sees keeps no line open, on a telephone least of all. */
  readonly #attend = (): void => {
    this.#events?.close();
    if (document.hidden) return;
    // For a while it counts as heard.
    this.#heardAt = Date.now();
    const events = new EventSource('/live');
    events.addEventListener('changed', ({ data }: MessageEvent<string>) =>
      this.#hear(JSON.parse(data) as News),
    );
    events.addEventListener('error', () => {
      if (events.readyState !== EventSource.CLOSED) return;
      this.#heardAt = 0;
      if (this.#isDue) this.#ask(this.#at);
    });
    this.#events = events;
  };

  #hear({ now, generatedAt, changedAt }: News): void {
    this.#heardAt = Date.now();
    this.#aheadMs = now - Date.now();
    if (this.#at >= changedAt) this.setAttribute('at', String(generatedAt));
    else
      this.#soon ??= setTimeout(() => {
        this.#soon = undefined;
        this.#ask(changedAt);
      }, performance.now() % spreadMs);
    this.#tell();
  }

  #tick(): void {
    this.#tell();
    if (document.hidden || !this.#isDue) return;
    this.#ask(this.#at);
    if (!this.#isHeard) this.#attend();
  }

  get #isHeard(): boolean {
    return Date.now() - this.#heardAt < silenceMs;
  }

  get #isDue(): boolean {
    return Date.now() - this.#askedAt >= (this.#isHeard ? calmRefreshMs : refreshMs);
  }

  get #at(): number {
    return Number(this.getAttribute('at'));
  }

  #tell(): void {
    const ageMs = Math.max(0, Date.now() + this.#aheadMs - this.#at);
    const language: Language = document.documentElement.lang === 'en' ? 'en' : 'fr';
    const isOld = ageMs > oldMs;
    const words = ages[language][isOld ? 'old' : 'measured'](relative(ageMs, language));
    this.toggleAttribute('old', isOld);
    const line = this.firstElementChild;
    if (line !== null && line.textContent !== words) line.textContent = words;
  }

  /** For what is of `since` or newer, which is in the address: no cache on the way has an older one under it. */
  #ask(since: number): void {
    // What is said meanwhile is said again with the next snapshot.
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#askedAt = Date.now();
    askAgain({
      query: `?since=${since}`,
      timeoutMs: refreshMs,
      take: (newer, request) => this.#take(newer, request),
      ended: () => (this.#isAsking = false),
    });
  }

  #take(newer: Document, request: XMLHttpRequest): void {
    // A cache passes on an answer with the date that it had, and says how long ago that was (RFC 9111 §5.1).
    const cachedMs = Number(request.getResponseHeader('Age') ?? 0) * 1_000;
    const servedAt = Date.parse(request.getResponseHeader('Date') ?? '') + cachedMs;
    if (Number.isFinite(servedAt)) this.#aheadMs = servedAt - Date.now();
    // An apology, or what a network on the way shows in our place, says nothing of what is read here.
    if (request.status !== 200 || newer.querySelector('[data-part]') === null) return;
    replaceParts(newer);
    const at = newer.querySelector('page-age')?.getAttribute('at') ?? undefined;
    // What has come to its end, as an incident does, ages no more.
    if (at === undefined) return this.remove();
    this.setAttribute('at', at);
    this.#tell();
  }
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

const relative = (ms: number, language: Language): string => {
  const [unit, unitMs] = units.find(([, unitMs]) => ms >= unitMs) ?? ['second', 1_000];
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-Math.floor(ms / unitMs), unit);
};
