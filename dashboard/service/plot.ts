// The chart of response times as uPlot draws it: the same as the server's, but one can look around in it.
import uPlot from 'uplot';
import type { Language } from '../../config/config.ts';
import { chartWords } from '../../config/locales/chart.ts';
import { serviceWords } from '../../config/locales/service.ts';
import type { PublishedTimes } from '../../server/app/published-times.ts';
import { scaleOf, slotsOf } from './scale.ts';
import { lossOf } from './smoke.ts';

export interface Plotting {
  readonly times: () => PublishedTimes;
  readonly timezone: string;
  readonly language: Language;
  /** The value of a custom property of the style. */
  readonly colour: (name: string) => string;
  /** The bucket at the crosshair has changed; nothing, when there is none. */
  readonly pointed: (index: number | undefined) => void;
}

/** By the columns that are drawn; the first is the instant, in seconds. */
const [most, half] = [
  [1, 2],
  [3, 4],
] as const;
const quantiles = [4, 0, 3, 1, 2] as const;

/** One row for each bucket there is room for: where nothing was measured there is a gap. */
export const rowsOf = (times: PublishedTimes): uPlot.AlignedData => {
  const { from, widthMs, buckets } = times;
  const slots = Array.from(
    { length: slotsOf(times) },
    (_, index) => (from + (index + 0.5) * widthMs) / 1_000,
  );
  const columns = quantiles.map(() => slots.map((): number | null => null));
  for (const { at, quantilesMs } of buckets) {
    const index = Math.round((at - from) / widthMs);
    quantiles.forEach((quantile, column) => {
      const ms = quantilesMs?.[quantile];
      const rows = columns[column];
      if (ms !== undefined && rows !== undefined && index < rows.length) rows[index] = ms;
    });
  }
  return [slots, ...columns];
};

export const plot = (
  plotting: Plotting,
  size: { width: number; height: number },
  into: HTMLElement,
): uPlot => {
  const { times, timezone, colour, pointed } = plotting;
  const clear = { stroke: 'transparent', points: { show: false } };
  const [min, max] = wholeOf(times());
  return new uPlot(
    {
      ...size,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, dist: 8 } },
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), timezone),
      padding: [0, 0, 0, 0],
      scales: {
        x: { min, max, range: (_, from, until) => [from, until] },
        y: { distr: 3, range: () => rangeOf(times()) },
      },
      axes: [instantAxis(plotting), timeAxis(plotting)],
      series: [
        {},
        clear,
        clear,
        clear,
        clear,
        { stroke: () => colour('--ink'), width: 1.5, points: { show: false } },
      ],
      bands: [
        { series: [...most], fill: () => colour('--most') },
        { series: [...half], fill: () => colour('--half') },
      ],
      hooks: {
        drawClear: [(u) => drawBehind(u, plotting)],
        draw: [(u) => drawLoss(u, plotting), (u) => drawLimit(u, plotting), (u) => placeShapes(u, plotting)],
        setCursor: [(u) => pointed(u.cursor.idx ?? undefined)],
      },
    },
    rowsOf(times()),
    into,
  );
};

/** What uPlot would take for all of it ends in the middle of a bucket. */
export const showAll = (u: uPlot, times: PublishedTimes): void => {
  const [min, max] = wholeOf(times);
  u.setScale('x', { min, max });
};

/** All of it, in seconds: from the beginning of the first bucket to the end of the last. */
export const wholeOf = (times: PublishedTimes): readonly [from: number, until: number] => {
  const from = times.from / 1_000;
  return [from, from + (slotsOf(times) * times.widthMs) / 1_000];
};

const rangeOf = (times: PublishedTimes): [low: number, high: number] => {
  const { low, high } = scaleOf(times) ?? { low: 1, high: 10 };
  return [low, high];
};

const font = '12px "Noto Sans", system-ui, sans-serif';
const gap = 8;
/** Pixels: half of what the longest of them takes. */
const tickHalf = 28;

const timeAxis = ({ times, language, colour }: Plotting): uPlot.Axis => ({
  size: 64,
  gap,
  font,
  stroke: () => colour('--quiet'),
  grid: { stroke: () => colour('--rule'), width: 1 },
  ticks: { show: false },
  splits: () => [...(scaleOf(times())?.ticks ?? [])],
  filter: (_, splits) => splits,
  values: (_, splits) => splits.map((ms) => chartWords[language].latency(ms)),
});

const [hour, day, month] = [3_600, 86_400, 28 * 86_400];

const instantAxis = ({ timezone, language, colour }: Plotting): uPlot.Axis => ({
  size: 32,
  gap,
  font,
  space: 72,
  stroke: () => colour('--quiet'),
  grid: { show: false },
  ticks: { show: false },
  values: (u, splits, _axis, _space, step) => {
    const { tick, clock } = chartWords[language];
    const said = step >= month ? tick.month : step >= day ? tick.date : step >= hour ? tick.hour : clock;
    // What would be cut off at the end is left out.
    const last = u.bbox.width / devicePixelRatio - tickHalf;
    return splits.map((seconds) => (u.valToPos(seconds, 'x') > last ? '' : said(seconds * 1_000, timezone)));
  },
});

const drawBehind = (u: uPlot, { times, colour }: Plotting): void => {
  const { ctx, bbox } = u;
  const { marks, usual, targetMs } = times();
  const x = (ms: number) => u.valToPos(ms / 1_000, 'x', true);
  const y = (ms: number) => u.valToPos(ms, 'y', true);
  clipped(u, () => {
    for (const { state, from, until } of marks) {
      ctx.fillStyle = colour(`--mark-${state}`);
      ctx.fillRect(x(from), bbox.top, x(until) - x(from), bbox.height);
    }
    ctx.beginPath();
    for (const { at, highMs } of usual) ctx.lineTo(x(at), y(highMs));
    for (const { at, lowMs } of usual.toReversed()) ctx.lineTo(x(at), y(lowMs));
    ctx.fillStyle = colour('--usual');
    ctx.fill();
    if (targetMs === undefined) return;
    ctx.beginPath();
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.strokeStyle = colour('--down');
    ctx.lineWidth = devicePixelRatio;
    ctx.moveTo(bbox.left, y(targetMs));
    ctx.lineTo(bbox.left + bbox.width, y(targetMs));
    ctx.stroke();
  });
};

/** Over the line, where measurements had no answer. */
const drawLoss = (u: uPlot, { times, colour }: Plotting): void => {
  const { ctx } = u;
  const { buckets, widthMs } = times();
  clipped(u, () => {
    for (const { at, lost, quantilesMs } of buckets) {
      const loss = lossOf(lost);
      const [, , p50] = quantilesMs ?? [];
      if (loss === 0 || p50 === undefined) continue;
      const y = u.valToPos(p50, 'y', true);
      ctx.beginPath();
      ctx.strokeStyle = colour(loss > 1 ? '--down' : '--slow');
      ctx.lineWidth = (1 + 1.5 * loss) * devicePixelRatio;
      ctx.moveTo(u.valToPos(at / 1_000, 'x', true), y);
      ctx.lineTo(u.valToPos((at + widthMs) / 1_000, 'x', true), y);
      ctx.stroke();
    }
  });
};

const drawLimit = (u: uPlot, { times, language, colour }: Plotting): void => {
  const { ctx, bbox } = u;
  const { targetMs } = times();
  if (targetMs === undefined || targetMs > rangeOf(times())[1]) return;
  const text = serviceWords[language].target(chartWords[language].latency(targetMs));
  const line = u.valToPos(targetMs, 'y', true);
  // Over its line, or below it where there is no room.
  const isLow = line - bbox.top < 18 * devicePixelRatio;
  const x = bbox.left + bbox.width - 4 * devicePixelRatio;
  const y = line + (isLow ? 14 : -5) * devicePixelRatio;
  ctx.save();
  ctx.font = `${12 * devicePixelRatio}px "Noto Sans", system-ui, sans-serif`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'alphabetic';
  ctx.lineWidth = 3 * devicePixelRatio;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = colour('--paper');
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour('--quiet');
  ctx.fillText(text, x, y);
  ctx.restore();
};

/** What is shaded has its shape, too. */
const placeShapes = (u: uPlot, { times }: Plotting): void => {
  for (const old of u.over.querySelectorAll('.shape')) old.remove();
  const { min = 0, max = 0 } = u.scales.x ?? {};
  const [first, last] = [(min ?? 0) * 1_000, (max ?? 0) * 1_000];
  let before = -gapMin;
  for (const { state, from, until } of times().marks) {
    const [begin, end] = [Math.max(from, first), Math.min(until, last)];
    const left = u.valToPos((begin + end) / 2_000, 'x');
    if (end <= begin || left - before < gapMin) continue;
    before = left;
    const shape = document.createElementNS(svg, 'svg');
    shape.setAttribute('class', `shape ${state}`);
    const use = document.createElementNS(svg, 'use');
    use.setAttribute('href', `#shape-${state}`);
    shape.append(use);
    shape.style.left = `${left}px`;
    u.over.append(shape);
  }
};

const svg = 'http://www.w3.org/2000/svg';
/** Pixels from one shape to the next. */
const gapMin = 24;

const clipped = ({ ctx, bbox }: uPlot, draw: () => void): void => {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw();
  ctx.restore();
};
