// A dialled connection as a database driver takes it. What arrives is counted, what the driver throws while it reads
// is caught, and whoever waits is told when the connection ends, even if the driver forgets to.
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Probe, Seen } from './contract.ts';
import { Failure } from './outcome.ts';
import { startTls } from './tls.ts';
import type { TlsOptions } from './tls.ts';

/** All that a server has to say to one probe is a hundredth of this. */
const probeBytesMax = 65_536;

export class Wire extends Duplex {
  /** Rejects when the connection is over, with its error if it had one. */
  readonly lost: Promise<never>;
  #socket: Socket;
  #answerBytes = 0;
  #isHungUp = false;
  #tlsSeen: Seen = {};
  #whole: (bytes: Buffer) => Buffer = (bytes) => bytes;
  readonly #greeting: RegExp;
  readonly #answerBytesMax: number;

  /** `greeting` must fit the first bytes (as latin1), or the server speaks something else. */
  constructor(socket: Socket, greeting: RegExp, answerBytesMax = probeBytesMax) {
    super({ allowHalfOpen: false });
    this.#greeting = greeting;
    this.#answerBytesMax = answerBytesMax;
    this.lost = new Promise((_, reject) => {
      this.once('close', () => reject(this.errored ?? new Error('the connection is over')));
    });
    this.lost.catch(() => {});
    this.on('error', () => {});
    this.#socket = this.#adopt(socket);
  }

  /** Has the server said anything yet? */
  get isSilent(): boolean {
    return this.#answerBytes === 0;
  }

  /** Did the server end the connection? */
  get isHungUp(): boolean {
    return this.#isHungUp;
  }

  get tlsSeen(): Seen {
    return this.#tlsSeen;
  }

  /** From now on the driver is given what `whole` makes of the bytes; what that throws ends the connection. */
  readBy(whole: (bytes: Buffer) => Buffer): void {
    this.#whole = whole;
  }

  /** Goes on encrypted, with the lap `tls`; fails as `startTls` does. */
  async encrypt(options: TlsOptions, probe: Probe): Promise<void> {
    const plain = this.#socket;
    plain.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    const { socket, seen } = await startTls(plain, options, probe);
    this.#tlsSeen = seen;
    this.#socket = this.#adopt(socket);
  }

  #adopt(socket: Socket): Socket {
    return socket
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('close', this.#onClose)
      .on('error', (error) => this.destroy(error));
  }

  readonly #onData = (bytes: Buffer): void => {
    const isFirst = this.isSilent;
    this.#answerBytes += bytes.length;
    if (isFirst && !this.#greeting.test(bytes.toString('latin1'))) {
      this.destroy(new Failure('protocol', `says something else: ${bytes.toString('utf8', 0, 100)}`));
    } else if (this.#answerBytes > this.#answerBytesMax) {
      this.destroy(new Failure('protocol', `says more than ${this.#answerBytesMax} bytes`));
    } else {
      this.#hand(bytes);
    }
  };

  #hand(bytes: Buffer): void {
    try {
      const whole = this.#whole(bytes);
      if (whole.length > 0 && !this.push(whole)) this.#socket.pause();
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  readonly #onEnd = (): void => {
    this.#isHungUp = true;
    this.push(null);
  };

  readonly #onClose = (): void => {
    this.destroy();
  };

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    try {
      return super.emit(event, ...args);
    } catch (error) {
      // A driver that reads nonsense throws in the middle of an event, where nobody but the process would hear it.
      this.destroy(error as Error);
      return true;
    }
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#socket.write(bytes, done);
  }

  override _final(done: () => void): void {
    this.#socket.destroySoon();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  // What a driver asks of a socket that it means to open itself.
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }

  setNoDelay(): this {
    return this;
  }
}
