// The world that is watched: targets with moods, paths that lose packets in bursts, and our own uplink.
import type { CheckConfig } from '../../config/config.ts';
import type { Job } from '../../server/app/scheduler.ts';
import type { Outcome } from '../../checks/lib/outcome.ts';
import { seriesId, seriesOf } from '../../server/core/series.ts';
import { pupil, pupilMs } from './pupil.ts';
import type { Slower } from './pupil.ts';
import type { Random } from './random.ts';

export type Mood = 'well' | 'refuses' | 'hangs' | 'slow' | 'flaps';

/** Whose doing it is that a probe failed. */
export type Blame = 'target' | 'path' | 'ours';

export interface Reply {
  /** Nothing comes before the probe gives up. */
  readonly latencyMs: number | 'never';
  readonly outcome: Outcome;
  readonly blame?: Blame;
}

interface Target {
  mood: Mood;
  /** Monotonic milliseconds. */
  moodSinceMs: number;
  flapMs: number;
  /** When its path last lost a probe: monotonic milliseconds. */
  lostMs: number;
  /** A time in which its path loses packets in bursts (Gilbert–Elliott). */
  lossy: boolean;
  inBurst: boolean;
  burstAskedMs: number;
  slower?: Slower;
}

/** Is in all evidence, and nowhere that the public reads. */
export const canary = '192.0.2.66';

const burstMeanMs = 8_000;
const quietMeanMs = 60_000;
const slowMs = 900;

const lossRatio = 0.2;
const echoesSent = 10;
const witnesses: ReadonlySet<string> = new Set(['near', 'far']);
/** The others are on our side of it, or ask nobody behind it. */
export const throughUplink: ReadonlySet<string> = new Set(['web', 'panel', 'files', 'db', ...witnesses]);

const idsByCheck = new WeakMap<CheckConfig, readonly string[]>();

/** Of the series of a check, in their order. Asked so often that they are made once. */
export const seriesIdsOf = (check: CheckConfig): readonly string[] => {
  const ids = idsByCheck.get(check) ?? seriesOf(check).map(seriesId);
  idsByCheck.set(check, ids);
  return ids;
};

export class World {
  /**
   * Silent: packets vanish. Unreachable: our own router says so at once. Beyond: they vanish behind our gateway.
   * Lossy: a fifth of them does, over IPv4, of those that go through it.
   */
  uplink: 'up' | 'silent' | 'unreachable' | 'beyond' | 'lossy' = 'up';
  /** It can open nothing, and takes that for the fault of others. */
  isProberSick = false;
  uplink6: 'up' | 'unreachable' = 'up';
  uplink6SinceMs = 0;
  readonly #targets = new Map<string, Target>();
  readonly #random: Random;
  readonly #burstLossRatio: number;
  readonly #learns: boolean;

  constructor(random: Random, burstLossRatio: number, learns: boolean) {
    this.#random = random;
    this.#burstLossRatio = burstLossRatio;
    this.#learns = learns;
  }

  /** What a check dials over one family, by the id of its series. */
  target(id: string): Target {
    let target = this.#targets.get(id);
    if (target === undefined) {
      target = {
        mood: 'well',
        moodSinceMs: 0,
        flapMs: 0,
        lostMs: 0,
        lossy: false,
        inBurst: false,
        burstAskedMs: 0,
      };
      this.#targets.set(id, target);
    }
    return target;
  }

  /** What all of its series dial. */
  targetsOf(check: CheckConfig): readonly Target[] {
    return seriesIdsOf(check).map((id) => this.target(id));
  }

  setMood(id: string, mood: Mood, nowMs: number): void {
    const target = this.target(id);
    target.mood = mood;
    target.moodSinceMs = nowMs;
    target.flapMs = this.#random.int(3_000, 60_000);
  }

  /** It is as fast again as it was. */
  hasten(id: string, nowMs: number): void {
    const target = this.target(id);
    delete target.slower;
    target.moodSinceMs = nowMs;
  }

  heal(nowMs: number): void {
    for (const [id, target] of this.#targets) {
      if (target.mood !== 'well') this.setMood(id, 'well', nowMs);
      if (target.slower !== undefined) this.hasten(id, nowMs);
      target.lossy = false;
    }
    this.uplink = 'up';
    this.uplink6 = 'up';
    this.isProberSick = false;
  }

  reply({ series, check }: Job, nowMs: number): Reply {
    if (this.isProberSick) return noFiles;
    if (series.family === 6 && this.uplink6 === 'unreachable') return noNetwork;
    if (this.uplink === 'unreachable') return noNetwork;
    if (this.uplink === 'silent') return silence('ours', check.timeoutMs);
    if (this.uplink === 'beyond' && series.check !== 'gateway') return silence('path', check.timeoutMs);
    const target = this.target(seriesId(series));
    if (target.lossy && this.#isLost(target, nowMs)) {
      target.lostMs = nowMs;
      return silence('path', check.timeoutMs);
    }
    const isOverLoss = this.uplink === 'lossy' && series.family === 4 && throughUplink.has(series.check);
    if (!isOverLoss || target.mood === 'hangs' || target.mood === 'refuses')
      return this.#replyOf(target, check, nowMs);
    return witnesses.has(series.check) ? this.#echoes() : this.#overLoss(target, check, nowMs);
  }

  #echoes(): Reply {
    const lost = Array.from({ length: echoesSent }, () => this.#random.chance(lossRatio)).filter(
      Boolean,
    ).length;
    const facts = { sent: echoesSent, received: echoesSent - lost };
    const { latencyMs, outcome } = well(20);
    return { latencyMs, outcome: { ...outcome, facts } };
  }

  // What gets lost is sent again, or was all there was to send.
  #overLoss(target: Target, check: CheckConfig, nowMs: number): Reply {
    if (this.#random.chance(lossRatio)) return silence('path', check.timeoutMs);
    return this.#random.chance(2 * lossRatio) ? well(slowMs) : this.#replyOf(target, check, nowMs);
  }

  #replyOf(target: Target, { id, timeoutMs }: CheckConfig, nowMs: number): Reply {
    switch (target.mood) {
      case 'hangs':
        return silence('target', timeoutMs);
      case 'refuses':
        return refusal;
      case 'flaps':
        return Math.floor((nowMs - target.moodSinceMs) / target.flapMs) % 2 === 0 ? refusal : well(20);
      case 'slow':
        return well(slowMs);
      case 'well':
        return well(
          this.#learns && id === pupil.check
            ? pupilMs(target.slower, this.#random, nowMs)
            : 10 + this.#random.int(0, 100),
        );
    }
  }

  // Two states with exponential times; where it stands after a while depends on where it stood.
  #isLost(target: Target, nowMs: number): boolean {
    const passedMs = nowMs - target.burstAskedMs;
    target.burstAskedMs = nowMs;
    const share = burstMeanMs / (burstMeanMs + quietMeanMs);
    const memory = Math.exp(-passedMs * (1 / burstMeanMs + 1 / quietMeanMs));
    const probability = share + ((target.inBurst ? 1 : 0) - share) * memory;
    target.inBurst = this.#random.chance(probability);
    return target.inBurst && this.#random.chance(this.#burstLossRatio);
  }
}

const measured = (totalMs: number) => ({
  totalUs: Math.round(totalMs * 1_000),
  phasesUs: { reply: Math.round(totalMs * 1_000) },
  facts: {},
});

const well = (totalMs: number): Reply => ({
  latencyMs: totalMs,
  outcome: { kind: 'ok', ...measured(totalMs) },
});

const refusal: Reply = {
  latencyMs: 1,
  outcome: { kind: 'fail', cause: 'refused', evidence: `connection refused by ${canary}`, ...measured(1) },
  blame: 'target',
};

const noNetwork: Reply = {
  latencyMs: 1,
  outcome: {
    kind: 'invalid',
    cause: 'self_no_network',
    evidence: `${canary} is unreachable`,
    ...measured(1),
  },
  blame: 'ours',
};

const noFiles: Reply = {
  latencyMs: 1,
  outcome: { kind: 'fail', cause: 'reset', evidence: 'too many open files', ...measured(1) },
  blame: 'ours',
};

const silence = (blame: Blame, timeoutMs: number): Reply => ({
  latencyMs: 'never',
  outcome: {
    kind: 'fail',
    cause: 'timeout_reply',
    evidence: `no end after ${timeoutMs} ms from ${canary}`,
    ...measured(timeoutMs),
  },
  blame,
});
