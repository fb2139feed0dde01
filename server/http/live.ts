// Server-sent events: says to whoever listens that there is something new, and since when. They do not say what it is; that one
// reads as everybody does, so that whoever missed an event has missed nothing. Nobody is asked who he is.
import type { Context } from 'hono';
import type { Timers } from '../app/ports.ts';
import { isFromElsewhere, problem } from './acting.ts';
import type { Answer } from './policy.ts';

export interface LiveDeps {
  readonly timers: Timers;
  /** Tells this run of the program from the one before it. */
  readonly run: string;
  /** More are told to come again. */
  readonly listenersMax: number;
  /** One line that an event says beside. Nothing, unless it is given. */
  readonly data?: () => string;
}

/** Less than the silence after which the listener of ours, or one in between, ends a connection. */
const heartbeatMs = 10_000;
/** Events that somebody may leave unread; whoever comes back gets what is newest. */
const unreadMax = 8;
/** After so long whoever lost us comes back, one a little later than the other: those whom one restart cut off do not come as one. */
const retryMs = 3_000;
const retrySpread = { steps: 100, stepMs: 50 } as const;
/** Where it ends, the connection does: nobody waits for it when the program ends. */
const headers = {
  'Content-Type': 'text/event-stream',
  'X-Accel-Buffering': 'no',
  Connection: 'close',
} as const;

type Listener = ReadableStreamDefaultController<Uint8Array>;

const encoder = new TextEncoder();

export class Live {
  readonly #deps: LiveDeps;
  readonly #listeners = new Set<Listener>();
  #changes = 0;
  #cancelHeartbeat = () => {};
  #isClosed = false;

  constructor(deps: LiveDeps) {
    this.#deps = deps;
    this.#beat();
  }

  /** The same for as long as there is nothing new. */
  get id(): string {
    return `${this.#deps.run}.${this.#changes}`;
  }

  /** There is something new. */
  changed(): void {
    this.#changes += 1;
    this.#tell(this.#news());
  }

  /** The answer to somebody who wants to listen. Who comes back hears at once whether there was something. */
  listen(c: Context): Answer {
    if (isFromElsewhere(c)) return problem(403, 'cross-site', 'Only pages of this very address may listen.');
    if (this.#isClosed || this.#listeners.size >= this.#deps.listenersMax)
      return problem(503, 'too-many', 'Too many listen already.', { 'Retry-After': '30' });
    // Who asks for nothing but these would keep a place until he was found not to read.
    if (c.req.method === 'HEAD') return { status: 200, body: null, headers };
    const greeting = this.#greeting(c.req.header('Last-Event-ID'));
    let listener: Listener;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          listener = controller;
          this.#listeners.add(listener);
          listener.enqueue(encoder.encode(greeting));
        },
        cancel: () => {
          this.#listeners.delete(listener);
        },
      },
      new CountQueuingStrategy({ highWaterMark: unreadMax }),
    );
    return { status: 200, body, headers };
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelHeartbeat();
    for (const listener of this.#listeners) this.#drop(listener);
  }

  #greeting(lastId: string | undefined): string {
    const { steps, stepMs } = retrySpread;
    const retry = `retry: ${retryMs + stepMs * (this.#listeners.size % steps)}\n`;
    return retry + (lastId === this.id ? ': nothing new\n\n' : this.#news());
  }

  #news(): string {
    return `id: ${this.id}\nevent: changed\ndata: ${this.#deps.data?.() ?? ''}\n\n`;
  }

  #tell(text: string): void {
    const bytes = encoder.encode(text);
    for (const listener of this.#listeners)
      if ((listener.desiredSize ?? 0) > 0) listener.enqueue(bytes);
      else this.#drop(listener);
  }

  #drop(listener: Listener): void {
    this.#listeners.delete(listener);
    listener.close();
  }

  #beat(): void {
    this.#cancelHeartbeat = this.#deps.timers.after(heartbeatMs, () => {
      this.#tell(': still here\n\n');
      this.#beat();
    });
  }
}
