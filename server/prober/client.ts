// The main thread's side of the prober. A prober that dies is started again with the same assignment.
import { Worker } from 'node:worker_threads';
import type { Explanation } from '../../checks/lib/explain/bundle.ts';
import type { CheckConfig } from '../../config/config.ts';
import type { Log, Prober, SchedulerCounts } from '../app/ports.ts';
import type { Condition } from '../core/fitness.ts';
import type { Report } from '../core/result.ts';
import { toWire } from './wire.ts';
import type { FromProber, ToProber } from './wire.ts';

export interface ProberDeps {
  readonly log: Log;
  readonly reports: (reports: readonly Report[]) => void;
  readonly counts: (counts: SchedulerCounts) => void;
  /** How the prober is itself, every few seconds. */
  readonly condition: (condition: Condition) => void;
  /** How long a drain lets probes go on; what has not ended then has no outcome. */
  readonly drainMsMax: number;
}

const restartMs = 1_000;
/** A prober that grows beyond this is broken: it is ended and started again, and takes nothing else with it. */
const heapMbMax = 128;
/** What a probe leaves behind is garbage at once: a large nursery would only keep it longer. */
const nurseryMbMax = 6;

export const startProber = ({ log, reports, counts, condition, drainMsMax }: ProberDeps): Prober => {
  let assigned: ToProber = { kind: 'assign', checks: [], resolvers: [] };
  let longestTimeoutMs = 0;
  let drained: (() => void) | undefined;
  const asked = new Asked();
  const start = (): Worker => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      name: 'prober',
      resourceLimits: { maxOldGenerationSizeMb: heapMbMax, maxYoungGenerationSizeMb: nurseryMbMax },
    });
    worker.on('message', (message: FromProber) => {
      switch (message.kind) {
        case 'reports':
          return reports(message.reports);
        case 'counts':
          return counts(message.counts);
        case 'condition':
          return condition(message.condition);
        case 'log':
          return log[message.level](message.event, message.fields);
        case 'explained':
          return asked.answer(message.id, message.explanation);
        case 'drained':
          return drained?.();
      }
    });
    worker.on('error', (error) => log.error('prober.died', { error }));
    worker.on('exit', () => {
      living = undefined;
      asked.end();
      drained?.();
      if (drained === undefined) setTimeout(restart, restartMs);
    });
    return worker;
  };
  /** Nothing, from the end of a thread to the start of the next. */
  let living: Worker | undefined = start();
  const restart = () => {
    if (drained !== undefined) return;
    living = start();
    living.postMessage(assigned);
  };
  return {
    assign: (checks: readonly CheckConfig[], resolvers) => {
      assigned = { kind: 'assign', checks: checks.map(toWire), resolvers };
      longestTimeoutMs = Math.max(0, ...checks.map(({ timeoutMs }) => timeoutMs));
      living?.postMessage(assigned);
    },
    recheck: (series, afterMs) =>
      living?.postMessage({ kind: 'recheck', series, afterMs } satisfies ToProber),
    explain: async (check, depth) => {
      const worker = living;
      if (worker === undefined) return undefined;
      return asked.ask((id) => worker.postMessage({ kind: 'explain', id, check, depth } satisfies ToProber));
    },
    drain: async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      drained = resolve;
      const worker = living;
      if (worker === undefined) return;
      worker.postMessage({ kind: 'drain', msMax: drainMsMax } satisfies ToProber);
      // One that does not end its probes is not waited for.
      const timer = setTimeout(resolve, Math.min(longestTimeoutMs, drainMsMax) + restartMs);
      await promise;
      clearTimeout(timer);
      await worker.terminate();
    },
  };
};

/** What the thread was asked and has not answered. */
class Asked {
  readonly #waiting = new Map<number, (explanation: Explanation | undefined) => void>();
  #lastId = 0;

  ask(post: (id: number) => void): Promise<Explanation | undefined> {
    return new Promise((resolve) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, resolve);
      post(id);
    });
  }

  answer(id: number, explanation?: Explanation): void {
    this.#waiting.get(id)?.(explanation);
    this.#waiting.delete(id);
  }

  /** Nobody answers any more. */
  end(): void {
    for (const id of this.#waiting.keys()) this.answer(id);
  }
}
