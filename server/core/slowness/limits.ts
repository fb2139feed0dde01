// Which times of a check are weighed, and how much slower is worth a word.
import type { CheckConfig } from '../../../config/config.ts';
import { evidenceMin } from './detector.ts';
import type { Limits } from './detector.ts';

/** Nothing, for a phase that is not weighed. */
export type LimitsOf = (phase: string) => Limits | undefined;

/** What is probed more rarely is judged by fixed thresholds alone: evidence would take hours. */
const everyMsMax = 300_000;
/** Nobody minds a twentieth of what is slow in itself, nor less than ten milliseconds, however many times the usual that is. */
const floorShare = 1 / 20;
const floorMsMin = 10;

/**
 * A phase is weighed when there is a threshold above which it, or else the total, is slow in itself: where there is none,
 * nobody has said that its time matters. Nothing, for a check that does not learn.
 */
export const limitsOf = ({ learn, schedule, slowMs }: CheckConfig): LimitsOf | undefined => {
  if (learn === undefined || schedule.kind === 'cron' || schedule.everyMs > everyMsMax) return undefined;
  const needed = evidenceMin(learn.overMs, schedule.everyMs);
  const known = new Map<string, Limits | undefined>();
  const of = (phase: string): Limits | undefined => {
    const slow = slowMs[phase] ?? slowMs.total;
    if (slow === undefined) return undefined;
    const floorMs = learn.floorMs ?? Math.max(floorMsMin, slow * floorShare);
    return { floorUs: floorMs * 1_000, evidenceMin: needed };
  };
  return (phase) => {
    if (!known.has(phase)) known.set(phase, of(phase));
    return known.get(phase);
  };
};
