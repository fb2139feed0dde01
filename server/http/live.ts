// Server-sent events: says to whoever listens that there is something new. They say no more than that; what it is, one reads
// as everybody does, so that whoever missed an event has missed nothing.
import type { Context } from 'hono';
import type { Timers } from '../app/ports.ts';
import { isFromElsewhere, problem } from './acting.ts';
import type { Answer } from './policy.ts';

export interface LiveDeps {
  readonly timers: Timers;
  /** Tells this run of the program from the one before it. */
  readonly run: string;
}

const listenersMax = 50;
/** Less than the silence after which the listener of ours, or one in between, ends a connection. */
const heartbeatMs = 10_000;
/** Events that somebody may leave unread; whoever comes back gets what is newest. */
const unreadMax = 8;

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
    if (this.#isClosed || this.#listeners.size >= listenersMax)
      return problem(503, 'too-many', 'Too many listen already.', { 'Retry-After': '30' });
    const isUpToDate = c.req.header('Last-Event-ID') === this.id;
    let listener: Listener;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          listener = controller;
          this.#listeners.add(listener);
          listener.enqueue(encoder.encode(isUpToDate ? ': nothing new\n\n' : this.#news()));
        },
        cancel: () => {
          this.#listeners.delete(listener);
        },
      },
      new CountQueuingStrategy({ highWaterMark: unreadMax }),
    );
    return { status: 200, body, headers: { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' } };
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelHeartbeat();
    for (const listener of this.#listeners) this.#drop(listener);
  }

  #news(): string {
    return `retry: 3000\nid: ${this.id}\nevent: changed\ndata:\n\n`;
  }

  #tell(text: string): void {
    for (const listener of this.#listeners)
      if ((listener.desiredSize ?? 0) > 0) listener.enqueue(encoder.encode(text));
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
