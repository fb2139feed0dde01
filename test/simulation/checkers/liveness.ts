// What must come to pass: I1, an outage is found and its end is; I14, we notice that we are blind.
import type { CheckConfig, Config } from '../../../config/config.ts';
import { missedMs } from '../../../server/core/due.ts';
import type { State } from '../../../server/core/state.ts';
import type { WatchedCheck } from '../../../server/core/watched.ts';
import type { Mood } from '../world.ts';
import type { Checker, Stage } from './checker.ts';
import { demand } from './violation.ts';

/** Reports are judged together, and one waits for the transaction before. */
const slackMs = 3_000;
/** Half of the evidence that some are slow is worn off by so many that are not. */
const probesToAcquit = 40;
/** What is probed less often than that may still be as it was. */
const rareMs = 600_000;
/** Two probes of every witness that hang, and what they waited for. */
export const blindMs = ({ witnesses }: Config): number =>
  Math.max(...witnesses.map((check) => 2 * (everyMs(check.schedule) + check.timeoutMs))) + 20_000;

export class Liveness implements Checker {
  readonly #stage: Stage;
  #uplinkSinceMs = 0;
  #overLossMs = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  uplinkChanged(): void {
    this.#uplinkSinceMs = this.#stage.time.nowMs;
  }

  look(): void {
    const { time, vigie, world } = this.#stage;
    const { watch, config } = vigie;
    if (watch === undefined) return;
    const witnesses = config.witnesses.flatMap((check) => world.targetsOf(check));
    const lostMs = Math.max(...witnesses.map((target) => target.lostMs));
    const quietMs = time.nowMs - Math.max(vigie.disturbedMs, this.#uplinkSinceMs, lostMs);
    if (quietMs > blindMs(config)) this.#checkSight(watch.sight.blind);
    // Found by the time in which the path was clear, which the checker of lossy paths watches.
    if (watch.isOverLoss({ kind: 'service', id: 'hosting' })) this.#overLossMs = time.nowMs;
    if (world.uplink !== 'up') return;
    // Nothing is evidence before a witness was seen again.
    const seeingMs = Math.min(quietMs, time.nowMs - this.#overLossMs) - blindMs(config) / 2;
    for (const check of watch.checks.values()) this.#checkState(check, seeingMs);
  }

  #checkSight(blind: boolean): void {
    const { uplink } = this.#stage.world;
    demand(
      blind === (uplink === 'silent' || uplink === 'unreachable'),
      'I14 blind vantage',
      () => `the uplink is ${uplink}, and we are ${blind ? '' : 'not '}blind`,
    );
    if (!blind) return;
    for (const { config, timeline } of this.#stage.vigie.watch?.checks.values() ?? [])
      demand(
        timeline.state === 'unknown' || missedMs(config) > rareMs,
        'I14 blind vantage',
        () => `we are blind, and ${config.id} is said to be ${timeline.state}`,
      );
  }

  #checkState({ config, series, timeline }: WatchedCheck, quietMs: number): void {
    const { time, vigie, world } = this.#stage;
    // What is made of the witnesses is as well as they are.
    const seen = config.derived === true ? vigie.config.witnesses : [config];
    const targets = seen.flatMap((check) => world.targetsOf(check));
    if (config.families.includes(6) && world.uplink6 !== 'up') return;
    const truth = truthOf(targets.map(({ mood }) => mood));
    if (truth === undefined || (config.derived === true && truth !== 'up')) return;
    if (truth !== 'down' && targets.some(({ slower }) => slower !== undefined)) return;
    const steadyMs = Math.min(
      quietMs,
      ...targets.map(({ moodSinceMs, lostMs }) => time.nowMs - Math.max(moodSinceMs, lostMs)),
      ...(config.families.includes(6) ? [time.nowMs - world.uplink6SinceMs] : []),
    );
    const boundMs =
      truth === 'down' ? detectMs(config) : settleMs(config) + (config.derived === true ? lossMs(config) : 0);
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
export const detectMs = ({ schedule, timeoutMs, policy }: CheckConfig): number =>
  everyMs(schedule) + policy.failuresMin * (timeoutMs + policy.recheckMs) + policy.failuresSpanMs + slackMs;

/** Out of degraded: two probes at least, and a time without a slow one between them; who was slow now and then, many. */
const settleMs = (check: CheckConfig): number =>
  (check.learn === undefined ? 3 : probesToAcquit) * everyMs(check.schedule) +
  check.policy.calmMs +
  check.policy.recoveriesSpanMs +
  detectMs(check);

/** Packets that witnesses lost are remembered for twelve rounds. */
const lossMs = ({ schedule }: CheckConfig): number => 12 * everyMs(schedule);

const everyMs = (schedule: CheckConfig['schedule']): number =>
  schedule.kind === 'every' ? schedule.everyMs : schedule.longestGapMs;
