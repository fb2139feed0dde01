// I2: nobody is called down, slow, or no longer down, without evidence, and never for what was our own doing (I14).
import type { Policy } from '../../../config/config.ts';
import { missedMs } from '../../../server/core/due.ts';
import type { Effects } from '../../../server/core/effects.ts';
import type { Standing } from '../../../server/core/judge.ts';
import type { Grade, Result } from '../../../server/core/result.ts';
import { seriesId } from '../../../server/core/series.ts';
import type { Blame } from '../world.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

interface Seen {
  readonly at: number;
  readonly grade: Grade;
  readonly blame: Blame | undefined;
}

/** Outcomes that are remembered of each series: enough for the longest contest, even with a full disk. */
const seenMax = 2_000;
/** What was decided before the clock was set is written within this time. */
const unsureMs = 600_000;
/** So many outcomes of before may still count. */
const unsureOf = 10;

export class Evidence implements Checker {
  readonly #stage: Stage;
  readonly #seen = new Map<string, Seen[]>();
  readonly #blames = new Map<string, Blame>();
  readonly #down = new Set<string>();
  readonly #slow = new Set<string>();
  /** When the clock was set: for a while instants cannot be compared. */
  #steppedAt = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  probed(series: string, startedAt: number, blame: Blame | undefined): void {
    if (blame !== undefined) this.#blames.set(`${series}@${startedAt}`, blame);
  }

  /** Reports under way are lost. */
  crashed(): void {
    this.#blames.clear();
  }

  clockStepped(): void {
    this.#seen.clear();
    this.#steppedAt = this.#stage.time.clock.now();
  }

  kept(effects: Effects): void {
    const { time, vigie } = this.#stage;
    const now = time.clock.now();
    for (const result of effects.results) this.#remember(result);
    for (const { series, standing } of effects.standings) {
      const id = seriesId(series);
      const wasDown = this.#down.has(id);
      const state = standing.held ?? standing.state;
      const [isDown, isSlow] = [state === 'down', state === 'degraded'];
      const wasSlow = this.#slow.has(id);
      note(this.#down, id, isDown);
      note(this.#slow, id, isSlow);
      if (isDown === wasDown && isSlow === wasSlow) continue;
      const check = vigie.config.services
        .flatMap(({ checks }) => checks)
        .find(({ id }) => id === series.check);
      if (check === undefined || standing.state === 'unknown') continue;
      if (now < this.#steppedAt + Math.max(unsureMs, unsureOf * missedMs(check))) continue;
      if (isDown && !wasDown) this.#checkFall(id, standing, check.policy);
      if (wasDown && !isDown) this.#checkRise(id, standing, check.policy);
      const isLearned = standing.finding?.slowness !== undefined;
      if (isSlow && !wasSlow && !wasDown && !isLearned) this.#checkSlow(id, standing, check.policy);
    }
  }

  #checkSlow(id: string, standing: Standing, policy: Policy): void {
    const { since } = standing;
    const { slowMin, slowOf } = policy;
    const seen = (this.#seen.get(id) ?? []).filter(({ grade }) => grade === 'good' || grade === 'poor');
    const isEnough = seen.some(
      ({ at }, index) =>
        at >= since &&
        seen.slice(Math.max(0, index + 1 - slowOf), index + 1).filter(({ grade }) => grade === 'poor')
          .length >= slowMin,
    );
    if (isEnough || this.#failsOften(id, since)) return;
    // Nobody knows here whether it was called down: while we were blind it was not.
    if (this.#hasFallen(id, since, policy)) return this.#checkRise(id, standing, policy);
    demand(
      false,
      'I2 no ghost',
      () =>
        `${id} is called slow since ${new Date(since).toISOString()} on ${JSON.stringify(seen.slice(-slowOf))}`,
    );
  }

  /** With a full disk it may have been down, and up again as far as slow, before anything of that was kept. */
  #hasFallen(id: string, before: number, { failuresMin, failuresSpanMs }: Policy): boolean {
    const seen = (this.#seen.get(id) ?? []).filter(({ at }) => at < before);
    const failed = seen.slice(seen.findLastIndex(({ grade }) => grade !== 'bad') + 1);
    const spanMs = (failed.at(-1)?.at ?? 0) - (failed[0]?.at ?? 0);
    return failed.length >= failuresMin && spanMs >= failuresSpanMs;
  }

  /** Or it fails now and then: six of twenty outcomes within more than a minute, by no doing of ours. */
  #failsOften(id: string, since: number): boolean {
    const seen = (this.#seen.get(id) ?? []).filter(({ at }) => at >= since).slice(0, 20);
    const failed = seen.filter(({ grade, blame }) => grade === 'bad' && blame === 'target');
    const spanMs = (failed.at(-1)?.at ?? 0) - (failed[0]?.at ?? 0);
    return failed[0]?.at === since && failed.length >= 6 && spanMs >= 60_000;
  }

  #checkRise(id: string, { since }: Standing, { recoveriesMin, recoveriesSpanMs }: Policy): void {
    const seen = (this.#seen.get(id) ?? []).filter(({ at }) => at >= since);
    const bad = seen.findIndex(({ grade }) => grade === 'bad');
    const good = bad < 0 ? seen : seen.slice(0, bad);
    const spanMs = (good.at(-1)?.at ?? 0) - (good[0]?.at ?? 0);
    demand(
      good[0]?.at === since && good.length >= recoveriesMin && spanMs >= recoveriesSpanMs,
      'I2 no ghost',
      () =>
        `${id} is no longer called down since ${new Date(since).toISOString()} on ${JSON.stringify(seen)}`,
    );
  }

  #checkFall(id: string, { since }: Standing, policy: Policy): void {
    const later = (this.#seen.get(id) ?? []).filter(({ at }) => at >= since);
    // With a full disk what came after is kept together with it: good outcomes that are no recovery yet.
    const good = later.findIndex(({ grade }) => grade !== 'bad');
    const seen = good < 0 ? later : later.slice(0, good);
    const story = () =>
      `${id} is called down since ${new Date(since).toISOString()} on ${JSON.stringify(later)}`;
    const spanMs = (seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0);
    demand(seen[0]?.at === since, 'I2 no ghost', () => `${story()}: it begins at no failure`);
    demand(seen.length >= policy.failuresMin, 'I2 no ghost', () => `${story()}: too few`);
    demand(spanMs >= policy.failuresSpanMs, 'I2 no ghost', () => `${story()}: too close together`);
    demand(
      seen.some(({ blame }) => blame !== 'ours'),
      'I14 blind vantage',
      () => `${story()}: all of it was our own doing`,
    );
  }

  // What is invalid is no evidence; what was kept twice is seen once.
  #remember(result: Result): void {
    const { series, at, grade } = result;
    const id = seriesId(series);
    const blame = grade === 'bad' || grade === 'invalid' ? this.#blameOf(`${id}@${at}`) : undefined;
    let seen = this.#seen.get(id);
    if (seen === undefined) this.#seen.set(id, (seen = []));
    // What was kept of the time before the clock was set back lies in the future.
    const isPast = at <= this.#stage.time.clock.now();
    if (!isSeen(result) || !isPast || at <= (seen.at(-1)?.at ?? 0)) return;
    if (seen.length >= seenMax) seen.splice(0, seenMax / 2);
    seen.push({ at, grade, blame });
  }

  #blameOf(key: string): Blame | undefined {
    const blame = this.#blames.get(key);
    this.#blames.delete(key);
    return blame;
  }
}

/** It says something: what is invalid says that somebody answered, over a path that loses packets, or nothing. */
export const isSeen = ({ grade, evidence = '' }: Result): boolean =>
  grade !== 'invalid' || evidence.includes('the uplink loses');

const note = (ids: Set<string>, id: string, isIn: boolean): void => {
  if (isIn) ids.add(id);
  else ids.delete(id);
};
