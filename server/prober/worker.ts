// The prober's thread: schedules and times probes on an event loop that does nothing else.
import { parentPort } from 'node:worker_threads';
import { createResolver } from '../../checks/lib/resolver.ts';
import type { CheckConfig } from '../../config/config.ts';
import type { Report } from '../core/result.ts';
import { Scheduler } from '../app/scheduler.ts';
import { cron, systemClock, systemTimers } from '../system.ts';
import { SelfExam, thisMachine } from './condition.ts';
import { explain, loadTypes, resolveTimeoutMs, roundKey, runProbes } from './probe.ts';
import { fromWire } from './wire.ts';
import type { FromProber, ToProber } from './wire.ts';

/** Reports that end within this time travel together: a message costs more than what is in it. */
const flushMs = 50;
const countMs = 5_000;

const main = (port: NonNullable<typeof parentPort>): void => {
  const send = (message: FromProber) => port.postMessage(message);
  const log =
    (level: 'info' | 'warn' | 'error') =>
    (event: string, fields: Readonly<Record<string, unknown>> = {}) =>
      send({ kind: 'log', level, event, fields: describe(fields) });
  let resolver = createResolver({ servers: [], timeoutMs: resolveTimeoutMs });
  let reports: Report[] = [];
  const flush = () => {
    if (reports.length > 0) send({ kind: 'reports', reports });
    reports = [];
  };
  const scheduler = new Scheduler({
    clock: systemClock,
    timers: systemTimers,
    cron,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
    run: (jobs) => runProbes(jobs, resolver),
    roundKey,
    report: (report) => {
      if (reports.push(report) === 1) setTimeout(flush, flushMs);
    },
  });
  let assigned: readonly CheckConfig[] = [];
  const assign = async (checks: readonly CheckConfig[]) => {
    assigned = checks;
    await loadTypes(checks);
    if (assigned === checks) scheduler.assign(checks);
  };
  const answer = async ({ id, check: wanted, depth }: Extract<ToProber, { kind: 'explain' }>) => {
    const check = assigned.find((one) => one.id === wanted);
    const asked = check && explain(check, depth, resolver);
    const explanation = await asked?.catch((error: unknown) => {
      log('error')('explain.bug', { check: wanted, error });
      return undefined;
    });
    send({ kind: 'explained', id, explanation });
  };
  const self = new SelfExam(thisMachine(systemClock));
  const tellOfItself = () => {
    const counts = scheduler.takeCounts();
    send({ kind: 'counts', counts });
    send({ kind: 'condition', condition: self.read(counts.stallSeconds * 1_000) });
  };
  // Before the first probe, too.
  tellOfItself();
  const counting = setInterval(tellOfItself, countMs);
  port.on('message', (message: ToProber) => {
    switch (message.kind) {
      case 'assign':
        resolver = createResolver({ servers: message.resolvers, timeoutMs: resolveTimeoutMs });
        return void assign(message.checks.map(fromWire));
      case 'recheck':
        return scheduler.recheck(message.series, message.afterMs);
      case 'explain':
        return void answer(message);
      case 'drain':
        clearInterval(counting);
        setTimeout(() => scheduler.abort(), message.msMax);
        void scheduler.drain().then(() => {
          flush();
          send({ kind: 'drained' });
          port.close();
        });
    }
  });
};

// An exception does not travel as it is: only its words do.
const describe = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error ? (value.stack ?? value.message) : value,
    ]),
  );

if (parentPort !== null) main(parentPort);
