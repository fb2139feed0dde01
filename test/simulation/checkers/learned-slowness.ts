// Slowness: who is called slower than usual has been slow, time and again; and who has become so is called so before long.
import type { CheckConfig } from '../../../config/config.ts';
import type { Effects } from '../../../server/core/effects.ts';
import type { Remembered } from '../../../server/core/remember.ts';
import { seriesId } from '../../../server/core/series.ts';
import type { SeriesKey } from '../../../server/core/series.ts';
import { seconds } from '../../support/watch.ts';
import { pupil, usualMs } from '../pupil.ts';
import type { Checker, Stage } from './checker.ts';
import { blindMs } from './liveness.ts';
import { demand } from './violation.ts';

/** Of the last forty so many are slow; with a full disk more are written than the one that was the last. */
const [slowMin, slowOf] = [7, 80];
/** So many good ones in a row teach what is usual, at all hours of a day. */
const lessonsMin = 800;
/** Probes until all that are slow are surely found, and until some of them are. */
const probesToFind = { step: 14, creep: 14, share: 80 } as const;
/** What is probed more rarely is not learned. */
const everyMsMax = 300 * seconds;

export class LearnedSlowness implements Checker {
  readonly #stage: Stage;
  /** The newest times: which were slow. */
  #slow: boolean[] = [];
  #newestAt = 0;
  #isCalledSlow = false;
  #lessons = 0;
  /** When it was last as it should be: monotonic milliseconds. */
  #calledSlowMs = 0;
  #overLossMs = 0;
  #uplinkSinceMs = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  starting({ learned }: Remembered): void {
    if (!learned.some(({ series }) => isPupil(series))) this.#lessons = 0;
  }

  clockStepped(): void {
    this.#newestAt = 0;
  }

  uplinkChanged(): void {
    this.#uplinkSinceMs = this.#stage.time.nowMs;
  }

  kept({ results, standings }: Effects): void {
    for (const { series, at, grade, totalUs } of results) {
      const isAnswer = grade === 'good' || grade === 'poor' || (grade === 'bad' && totalUs > usualMs * 1_000);
      if (!isPupil(series) || !isAnswer || at <= this.#newestAt) continue;
      this.#newestAt = at;
      this.#slow = [...this.#slow, totalUs > 2 * usualMs * 1_000].slice(-slowOf);
      if (grade === 'good') this.#lessons++;
    }
    for (const { series, standing } of standings) {
      if (!isPupil(series)) continue;
      const [was, is] = [this.#isCalledSlow, (standing.held ?? standing.state) === 'degraded'];
      this.#isCalledSlow = is;
      const slow = this.#slow.filter(Boolean).length;
      demand(
        was || !is || standing.finding?.slowness === undefined || slow >= slowMin,
        'slowness',
        () => `${pupil.series} is called slower than usual on ${slow} of ${this.#slow.length}`,
      );
    }
  }

  look(): void {
    const { time, vigie, world } = this.#stage;
    const { watch } = vigie;
    const check = watch?.checks.get(pupil.check);
    if (watch === undefined) return;
    const { slower, mood } = world.target(pupil.series);
    const isTaught = check !== undefined && learns(check.config);
    const isIll = slower !== undefined || mood !== 'well';
    if (!isTaught || (isIll && this.#lessons < lessonsMin)) this.#lessons = 0;
    if (!isTaught) return;
    if (check.timeline.state === 'degraded') this.#calledSlowMs = time.nowMs;
    if (watch.isOverLoss({ kind: 'check', id: pupil.check })) this.#overLossMs = time.nowMs;
    if (slower === undefined || this.#lessons < lessonsMin) return;
    const sinceMs = Math.max(this.#calledSlowMs, slower.fullMs, this.#undisturbedSinceMs());
    const boundMs =
      probesToFind[slower.kind] * everyMs(check.config) + blindMs(vigie.config) + check.config.timeoutMs;
    demand(
      time.nowMs - sinceMs <= boundMs,
      'slowness',
      () =>
        `${pupil.series} is slower by a ${slower.kind} for ${time.nowMs - sinceMs} ms, and is called well`,
    );
  }

  #undisturbedSinceMs(): number {
    const { time, vigie, world } = this.#stage;
    const { mood, moodSinceMs, lossy, lostMs } = world.target(pupil.series);
    if (world.uplink !== 'up' || lossy || mood !== 'well') return time.nowMs;
    return Math.max(vigie.disturbedMs, this.#uplinkSinceMs, this.#overLossMs, moodSinceMs, lostMs);
  }
}

const learns = (config: CheckConfig): boolean => config.learn !== undefined && everyMs(config) <= everyMsMax;

const everyMs = ({ schedule }: CheckConfig): number =>
  schedule.kind === 'every' ? schedule.everyMs : schedule.longestGapMs;

const isPupil = (series: SeriesKey): boolean =>
  series.check === pupil.check && seriesId(series) === pupil.series;
