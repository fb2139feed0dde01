// The real clock, timers, cron and priority.
import { getPriority, setPriority } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parse, schedule } from 'node-cron';
import { nextRun } from '../checks/lib/cron.ts';
import type { Clock, Cron, Timers } from './app/ports.ts';

export const systemClock: Clock = { now: Date.now, monotonicMs: () => performance.now() };

export const systemTimers: Timers = {
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** From 0 to 1. */
export const random = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32;

/** Machines are busiest when their own crons go off: to be late is better than to wait for the next time. */
const lateMsMax = 60_000;

/**
 * node-cron beats, and `nextRun` says which beats count: of two hours with the same name, on the night on which clocks go
 * back, node-cron by itself leaves out the first, and what is due in the hour that is skipped in spring it leaves out altogether.
 */
export const cron: Cron = (expression, timezone, call, missed = () => {}) => {
  const fields = parse(expression);
  let dueMs = nextRun(fields, timezone, Date.now());
  const beat = () => {
    const nowMs = Date.now();
    if (dueMs === undefined || nowMs < dueMs) return;
    const lateMs = nowMs - dueMs;
    dueMs = nextRun(fields, timezone, nowMs);
    if (lateMs <= lateMsMax) call();
    else missed();
  };
  const task = schedule(`${fields.second.join(',')} * * * * *`, beat, {
    timezone: 'UTC',
    missedExecutionTolerance: lateMsMax,
    suppressMissedWarning: true,
  });
  task.on('execution:missed', beat);
  return () => void task.destroy();
};

/** Nice: somewhat less than what runs beside it. */
const givingWay = 5;

/** The calling thread is nice from now on. It may have been told to be nicer, and then only root could make it less so. */
export const giveWay = (): void => setPriority(Math.max(getPriority(), givingWay));
