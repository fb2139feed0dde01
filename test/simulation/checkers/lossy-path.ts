// Lossy path: that the uplink loses packets is found, is said only while it is so, and nobody behind it is blamed for it.
import type { Effects } from '../../../server/core/effects.ts';
import type { Standing } from '../../../server/core/judge.ts';
import { seriesId } from '../../../server/core/series.ts';
import type { SeriesKey } from '../../../server/core/series.ts';
import { throughUplink } from '../world.ts';
import type { Checker, Stage } from './checker.ts';
import { blindMs } from './liveness.ts';
import { demand } from './violation.ts';

/** In so many rounds of all witnesses what gets lost is seen, and what was lost before is forgotten. */
const [roundsToSee, roundsToForget] = [6, 14];

export class LossyPath implements Checker {
  readonly #stage: Stage;
  readonly #states = new Map<string, string>();
  #uplinkSinceMs = 0;
  #lossyUntilMs = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  uplinkChanged(): void {
    const { time } = this.#stage;
    // It may have been lossy until now.
    this.#lossyUntilMs = time.nowMs;
    this.#uplinkSinceMs = time.nowMs;
  }

  look(): void {
    const { time, vigie, world } = this.#stage;
    const { watch, config } = vigie;
    if (watch === undefined) return;
    const said = watch.isOverLoss({ kind: 'service', id: 'hosting' });
    const witnesses = config.witnesses.flatMap((check) => world.targetsOf(check));
    const clearMs =
      time.nowMs - Math.max(vigie.disturbedMs, this.#lossyUntilMs, ...witnesses.map(({ lostMs }) => lostMs));
    if (world.uplink !== 'lossy')
      demand(
        !said || clearMs <= (roundsToForget / 2) * blindMs(config),
        'lossy path',
        () => `nothing has been lost for ${clearMs} ms, and it is said that something is`,
      );
    else if (this.#knownMs() > 0)
      demand(said, 'lossy path', () => 'the uplink loses packets, and that is not said');
  }

  kept({ standings }: Effects): void {
    for (const { series, standing } of standings) this.#keep(series, standing);
  }

  #keep(series: SeriesKey, standing: Standing): void {
    const id = seriesId(series);
    const [before, state] = [this.#states.get(id), standing.held ?? standing.state];
    this.#states.set(id, state);
    const { time, world } = this.#stage;
    if (state === before || (state !== 'degraded' && state !== 'down')) return;
    if (series.family !== 4 || !throughUplink.has(series.check)) return;
    // It did not yet say so, or does so for longer than we must have known.
    if (standing.state === 'unknown' || time.clock.now() - standing.since >= this.#knownMs()) return;
    const { mood, lossy } = world.target(id);
    demand(
      before === 'down' ||
        this.#failsOften(id, standing) ||
        (state === 'down' && (lossy || (mood !== 'well' && mood !== 'slow'))),
      'lossy path',
      () =>
        `${id} is called ${state} since ${new Date(standing.since).toISOString()} for what the uplink lost`,
    );
  }

  /** It refuses now and then, or did until after it was first seen to: that gets lost on no path. */
  #failsOften(id: string, { state, since, finding }: Standing): boolean {
    const { time, world } = this.#stage;
    const { mood, moodSinceMs } = world.target(id);
    const changedAt = time.clock.now() - (time.nowMs - moodSinceMs);
    const isSaid = state === 'degraded' && finding?.evidence.includes('probes failed') === true;
    return isSaid && (mood === 'flaps' || mood === 'refuses' || changedAt > since);
  }

  /** For how long it must be known that the uplink loses packets: for as long as two references say so. */
  #knownMs(): number {
    const { time, vigie, world } = this.#stage;
    const { config, disturbedMs } = vigie;
    const references = config.witnesses.filter(({ layer }) => layer === 'reference');
    const targets = references.flatMap((check) => world.targetsOf(check));
    if (world.uplink !== 'lossy' || targets.length < 2) return 0;
    if (targets.some(({ mood }) => mood !== 'well' && mood !== 'slow')) return 0;
    const quietMs =
      time.nowMs -
      Math.max(
        disturbedMs,
        this.#uplinkSinceMs,
        ...targets.map(({ moodSinceMs, lostMs }) => Math.max(moodSinceMs, lostMs)),
      );
    return quietMs - (roundsToSee / 2) * blindMs(config);
  }
}
