// Takes over the chart that the server has drawn when somebody points at it, touches it or comes to it by keyboard: a crosshair,
// values that are read out, and a closer look. Whoever only reads the page loads nothing for it. The drawing stays for print and
// for who chooses colours of their own.
import type uPlot from 'uplot';
import type { Language } from '../../config/config.ts';
import { chartWords } from '../../config/locales/chart.ts';
import type { PublishedTimes } from '../../server/app/published-times.ts';
import type * as plotting from '../service/plot.ts';

/** The narrowest bucket. */
const refreshMs = 300_000;
const timeoutMs = 20_000;
/** Fewer buckets than this are no closer look. */
const slotsMin = 8;

type Plotter = typeof plotting;

export class SmokeChart extends HTMLElement {
  #times: PublishedTimes | undefined;
  #plotter: Plotter | undefined;
  #plot: uPlot | undefined;
  #beginning: Promise<void> | undefined;
  #stage = document.createElement('div');
  #tools = document.createElement('div');
  #readout = document.createElement('p');
  #resized: ResizeObserver | undefined;
  #ticks: ReturnType<typeof setInterval> | undefined;
  #index: number | undefined;

  connectedCallback(): void {
    const drawing = this.querySelector('svg');
    if (drawing === null) return;
    this.#furnish(drawing);
    this.#ticks = setInterval(() => document.hidden || void this.#refresh(), refreshMs);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', this.#recolour);
  }

  disconnectedCallback(): void {
    clearInterval(this.#ticks);
    matchMedia('(prefers-color-scheme: dark)').removeEventListener('change', this.#recolour);
    this.#resized?.disconnect();
    this.#plot?.destroy();
  }

  /** Then does what somebody wanted. Without an answer the drawing of the server stays as it is, until he tries again. */
  #begin(act: () => void): void {
    this.#beginning ??= this.#takeOver().finally(() => {
      if (this.#plot === undefined) this.#beginning = undefined;
    });
    void this.#beginning.then(() => this.#plot && act());
  }

  async #takeOver(): Promise<void> {
    const [plotter, times] = await Promise.all([
      import('../service/plot.ts').catch(() => undefined),
      this.#ask(),
    ]);
    if (plotter === undefined || times === undefined) return;
    this.#plotter = plotter;
    this.#times = times;
    this.#plot = plotter.plot(
      {
        times: () => this.#times ?? times,
        timezone: this.#timezone,
        language: this.#language,
        colour: (name) => getComputedStyle(this).getPropertyValue(name),
        pointed: (index) => this.#point(index),
      },
      this.#size,
      this.#stage,
    );
    this.setAttribute('live', '');
    this.#describe(this.#last);
    this.#resized = new ResizeObserver(() => this.#plot?.setSize(this.#size));
    this.#resized.observe(this);
  }

  async #ask(): Promise<PublishedTimes | undefined> {
    try {
      const answer = await fetch(this.getAttribute('src') ?? '', { signal: AbortSignal.timeout(timeoutMs) });
      return answer.ok ? ((await answer.json()) as PublishedTimes) : undefined;
    } catch {
      return undefined;
    }
  }

  async #refresh(): Promise<void> {
    const before = this.#times;
    if (before === undefined) return;
    const isZoomed = this.#isZoomedIn(before);
    const times = await this.#ask();
    if (times === undefined) return;
    this.#times = times;
    this.#plot?.setData(this.#plotter?.rowsOf(times) ?? [[]], false);
    if (!isZoomed) this.#showWhole();
  }

  /** What there is for hands: the stage on which the drawing stands, and what stands below it. */
  #furnish(drawing: SVGSVGElement): void {
    const { browse, how, zoom } = chartWords[this.#language];
    const stage = this.#stage;
    stage.className = 'stage';
    stage.tabIndex = 0;
    stage.setAttribute('role', 'slider');
    stage.setAttribute('aria-label', browse);
    stage.setAttribute('aria-valuemin', '0');
    stage.setAttribute('aria-valuenow', '0');
    stage.setAttribute('aria-valuetext', drawing.getAttribute('aria-label') ?? '');
    stage.append(drawing);
    stage.addEventListener('keydown', (event) => this.#press(event));
    stage.addEventListener('focus', () => this.#begin(() => this.#index ?? this.#go(this.#last)));
    for (const name of ['pointerenter', 'pointerdown', 'pointermove'] as const)
      stage.addEventListener(name, (event) => this.#touch(event));
    this.#readout.textContent = matchMedia('(pointer: coarse)').matches ? how.touch : how.keys;
    const button = (text: string, act: () => void) => {
      const made = document.createElement('button');
      made.type = 'button';
      made.textContent = text;
      made.addEventListener('click', () => this.#begin(act));
      return made;
    };
    this.#tools.className = 'tools';
    this.#tools.append(
      this.#readout,
      button(zoom.in, () => this.#zoom(0.5)),
      button(zoom.out, () => this.#zoom(2)),
      button(zoom.all, () => this.#showAll()),
    );
    this.append(stage, this.#tools);
  }

  #press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const step = event.shiftKey ? 10 : 1;
    const move = (by: number) => this.#go((this.#index ?? this.#last) + by);
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => move(-step),
      ArrowDown: () => move(-step),
      ArrowRight: () => move(step),
      ArrowUp: () => move(step),
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
    this.#begin(act);
  }

  // A finger that moves sideways moves the crosshair; one that moves up or down moves the page. A mouse is followed by uPlot.
  #touch({ pointerType, clientX }: PointerEvent): void {
    if (pointerType !== 'touch' && this.#plot !== undefined) return;
    this.#begin(() => {
      const { left = 0 } = this.#plot?.over.getBoundingClientRect() ?? {};
      this.#plot?.setCursor({ left: clientX - left, top: 0 });
    });
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
    if (index === undefined) return;
    const said = this.#sayingOf(index);
    this.#stage.setAttribute('aria-valuenow', String(index));
    this.#stage.setAttribute('aria-valuemax', String(this.#last));
    this.#stage.setAttribute('aria-valuetext', said);
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
    const [first, last] = this.#wholeOf(times);
    const shortest = (slotsMin * times.widthMs) / 1_000;
    const length = Math.min(last - first, Math.max(shortest, (max - min) * factor));
    const middle = (this.#index === undefined ? undefined : plot.data[0][this.#index]) ?? (min + max) / 2;
    const from = Math.min(last - length, Math.max(first, middle - length / 2));
    plot.setScale('x', { min: from, max: from + length });
    if (this.#index !== undefined) this.#go(this.#index);
  }

  #showAll(): void {
    this.#showWhole();
    if (this.#index !== undefined) this.#go(this.#index);
  }

  #showWhole(): void {
    if (this.#plot !== undefined && this.#times !== undefined)
      this.#plotter?.showAll(this.#plot, this.#times);
  }

  #isZoomedIn(times: PublishedTimes): boolean {
    const { min, max } = this.#plot?.scales.x ?? {};
    const [first, last] = this.#wholeOf(times);
    return (min ?? first) > first || (max ?? last) < last;
  }

  #wholeOf(times: PublishedTimes): readonly [from: number, until: number] {
    return this.#plotter?.wholeOf(times) ?? [0, 0];
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
