// Consequence: an uplink that is cut behind our gateway is found, and what it drags along is told as its consequence.
import type { WatchedCheck } from '../../../server/core/watched.ts';
import type { Checker, Stage } from './checker.ts';
import { blindMs, detectMs } from './liveness.ts';
import { demand } from './violation.ts';

export class Consequence implements Checker {
  readonly #stage: Stage;
  #uplinkSinceMs = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  uplinkChanged(): void {
    this.#uplinkSinceMs = this.#stage.time.nowMs;
  }

  look(): void {
    const { time, vigie, world } = this.#stage;
    const uplink = vigie.watch?.checks.get('uplink');
    const quietMs = time.nowMs - Math.max(vigie.disturbedMs, this.#uplinkSinceMs);
    if (uplink === undefined || world.uplink !== 'beyond') return;
    if (quietMs <= detectMs(uplink.config) + blindMs(vigie.config)) return;
    demand(
      uplink.timeline.state === 'down',
      'I1 detect',
      () => `the uplink is cut for ${quietMs} ms, and is said to be ${uplink.timeline.state}`,
    );
    const cutAt = time.clock.now() - (time.nowMs - this.#uplinkSinceMs);
    for (const check of vigie.watch?.checks.values() ?? []) this.#checkTold(check, cutAt);
  }

  #checkTold({ config, service, timeline: { outage } }: WatchedCheck, cutAt: number): void {
    const { services } = this.#stage.vigie.config;
    const { dependsOn = [] } = services.find(({ id }) => id === service) ?? {};
    if (dependsOn.length === 0 || outage?.state !== 'down' || outage.startedAt < cutAt) return;
    demand(
      outage.consequenceOf?.id === 'uplink',
      'consequence',
      () => `${config.id} is down since the uplink was cut, and that is not said`,
    );
  }
}
