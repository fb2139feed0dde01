// I1: who is to be told of an outage is told. Consequence: of what a cut uplink drags along nobody is told apart. I17:
// whatever flaps, nobody is told too often. I15: the public reads no evidence.
import { toldOf } from '../../../server/core/alerts/alert.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import type { WatchedCheck } from '../../../server/core/watched.ts';
import { minutes } from '../../support/watch.ts';
import { canary } from '../world.ts';
import type { Checker, Stage } from './checker.ts';
import { blindMs, detectMs } from './liveness.ts';
import { demand } from './violation.ts';

/** What is told at once waits for what it could say as well, and for the message before. */
const foldMs = minutes;
const oftenMs = 30 * minutes;
/** What was so shortly before the uplink was cut may be what is told of. */
const soonMs = 10 * minutes;
const oftenMax = 20;

export class Alerted implements Checker {
  readonly #stage: Stage;
  #uplinkSinceMs = 0;
  #wasLossy = false;
  /** When the uplink last lost packets: monotonic milliseconds. */
  #lossyMs = Number.NEGATIVE_INFINITY;
  /** When routes were told of services: monotonic milliseconds. */
  readonly #told = new Map<string, number[]>();
  /** Windows and silences are over since then, as far as anybody looked. */
  readonly #hushedMs = new Map<string, number>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  uplinkChanged(): void {
    const { time, world } = this.#stage;
    this.#uplinkSinceMs = time.nowMs;
    if (this.#wasLossy) this.#lossyMs = time.nowMs;
    this.#wasLossy = world.uplink === 'lossy';
  }

  kept(): void {
    for (const message of this.#stage.archive.fresh) {
      this.#checkPublic(message);
      if (message.kind === 'alert' || message.kind === 'update') this.#checkApart(message);
      if (message.kind !== 'reminder') this.#checkOften(message);
    }
  }

  look(): void {
    const { archive, time, vigie } = this.#stage;
    if (vigie.watch === undefined) return;
    for (const { config, checks } of vigie.watch.services.values()) {
      if (this.#isHushed(config.id)) this.#hushedMs.set(config.id, time.nowMs);
      const quietMs =
        time.nowMs - Math.max(vigie.disturbedMs, this.#hushedMs.get(config.id) ?? 0, this.#uplinkSinceMs);
      const isDue = checks.some((check) => this.#isSurelyDown(check, quietMs));
      const alert = archive.unsettled.find(
        ({ service, endedAt }) => service === config.id && endedAt === undefined,
      );
      demand(
        !isDue || (alert !== undefined && (toldOf(alert, 'mail')?.checks.length ?? 0) > 0),
        'I1 detect',
        () => `${config.id} is down, and nobody is told: ${JSON.stringify(alert)}`,
      );
    }
  }

  #isHushed(service: string): boolean {
    const { archive, vigie, world, disk, time } = this.#stage;
    const { watch } = vigie;
    const now = time.clock.now();
    const uplink = watch?.checks.get('uplink');
    const isWell =
      uplink?.timeline.state === 'up' &&
      uplink.series.every(({ standing }) => standing.contest === undefined);
    return (
      !isWell ||
      world.uplink !== 'up' ||
      disk.mishap !== 'none' ||
      watch?.maintenanceOf({ kind: 'service', id: service }, now) !== undefined ||
      archive.silences.values().some(({ endedAt, until }) => endedAt === undefined && now < until)
    );
  }

  #isSurelyDown({ config }: WatchedCheck, quietMs: number): boolean {
    const { time, world } = this.#stage;
    if (
      config.derived === true ||
      config.supporting ||
      (config.families.includes(6) && world.uplink6 !== 'up')
    )
      return false;
    const targets = world.targetsOf(config);
    if (!targets.every(({ mood }) => mood === 'refuses' || mood === 'hangs')) return false;
    const steadyMs = Math.min(quietMs, ...targets.map(({ moodSinceMs }) => time.nowMs - moodSinceMs));
    // Once when it falls, and once more when it is held no longer.
    return steadyMs > 2 * detectMs(config) + blindMs(this.#stage.vigie.config) + foldMs;
  }

  #checkApart({ key, at, alerts }: Message): void {
    const { archive, time, vigie, world } = this.#stage;
    const cutMs = time.nowMs - this.#uplinkSinceMs;
    if (world.uplink !== 'beyond' || vigie.disturbedMs >= this.#uplinkSinceMs) return;
    // Who was slow for what it lost before that was not dragged along.
    if (this.#lossyMs >= this.#uplinkSinceMs - soonMs) return;
    for (const { id, service, consequenceOf } of alerts) {
      const alert = archive.alerts.get(id);
      const depends = vigie.config.services.find((one) => one.id === service)?.dependsOn !== undefined;
      if (consequenceOf !== undefined || !depends || alert === undefined || alert.openedAt < at - cutMs)
        continue;
      const checks = vigie.config.services.find((one) => one.id === service)?.checks ?? [];
      const isWell = checks.every(({ id, families }) =>
        families.every((family) => this.#wasWell(`${id}/local/${family}`)),
      );
      demand(!isWell, 'consequence', () => `${key} is told, though it is the uplink that is cut`);
    }
  }

  /** Since before the uplink was cut, by itself. */
  #wasWell(series: string): boolean {
    const { mood, moodSinceMs, lossy, lostMs } = this.#stage.world.target(series);
    return mood === 'well' && !lossy && Math.max(moodSinceMs, lostMs) < this.#uplinkSinceMs - soonMs;
  }

  #checkOften({ route, alerts, key }: Message): void {
    const { time } = this.#stage;
    for (const { service, consequenceOf } of alerts) {
      if (consequenceOf !== undefined) continue;
      const of = `${route} ${service}`;
      const told = (this.#told.get(of) ?? []).filter((atMs) => atMs > time.nowMs - oftenMs);
      told.push(time.nowMs);
      this.#told.set(of, told);
      demand(
        told.length <= oftenMax,
        'I17 bounded',
        () => `${key}: ${of} was told ${told.length} times in half an hour`,
      );
    }
  }

  #checkPublic({ key, route, title, text }: Message): void {
    if (route !== 'board') return;
    const all = [title.fr, title.en, text.fr, text.en].join('\n');
    demand(!all.includes(canary), 'I15 public', () => `${key} tells the public: ${all}`);
  }
}
