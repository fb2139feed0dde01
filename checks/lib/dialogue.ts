// Line by line with a server: what it says within limits, what we say, until the probe's time is up.
// Knows no protocol; hostile answers (endless, dripping, cut, binary) end as a `Failure`.
import type { Socket } from 'node:net';
import type { Probe } from './contract.ts';
import { abortError, networkError } from './dial.ts';
import { Failure } from './outcome.ts';

export interface Limits {
  /** Of one reply, be it a line, several lines or a number of bytes. */
  readonly replyBytesMax: number;
  readonly linesMax: number;
}

const defaultLimits: Limits = { replyBytesMax: 4_096, linesMax: 20 };
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Every read fails with `timeout_reply`, `reset` (the server hung up before the end of its reply) or `protocol` (too much).
 * The caller still owns the socket: `hangUp` in the end.
 */
export class Dialogue {
  readonly #socket: Socket;
  readonly #signal: AbortSignal;
  readonly #limits: Limits;
  #received: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, { signal }: Probe, limits: Partial<Limits> = {}) {
    this.#socket = socket;
    this.#signal = signal;
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** The next line, without its LF or CRLF; bytes that are no UTF-8 become U+FFFD. The end of the stream ends a line too. */
  async line(): Promise<string> {
    return withoutEnd(await this.#rawLine(this.#limits.replyBytesMax));
  }

  /** All lines up to the first for which `isLast` holds, that one included. */
  async lines(isLast: (line: string) => boolean): Promise<readonly string[]> {
    const { replyBytesMax, linesMax } = this.#limits;
    const lines: string[] = [];
    let bytesLeft = replyBytesMax;
    while (lines.length < linesMax) {
      const raw = await this.#rawLine(bytesLeft);
      const line = withoutEnd(raw);
      bytesLeft -= raw.length;
      lines.push(line);
      if (isLast(line)) return lines;
    }
    throw new Failure('protocol', `no end of the reply within ${linesMax} lines: ${lines[0]}`);
  }

  /** All up to the first `end`, that one included, from a server that does not speak in lines. */
  async through(end: string): Promise<string> {
    for (;;) {
      const at = this.#received.indexOf(end);
      const count = at === -1 ? this.#received.length : at + Buffer.byteLength(end);
      if (count > this.#limits.replyBytesMax) throw this.#tooMuch();
      if (at !== -1) return this.#take(count).toString();
      if (!(await this.#receive())) throw this.#hungUp();
    }
  }

  /** Exactly `count` bytes. */
  async bytes(count: number): Promise<Buffer> {
    if (count > this.#limits.replyBytesMax) throw this.#tooMuch();
    while (this.#received.length < count) if (!(await this.#receive())) throw this.#hungUp();
    return this.#take(count);
  }

  /** Says one line; its CRLF is added here, and one inside it would be a second command. */
  send(line: string): void {
    if (/[\r\n]/.test(line)) throw new TypeError('a line holds the end of a line');
    this.sendBytes(Buffer.from(`${line}\r\n`));
  }

  sendBytes(bytes: Uint8Array): void {
    // What cannot be sent any more is noticed by the next read.
    this.#socket.write(bytes);
  }

  /**
   * The socket, to be encrypted. What was said too early must not count as said under encryption (the injection of
   * CVE-2011-0411): that fails with `protocol`.
   */
  release(): Socket {
    const early = this.#socket.read() as Buffer | null;
    if (this.#received.length > 0 || early !== null)
      throw new Failure(
        'protocol',
        `speaks before the encryption: ${this.#heard()}${early?.toString() ?? ''}`,
      );
    return this.#socket;
  }

  async #rawLine(bytesMax: number): Promise<Buffer> {
    let searched = 0;
    for (;;) {
      const end = this.#received.indexOf(lineFeed, searched);
      searched = this.#received.length;
      if ((end === -1 ? searched : end) > bytesMax) throw this.#tooMuch();
      if (end !== -1) return this.#take(end + 1);
      if (!(await this.#receive())) {
        if (searched === 0) throw this.#hungUp();
        return this.#take(searched);
      }
    }
  }

  /** Waits for more; false at the end of the stream. */
  async #receive(): Promise<boolean> {
    for (;;) {
      if (this.#signal.aborted) throw this.#outOfTime();
      const chunk = this.#socket.read() as Buffer | null;
      if (chunk !== null) {
        this.#received = Buffer.concat([this.#received, chunk]);
        return true;
      }
      if (this.#socket.errored) throw networkError(this.#socket.errored, 'the server');
      if (this.#socket.readableEnded || this.#socket.destroyed) return false;
      await this.#change();
    }
  }

  /** Until there is something to read, or the stream or the time is over. */
  #change(): Promise<void> {
    const socket = this.#socket;
    const signal = this.#signal;
    return new Promise((resolve) => {
      const done = () => {
        for (const event of changes) socket.removeListener(event, done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      for (const event of changes) socket.on(event, done);
      signal.addEventListener('abort', done);
    });
  }

  #take(count: number): Buffer {
    const taken = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return taken;
  }

  #outOfTime(): Error {
    this.#socket.destroy();
    const missing = this.#received.length > 0 ? `no end of the reply "${this.#heard()}"` : 'no reply';
    return abortError(this.#signal, 'timeout_reply', missing);
  }

  #hungUp(): Failure {
    return new Failure('reset', `the server hung up before the end of its reply${this.#soFar()}`);
  }

  #tooMuch(): Failure {
    const { replyBytesMax } = this.#limits;
    return new Failure('protocol', `no end of the reply within ${replyBytesMax} bytes${this.#soFar()}`);
  }

  #soFar(): string {
    return this.#received.length > 0 ? ` after: ${this.#heard()}` : '';
  }

  #heard(): string {
    return this.#received.subarray(0, 100).toString();
  }
}

const changes = ['readable', 'end', 'close', 'error'] as const;

const withoutEnd = (line: Buffer): string => {
  const end = line.at(-1) === lineFeed ? line.length - 1 : line.length;
  return line.toString('utf8', 0, line[end - 1] === carriageReturn ? end - 1 : end);
};

const lingerMs = 1_000;
const lingerBytesMax = 65_536;

/**
 * Ends a connection as a client that has finished does, with a FIN, and answers at once. Closing a socket with something
 * unread would send a reset, which fills the server's log: so what still comes is read away, for a while.
 */
export const hangUp = (socket: Socket): void => {
  if (socket.destroyed) return;
  let bytes = 0;
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket
    .on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > lingerBytesMax) socket.destroy();
    })
    .on('error', () => {})
    .on('close', () => clearTimeout(timer))
    .end();
};
