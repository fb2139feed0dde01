// The thread that looks at hosted sites, from outside: begun when somebody asks, ended when nobody has for a while.
import { Worker } from 'node:worker_threads';
import type { Examiner, Site } from '../../app/self-check.ts';
import type { Log } from '../../app/ports.ts';
import type { SiteFacts } from '../../core/self-check/facts.ts';

/** Longer than looking at one takes: who takes longer is stuck, and is ended with its thread. */
const stuckMs = 20_000;
const idleMs = 30_000;
const heapMbMax = 64;

export class SiteThread implements Examiner {
  readonly #log: Pick<Log, 'error'>;
  readonly #waiting = new Map<number, (facts: SiteFacts | undefined) => void>();
  #worker: Worker | undefined;
  #ending: NodeJS.Timeout | undefined;
  #asked = 0;

  constructor(log: Pick<Log, 'error'>) {
    this.#log = log;
  }

  examine(site: Site): Promise<SiteFacts | undefined> {
    return new Promise((resolve) => {
      const id = this.#asked++;
      this.#waiting.set(id, resolve);
      (this.#worker ??= this.#begin()).postMessage({ id, site });
      this.#endAfter(stuckMs);
    });
  }

  /** Whoever waits is told that nothing was seen. */
  async close(): Promise<void> {
    clearTimeout(this.#ending);
    const worker = this.#worker;
    this.#forget(worker);
    await worker?.terminate();
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      name: 'sites',
      resourceLimits: { maxOldGenerationSizeMb: heapMbMax },
    });
    worker.unref();
    worker.on('message', ({ id, facts }: { readonly id: number; readonly facts?: SiteFacts }) => {
      this.#waiting.get(id)?.(facts);
      this.#waiting.delete(id);
      this.#endAfter(this.#waiting.size === 0 ? idleMs : stuckMs);
    });
    // What it says may hold the name of the site: only its kind is logged.
    worker.on('error', (error) => this.#log.error('self-check.failed', { error: (error as Error).name }));
    worker.on('exit', () => this.#forget(worker));
    return worker;
  }

  #endAfter(ms: number): void {
    clearTimeout(this.#ending);
    this.#ending = setTimeout(() => void this.close(), ms).unref();
  }

  #forget(worker: Worker | undefined): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const resolve of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }
}
