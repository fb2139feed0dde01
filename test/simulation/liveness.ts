// What must come to pass: I1, an outage is found and its end is; I14, we notice that we are blind.
import type { CheckConfig } from '../../config/config.ts';
import { seriesId, seriesOf } from '../../server/core/series.ts';
import type { State } from '../../server/core/state.ts';
import type { WatchedCheck } from '../../server/core/watched.ts';
import type { VirtualTime } from '../support/virtual-time.ts';
import type { Vigie } from './vigie.ts';
import { demand } from './violation.ts';
import type { Mood, World } from './world.ts';

/** Reports are judged together, and one waits for the transaction before. */
const slackMs = 3_000;
/** Two probes of every witness that hang, and what they waited for. */
const blindMs = 100_000;

export class Liveness {
  readonly #time: VirtualTime;
  readonly #world: World;
  readonly #vigie: Vigie;
  #uplinkSinceMs = 0;

  constructor(time: VirtualTime, world: World, vigie: Vigie) {
    this.#time = time;
    this.#world = world;
    this.#vigie = vigie;
  }

  uplinkChanged(): void {
    this.#uplinkSinceMs = this.#time.nowMs;
  }

  check(): void {
    const { watch, config } = this.#vigie;
    if (watch === undefined) return;
    const quietMs = (sinceMs: number) => this.#time.nowMs - Math.max(this.#vigie.disturbedMs, sinceMs);
    const witnesses = config.witnesses.flatMap(seriesOf).map(seriesId);
    const witnessesLostMs = Math.max(...witnesses.map((id) => this.#world.target(id).lostMs));
    if (quietMs(Math.max(this.#uplinkSinceMs, witnessesLostMs)) > blindMs)
      this.#checkSight(watch.sight.blind);
    if (this.#world.uplink !== 'up') return;
    for (const check of watch.checks.values())
      this.#checkState(check, quietMs(Math.max(this.#uplinkSinceMs, witnessesLostMs)));
  }

  #checkSight(blind: boolean): void {
    const { uplink } = this.#world;
    demand(
      blind === (uplink !== 'up'),
      'I14 blind vantage',
      () => `the uplink is ${uplink}, and we are ${blind ? '' : 'not '}blind`,
    );
  }

  #checkState({ config, series, timeline }: WatchedCheck, quietMs: number): void {
    const targets = series.map(({ key }) => this.#world.target(seriesId(key)));
    if (config.families.includes(6) && this.#world.uplink6 !== 'up') return;
    const truth = truthOf(targets.map(({ mood }) => mood));
    if (truth === undefined) return;
    const steadyMs = Math.min(
      quietMs,
      ...targets.map(({ moodSinceMs, lostMs }) => this.#time.nowMs - Math.max(moodSinceMs, lostMs)),
      ...(config.families.includes(6) ? [this.#time.nowMs - this.#world.uplink6SinceMs] : []),
    );
    const boundMs = truth === 'down' ? detectMs(config) : settleMs(config);
    demand(
      steadyMs <= boundMs || timeline.state === truth,
      'I1 detect',
      () =>
        `${config.id} is ${truth} for ${steadyMs} ms, and is said to be ${timeline.state}: ${JSON.stringify(series.map(({ standing }) => standing))}`,
    );
  }
}

const truthOf = (moods: readonly Mood[]): State | undefined => {
  if (moods.includes('flaps')) return undefined;
  if (moods.every((mood) => mood === 'refuses' || mood === 'hangs')) return 'down';
  return moods.every((mood) => mood === 'well') ? 'up' : 'degraded';
};

/** From the first failure to the last that confirms it, each of which may hang; a witness hangs at most as long. */
const detectMs = ({ schedule, timeoutMs, policy }: CheckConfig): number =>
  everyMs(schedule) + policy.failuresMin * (timeoutMs + policy.recheckMs) + policy.failuresSpanMs + slackMs;

/** Out of degraded: two probes at least, and a time without a slow one between them. */
const settleMs = (check: CheckConfig): number =>
  3 * everyMs(check.schedule) + check.policy.calmMs + check.policy.recoveriesSpanMs + detectMs(check);

const everyMs = (schedule: CheckConfig['schedule']): number =>
  schedule.kind === 'every' ? schedule.everyMs : schedule.longestGapMs;
