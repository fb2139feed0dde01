// The main thread's side of the store: the Store port, answered by the store's thread.
import { Worker } from 'node:worker_threads';
import { StoreError } from '../app/ports.ts';
import type { Store } from '../app/ports.ts';
import type { SubscriberStore } from '../app/subscriptions/ports.ts';
import { opening } from './wire.ts';
import type { Method, Reply, Request } from './wire.ts';

export interface StoreOptions {
  /** The file; it is made when it does not exist, its folder is not. */
  readonly path: string;
  /** Told how long each request kept the store's thread at work. */
  readonly worked?: (method: string, tookMs: number) => void;
}

/** Requests that await their answer. More come only when the disk does not keep up, and waiting would not help them. */
const outstandingMax = 256;
/** A thread that grows beyond this is broken: it is ended and started again, and takes nothing else with it. */
const heapMbMax = 256;
/** A transaction's rows are garbage once they are written. */
const nurseryMbMax = 6;

/** Opens the store; rejects with a `StoreError` when that cannot be done. A thread that dies is replaced at the next call. */
export const openStore = async (options: StoreOptions): Promise<Ports> => {
  const client = new Client(options);
  await client.opened();
  const ask =
    <Name extends Method>(method: Name) =>
    (...args: Parameters<Ports[Name]>) =>
      client.ask(method, args) as ReturnType<Ports[Name]>;
  return {
    remember: ask('remember'),
    noteStart: ask('noteStart'),
    starts: ask('starts'),
    commit: ask('commit'),
    spans: ask('spans'),
    spansOf: ask('spansOf'),
    outages: ask('outages'),
    windows: ask('windows'),
    results: ask('results'),
    history: ask('history'),
    condense: ask('condense'),
    untold: ask('untold'),
    told: ask('told'),
    rememberAlerts: ask('rememberAlerts'),
    alerts: ask('alerts'),
    undelivered: ask('undelivered'),
    waitingRoutes: ask('waitingRoutes'),
    noteFate: ask('noteFate'),
    letters: ask('letters'),
    keepPing: ask('keepPing'),
    pings: ask('pings'),
    keepExplanation: ask('keepExplanation'),
    explanations: ask('explanations'),
    keepIncidents: ask('keepIncidents'),
    incidents: ask('incidents'),
    keepAnnouncements: ask('keepAnnouncements'),
    announcements: ask('announcements'),
    prune: ask('prune'),
    askToBeTold: ask('askToBeTold'),
    subscriber: ask('subscriber'),
    changeSubscriber: ask('changeSubscriber'),
    nextMailing: ask('nextMailing'),
    noteMailing: ask('noteMailing'),
    tidySubscribers: ask('tidySubscribers'),
    countSubscribers: ask('countSubscribers'),
    close: () => client.close(),
  };
};

type Ports = Store & SubscriberStore;

interface Waiting {
  readonly method: Method | 'open';
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: StoreError) => void;
}

class Client {
  readonly #options: StoreOptions;
  #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = opening;
  #closed: Promise<void> | undefined;

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  opened(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#start();
      this.#waiting.set(opening, { method: 'open', resolve, reject });
    });
  }

  ask(method: Method, args: readonly unknown[]): Promise<unknown> {
    if (this.#closed !== undefined)
      return Promise.reject(new StoreError('store.gone', 'The store is closed.'));
    if (this.#waiting.size >= outstandingMax)
      return Promise.reject(
        new StoreError('store.overloaded', `${outstandingMax} requests are waiting for the store already.`),
      );
    return this.#send(method, args);
  }

  /** What was asked before is answered first. */
  close(): Promise<void> {
    this.#closed ??= this.#worker === undefined ? Promise.resolve() : this.#send('close', []).then(() => {});
    return this.#closed;
  }

  #send(method: Method, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      (this.#worker ?? this.#start()).postMessage({ id, method, args } satisfies Request);
      this.#waiting.set(id, { method, resolve, reject });
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      name: 'store',
      workerData: { path: this.#options.path },
      resourceLimits: { maxOldGenerationSizeMb: heapMbMax, maxYoungGenerationSizeMb: nurseryMbMax },
    });
    let death = new StoreError('store.gone', 'The thread of the store has ended.');
    worker.on('message', (reply: Reply) => {
      // What was asked of a database that did not open fails as its opening did.
      if (reply.id === opening && reply.answer.kind === 'failed') death = errorOf(reply.answer);
      this.#settle(reply);
    });
    worker.on('error', (cause) => {
      death = new StoreError('store.gone', 'The thread of the store has ended.', { cause });
    });
    worker.on('exit', () => {
      this.#worker = undefined;
      const waiting = this.#waiting;
      this.#waiting = new Map();
      for (const { reject } of waiting.values()) reject(death);
    });
    this.#worker = worker;
    return worker;
  }

  #settle({ id, tookMs, answer }: Reply): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#options.worked?.(waiting.method, tookMs);
    if (answer.kind === 'done') waiting.resolve(answer.value);
    else waiting.reject(errorOf(answer));
  }
}

const errorOf = ({ code, sentence }: Extract<Reply['answer'], { kind: 'failed' }>): StoreError =>
  new StoreError(code, sentence);
