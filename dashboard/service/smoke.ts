// The geometry of a chart of response times, pure: where everything lies in a frame that is two units wide for each bucket and
// `frame` high, with times on a logarithmic scale. The frame is stretched to whatever room there is.
import type { PublishedTimes } from '../../server/app/published-times.ts';
import { least, scaleOf, slotsOf } from './scale.ts';
import type { Scale } from './scale.ts';

export interface Smoke {
  /** Units. */
  readonly width: number;
  readonly scale: Scale;
  /** Outlines: eight of ten, half of them, what is usual. */
  readonly most: string;
  readonly half: string;
  readonly usual: string;
  /** Lines, by how much was lost: see `lossOf`. */
  readonly medians: readonly { readonly loss: number; readonly path: string }[];
  readonly marks: readonly {
    readonly state: PublishedTimes['marks'][number]['state'];
    readonly path: string;
  }[];
  /** The height of the target; nothing, where it lies outside. */
  readonly target: number | undefined;
  readonly gridlines: string;
}

type Times = Pick<PublishedTimes, 'from' | 'until' | 'widthMs' | 'buckets' | 'usual' | 'targetMs' | 'marks'>;

interface Slot {
  /** Units from the left, of its middle. */
  readonly x: number;
  readonly quantiles: readonly number[];
  readonly loss: number;
}

/** Units from top to bottom. */
export const frame = 1_000;

/** Shares of what was measured from which on a line is thicker. */
const lossSteps = [0, 0.05, 0.25] as const;

/** 0: nothing was lost; 3: more than a quarter. */
export const lossOf = (lost: number): number => lossSteps.filter((step) => lost > step).length;

/** Nothing, when nothing has succeeded. */
export const smokeOf = (times: Times): Smoke | undefined => {
  const scale = scaleOf(times);
  if (scale === undefined) return undefined;
  const y = (ms: number) => Math.round(frame * scale.share(ms));
  const runs = runsOf(times);
  const unit = (at: number) => Math.round((2 * (at - times.from)) / times.widthMs);
  const width = 2 * slotsOf(times);
  const { targetMs = 0 } = times;
  return {
    width,
    scale,
    most: runs.map((run) => bandOf(run, y, 0, 4)).join(''),
    half: runs.map((run) => bandOf(run, y, 1, 3)).join(''),
    usual: usualOf(times.usual, unit, y),
    medians: mediansOf(runs, y),
    marks: marksOf(times.marks, unit),
    target: targetMs >= least && targetMs <= scale.high ? y(targetMs) : undefined,
    gridlines: scale.ticks.map((ms) => `M0 ${y(ms)}h${width}`).join(''),
  };
};

/** Buckets in a row, in which something has succeeded. */
const runsOf = ({ from, widthMs, buckets }: Times): readonly (readonly Slot[])[] => {
  const runs: Slot[][] = [];
  for (const { at, lost, quantilesMs } of buckets) {
    if (quantilesMs === undefined) continue;
    const x = 2 * Math.round((at - from) / widthMs) + 1;
    const slot = { x, quantiles: quantilesMs, loss: lossOf(lost) };
    const run = runs.at(-1);
    if (run?.at(-1)?.x === x - 2) run.push(slot);
    else runs.push([slot]);
  }
  return runs;
};

type Point = readonly [x: number, y: number];
type Y = (ms: number) => number;

/** From edge to edge of its buckets, so that a single one is seen too. */
const pointsOf = (run: readonly Slot[], y: Y, share: number): readonly Point[] => {
  const points = run.map(({ x, quantiles }): Point => [x, y(quantiles[share] ?? 0)]);
  const [[firstX, first], [lastX, last]] = [points[0] ?? origin, points.at(-1) ?? origin];
  return [[firstX - 1, first], ...points, [lastX + 1, last]];
};

const origin: Point = [0, 0];

const bandOf = (run: readonly Slot[], y: Y, low: number, high: number): string =>
  outline(pointsOf(run, y, high), pointsOf(run, y, low));

const usualOf = (usual: Times['usual'], unit: (at: number) => number, y: Y): string => {
  if (usual.length < 2) return '';
  return outline(
    usual.map(({ at, highMs }) => [unit(at), y(highMs)]),
    usual.map(({ at, lowMs }) => [unit(at), y(lowMs)]),
  );
};

const outline = (above: readonly Point[], below: readonly Point[]): string =>
  `${line([...above, ...below.toReversed()])}z`;

/** Distances from one point to the next: they are short, and compress well. */
const line = ([start = origin, ...points]: readonly Point[]): string => {
  let [x, y] = start;
  const steps = points.map(([toX, toY]) => {
    const step = `${toX - x}${toY < y ? '' : ' '}${toY - y}`;
    [x, y] = [toX, toY];
    return step;
  });
  return `M${start.join(' ')}l${steps.join(' ')}`;
};

/** A stretch of the line goes on to the edge of its last bucket, where another kind of line takes over. */
const mediansOf = (runs: readonly (readonly Slot[])[], y: Y): Smoke['medians'] => {
  const paths = new Map<number, string>();
  for (const run of runs) {
    const points = pointsOf(run, y, 2);
    let first = 0;
    run.forEach(({ loss }, index) => {
      if (run[index + 1]?.loss === loss) return;
      const stretch = [edge(points, first), ...points.slice(first + 1, index + 2), edge(points, index + 1)];
      paths.set(loss, (paths.get(loss) ?? '') + line(stretch));
      first = index + 1;
    });
  }
  return [...paths].map(([loss, path]) => ({ loss, path })).toSorted((a, b) => a.loss - b.loss);
};

/** Where the bucket of this number begins; those of a run are between its two ends. */
const edge = (points: readonly Point[], index: number): Point => {
  const [before, after] = [points[index] ?? origin, points[index + 1] ?? origin];
  if (index === 0) return before;
  return index === points.length - 2 ? after : [after[0] - 1, Math.round((before[1] + after[1]) / 2)];
};

const marksOf = (marks: Times['marks'], unit: (at: number) => number): Smoke['marks'] =>
  [...Map.groupBy(marks, ({ state }) => state)].map(([state, all]) => ({
    state,
    path: all
      .map(({ from, until }) => {
        const width = Math.max(1, unit(until) - unit(from));
        return `M${unit(from)} 0h${width}v${frame}h${-width}z`;
      })
      .join(''),
  }));
