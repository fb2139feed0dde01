// The real clock, timers and cron.
import { performance } from 'node:perf_hooks';
import { schedule } from 'node-cron';
import type { Clock, Cron, Timers } from './app/ports.ts';

export const systemClock: Clock = { now: Date.now, monotonicMs: () => performance.now() };

export const systemTimers: Timers = {
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** Machines are busiest when their own crons go off: to be late is better than to wait for the next time. */
const lateMsMax = 60_000;

export const cron: Cron = (expression, timezone, call, missed = () => {}) => {
  const task = schedule(expression, call, {
    timezone,
    missedExecutionTolerance: lateMsMax,
    suppressMissedWarning: true,
  });
  task.on('execution:missed', missed);
  return () => void task.destroy();
};
