// Keeps true how old the page is, and fetches a newer one while somebody looks at it.
import { ages } from '../../config/locales/age.ts';
import { askAgain, replaceParts } from './parts.ts';
import type { Language } from '../../config/config.ts';

const tickMs = 1_000;
const refreshMs = 30_000;
/** The server makes a page at least twice a minute: this many have failed to come. */
const oldMs = 180_000;

export class PageAge extends HTMLElement {
  #ticks: ReturnType<typeof setInterval> | undefined;
  #askedAt = 0;
  /** What the clock of the server says more than the clock of the reader, which may be wrong by hours. */
  #aheadMs = 0;

  connectedCallback(): void {
    this.#ticks = setInterval(() => this.#tick(), tickMs);
    this.#tick();
  }

  disconnectedCallback(): void {
    clearInterval(this.#ticks);
  }

  #tick(): void {
    this.#tell();
    if (document.hidden || Date.now() - this.#askedAt < refreshMs) return;
    this.#askedAt = Date.now();
    this.#refresh();
  }

  #tell(): void {
    const ageMs = Math.max(0, Date.now() + this.#aheadMs - Number(this.getAttribute('at')));
    const language: Language = document.documentElement.lang === 'en' ? 'en' : 'fr';
    const isOld = ageMs > oldMs;
    const words = ages[language][isOld ? 'old' : 'measured'](relative(ageMs, language));
    this.toggleAttribute('old', isOld);
    const line = this.firstElementChild;
    if (line !== null && line.textContent !== words) line.textContent = words;
  }

  #refresh(): void {
    askAgain({ timeoutMs: refreshMs, take: (newer, request) => this.#take(newer, request) });
  }

  #take(newer: Document, request: XMLHttpRequest): void {
    // A cache passes on an answer with the date that it had, and says how long ago that was (RFC 9111 §5.1).
    const cachedMs = Number(request.getResponseHeader('Age') ?? 0) * 1_000;
    const servedAt = Date.parse(request.getResponseHeader('Date') ?? '') + cachedMs;
    if (Number.isFinite(servedAt)) this.#aheadMs = servedAt - Date.now();
    const at = newer.querySelector('page-age')?.getAttribute('at');
    if (at === null || at === undefined) return;
    this.setAttribute('at', at);
    replaceParts(newer);
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
