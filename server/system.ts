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

export const cron: Cron = (expression, timezone, call) => {
  const task = schedule(expression, call, { timezone, noOverlap: true });
  return () => void task.destroy();
};
