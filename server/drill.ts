// A drill: a server of our own dies, and what comes of it goes the whole way to the routes: prober, judgement, outbox and
// notifiers are the real ones, the folder and the only service are the drill's.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Letter, Log } from './app/ports.ts';
import { RecentHistory } from './app/recent-history.ts';
import { Watch } from './core/watch.ts';
import { startEngine } from './engine.ts';
import { createMetrics } from './http/metrics.ts';
import { handOver as handOverOf } from './notify/hand-over.ts';
import { openStore } from './store/client.ts';
import { databaseName } from './store/database.ts';
import { systemClock as clock, systemTimers as timers } from './system.ts';

/** What became of the messages of one act. */
export interface Act {
  readonly name: 'outage' | 'recovery';
  /** From what happened to the decision to tell it. */
  readonly detectedMs: number;
  readonly letters: readonly Letter[];
}

interface DrillDeps {
  /** With the one service of the drill, whose check looks at `port`. */
  readonly config: Config;
  readonly target: Target;
  readonly log: Log;
  /** Called with each act once it is over. */
  readonly played: (act: Act) => void;
}

const pollMs = 50;
/** A probe every twenty seconds, three failures, and the end of a message that hangs. */
const actMsMax = 150_000;
const always = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 1_000 };

/** Ends when both acts are over, or their time is. */
export const drill = async ({ config, target, log, played }: DrillDeps): Promise<void> => {
  const store = await openStore({ path: join(config.data, databaseName) });
  const opened = Watch.open(config, await store.remember(clock.now()), clock.now());
  const { watch } = opened;
  const metrics = createMetrics({ watch: () => watch, now: clock.now, build: { version: '', revision: '' } });
  const history = new RecentHistory(store);
  const nothing = () => {};
  const handOver = handOverOf(() => config, clock);
  const quiet = { changed: nothing, noticed: nothing, report: () => Promise.resolve(undefined) };
  const engine = await startEngine({ config, opened, store, log, metrics, history, handOver, ...quiet });
  const letters = async (kind: Letter['message']['kind']) =>
    (await store.letters(always)).filter(({ message }) => message.kind === kind);
  const play = async (name: Act['name'], kind: 'alert' | 'recovery', act: () => Promise<void>) => {
    await act();
    const happenedAt = clock.now();
    const isOver = async () => {
      const sent = await letters(kind);
      return sent.length >= config.routes.length && sent.every(({ fate }) => fate !== undefined);
    };
    await until(isOver);
    const sent = await letters(kind);
    const decidedAt = Math.min(...sent.map(({ message }) => message.at));
    played({ name, detectedMs: decidedAt - happenedAt, letters: sent });
  };
  try {
    await until(async () => [...watch.checks.values()].every(({ timeline }) => timeline.state === 'up'));
    await play('outage', 'alert', () => target.stop());
    await play('recovery', 'recovery', () => target.start());
  } finally {
    await engine.stop();
    await store.close();
  }
};

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  const untilMs = clock.monotonicMs() + actMsMax;
  while (!(await isSo()) && clock.monotonicMs() < untilMs)
    await new Promise<void>((resolve) => void timers.after(pollMs, resolve));
};

/** A server on loopback that takes connections, and dies when it is told to. */
export class Target {
  #server = createServer();
  #port = 0;

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    this.#server = createServer((socket) => socket.on('error', () => {}).end());
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}
