// Takes over the chart that the server has drawn: a crosshair by mouse, finger and keyboard, values that are read out, and a
// closer look. The drawing stays for print and for who chooses colours of their own.
import type uPlot from 'uplot';
import type { Language } from '../../config/config.ts';
import { chartWords } from '../../config/locales/chart.ts';
import type { PublishedTimes } from '../../server/app/published-times.ts';
import { plot, rowsOf, showAll, wholeOf } from '../service/plot.ts';

/** The narrowest bucket. */
const refreshMs = 300_000;
const timeoutMs = 20_000;
/** Fewer buckets than this are no closer look. */
const slotsMin = 8;

export class SmokeChart extends HTMLElement {
  #times: PublishedTimes | undefined;
  #plot: uPlot | undefined;
  #tools = document.createElement('div');
  #readout = document.createElement('p');
  #resized: ResizeObserver | undefined;
  #ticks: ReturnType<typeof setInterval> | undefined;
  #index: number | undefined;

  connectedCallback(): void {
    this.#ticks = setInterval(() => document.hidden || void this.#refresh(), refreshMs);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', this.#recolour);
    void this.#refresh();
  }

  disconnectedCallback(): void {
    clearInterval(this.#ticks);
    matchMedia('(prefers-color-scheme: dark)').removeEventListener('change', this.#recolour);
    this.#resized?.disconnect();
    this.#plot?.destroy();
  }

  /** Without an answer the drawing of the server stays as it is. */
  async #refresh(): Promise<void> {
    const before = this.#times;
    try {
      const answer = await fetch(this.getAttribute('src') ?? '', { signal: AbortSignal.timeout(timeoutMs) });
      if (!answer.ok) return;
      this.#times = (await answer.json()) as PublishedTimes;
    } catch {
      return;
    }
    const isZoomed = before !== undefined && this.#isZoomedIn(before);
    if (this.#plot === undefined) return this.#takeOver(this.#times);
    this.#plot.setData(rowsOf(this.#times), false);
    if (!isZoomed) showAll(this.#plot, this.#times);
  }

  #takeOver(times: PublishedTimes): void {
    const drawing = this.querySelector('svg');
    if (drawing === null) return;
    this.#plot = plot(
      {
        times: () => this.#times ?? times,
        timezone: this.#timezone,
        language: this.#language,
        colour: (name) => getComputedStyle(this).getPropertyValue(name),
        pointed: (index) => this.#point(index),
      },
      this.#size,
      this,
    );
    this.setAttribute('live', '');
    this.#furnish(this.#plot);
    this.#resized = new ResizeObserver(() => this.#plot?.setSize(this.#size));
    this.#resized.observe(this);
  }

  #furnish({ over, root }: uPlot): void {
    const { browse, how, zoom } = chartWords[this.#language];
    root.tabIndex = 0;
    root.setAttribute('role', 'slider');
    root.setAttribute('aria-label', browse);
    root.setAttribute('aria-valuemin', '0');
    root.addEventListener('keydown', (event) => this.#press(event));
    root.addEventListener('focus', () => this.#index ?? this.#go(this.#last));
    for (const name of ['pointerdown', 'pointermove'] as const)
      over.addEventListener(name, (event) => this.#touch(event));
    this.#readout.textContent = matchMedia('(pointer: coarse)').matches ? how.touch : how.keys;
    const button = (text: string, act: () => void) => {
      const made = document.createElement('button');
      made.type = 'button';
      made.textContent = text;
      made.addEventListener('click', act);
      return made;
    };
    this.#tools.className = 'tools';
    this.#tools.append(
      this.#readout,
      button(zoom.in, () => this.#zoom(0.5)),
      button(zoom.out, () => this.#zoom(2)),
      button(zoom.all, () => this.#showAll()),
    );
    this.append(this.#tools);
    this.#describe(this.#last);
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = event.shiftKey ? 10 : 1;
    const at = this.#index ?? this.#last;
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#go(at - step),
      ArrowDown: () => this.#go(at - step),
      ArrowRight: () => this.#go(at + step),
      ArrowUp: () => this.#go(at + step),
      Home: () => this.#go(0),
      End: () => this.#go(this.#last),
      '+': () => this.#zoom(0.5),
      '=': () => this.#zoom(0.5),
      '-': () => this.#zoom(2),
      Escape: () => this.#showAll(),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  // A finger that moves sideways moves the crosshair; one that moves up or down moves the page.
  #touch(event: PointerEvent): void {
    if (event.pointerType !== 'touch' || this.#plot === undefined) return;
    const { left } = this.#plot.over.getBoundingClientRect();
    this.#plot.setCursor({ left: event.clientX - left, top: 0 });
  }

  #go(index: number): void {
    const plot = this.#plot;
    const at = Math.min(this.#last, Math.max(0, index));
    const seconds = plot?.data[0][at];
    if (plot === undefined || seconds === undefined) return;
    const { min = seconds, max = seconds } = plot.scales.x ?? {};
    const [from, until] = [min ?? seconds, max ?? seconds];
    if (seconds < from || seconds > until) {
      const half = (until - from) / 2;
      plot.setScale('x', { min: seconds - half, max: seconds + half });
    }
    plot.setCursor({ left: plot.valToPos(seconds, 'x'), top: 0 });
    this.#point(at);
  }

  #point(index: number | undefined): void {
    if (index === this.#index) return;
    this.#index = index;
    this.#describe(index);
  }

  #describe(index: number | undefined): void {
    const root = this.#plot?.root;
    if (index === undefined || root === undefined) return;
    const said = this.#sayingOf(index);
    root.setAttribute('aria-valuenow', String(index));
    root.setAttribute('aria-valuemax', String(this.#last));
    root.setAttribute('aria-valuetext', said);
    if (this.#index !== undefined) this.#readout.textContent = said;
  }

  #sayingOf(index: number): string {
    const { from = 0, widthMs = 1, buckets = [], marks = [] } = this.#times ?? {};
    const { instant, latency, told } = chartWords[this.#language];
    const at = from + index * widthMs;
    const bucket = buckets.find((one) => one.at === at);
    const [low, , median, , high] = (bucket?.quantilesMs ?? []).map(latency);
    return told({
      when: instant(at, this.#timezone, widthMs),
      times: low && median && high ? { low, median, high } : undefined,
      lost: bucket?.lost ?? 0,
      mark: marks.find((one) => one.from <= at && at < one.until)?.state,
    });
  }

  /** Around the crosshair, or the middle of what is shown. */
  #zoom(factor: number): void {
    const [plot, times] = [this.#plot, this.#times];
    const { min, max } = plot?.scales.x ?? {};
    if (plot === undefined || times === undefined || typeof min !== 'number' || typeof max !== 'number')
      return;
    const [first, last] = wholeOf(times);
    const shortest = (slotsMin * times.widthMs) / 1_000;
    const length = Math.min(last - first, Math.max(shortest, (max - min) * factor));
    const middle = (this.#index === undefined ? undefined : plot.data[0][this.#index]) ?? (min + max) / 2;
    const from = Math.min(last - length, Math.max(first, middle - length / 2));
    plot.setScale('x', { min: from, max: from + length });
    if (this.#index !== undefined) this.#go(this.#index);
  }

  #showAll(): void {
    if (this.#plot === undefined || this.#times === undefined) return;
    showAll(this.#plot, this.#times);
    if (this.#index !== undefined) this.#go(this.#index);
  }

  #isZoomedIn(times: PublishedTimes): boolean {
    const { min, max } = this.#plot?.scales.x ?? {};
    const [first, last] = wholeOf(times);
    return (min ?? first) > first || (max ?? last) < last;
  }

  get #last(): number {
    return (this.#plot?.data[0].length ?? 1) - 1;
  }

  get #language(): Language {
    return document.documentElement.lang === 'en' ? 'en' : 'fr';
  }

  get #timezone(): string {
    return this.getAttribute('timezone') ?? 'UTC';
  }

  /** What the drawing takes, with the margin for what stands below it. */
  get #size(): { width: number; height: number } {
    return {
      width: this.clientWidth,
      height: Number.parseFloat(getComputedStyle(this).getPropertyValue('--tall')),
    };
  }

  readonly #recolour = (): void => this.#plot?.redraw(false);
}
