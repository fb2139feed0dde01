// Keeps a page of the administrators' side as new as it can be: it listens, asks for the page again when there is something
// new, and says whether it still hears anything.
import { boardWords } from '../../config/locales/board.ts';
import { askAgain, replaceParts } from './parts.ts';

const timeoutMs = 20_000;
const pauseMs = 1_000;
/** Lengths of time go on growing when nothing else happens. */
const refreshMs = 30_000;

export class LiveBoard extends HTMLElement {
  #events: EventSource | undefined;
  #ticks: ReturnType<typeof setInterval> | undefined;
  #isAsking = false;
  #isStale = false;

  connectedCallback(): void {
    this.#events = new EventSource('/alerts/events');
    this.#events.addEventListener('changed', () => this.#refresh());
    this.#events.addEventListener('open', () => this.#tell(true));
    this.#events.addEventListener('error', () => this.#tell(false));
    this.#ticks = setInterval(() => this.#refresh(), refreshMs);
  }

  disconnectedCallback(): void {
    this.#events?.close();
    clearInterval(this.#ticks);
  }

  #tell(isHeard: boolean): void {
    const words = boardWords[document.documentElement.lang === 'en' ? 'en' : 'fr'];
    this.toggleAttribute('lost', !isHeard);
    const line = this.firstElementChild;
    if (line !== null) line.textContent = isHeard ? words.live : words.lost;
  }

  // One request at a time, and one more a second after it when something happened meanwhile: much may happen at once.
  #refresh(): void {
    this.#isStale = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#isStale = false;
    const ended = () => {
      this.#isAsking = false;
      if (this.#isStale) setTimeout(() => this.#refresh(), pauseMs);
    };
    askAgain({ timeoutMs, take: replaceParts, ended });
  }
}
