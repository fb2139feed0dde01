// One HTTP/1.1 request over a connection of its own, each step a phase: resolve, connect, tls, first-byte, transfer.
// undici parses; the connection is ours, made anew each time, because a kept one may be closing as we reuse it.
import type { Socket } from 'node:net';
import type { Client, Dispatcher } from 'undici';
import { Secret } from '../../config/secret.ts';
import type { Probe, Seen } from './contract.ts';
import { abortError, dial, networkError, resolveOne } from './dial.ts';
import { oncePer } from './once.ts';
import { Failure, Unfit } from './outcome.ts';
import type { Facts } from './outcome.ts';
import { isPublic } from './public-address.ts';
import { startTls } from './tls.ts';
import type { TlsOptions } from './tls.ts';

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: readonly (string | Secret)[];
  readonly body: string | undefined;
  readonly tls: TlsOptions;
  /** For a request that somebody else chose: it must not lead into our own network. */
  readonly publicOnly: boolean;
}

export interface Reading {
  /** What comes after that is not read. */
  readonly bodyBytesMax: number;
  readonly keepsBody: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it was sent, so perhaps compressed; empty unless it was to be kept. */
  readonly body: Buffer;
  readonly bodyBytes: number;
  /** False: there was more than `bodyBytesMax`. */
  readonly isWhole: boolean;
  /** What TLS had to say: nothing over plain HTTP. */
  readonly tls: Seen;
  readonly address: string;
}

/** What an answer tells administrators. */
export const factsOf = ({ status, bodyBytes, address, tls }: Answer): Facts => ({
  status,
  bodyBytes,
  address,
  ...tls.facts,
});

/** Adds `facts` to what `work` sees, also when that is a failure. */
export const withFacts = async (facts: Facts, work: () => Promise<Seen>): Promise<Seen> => {
  try {
    const seen = await work();
    return { ...seen, facts: { ...facts, ...seen.facts } };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.cause, error.message, { kind: error.kind, facts: { ...facts, ...error.facts } });
  }
};

const headersBytesMax = 16_384;
const informationalMax = 16;
/** What may come in all: the body in small chunks, and headers before and after it. What chunks say of themselves has no other limit. */
const wireBytesMax = ({ bodyBytesMax }: Reading): number =>
  8 * bodyBytesMax + 2 * informationalMax * headersBytesMax;

/** Megabytes that only a thread that probes should have; and of all of undici, only what speaks over one connection. */
export const loadClient = () => import('undici/lib/dispatcher/client.js');

/** Fails as `dial` and `startTls` do, and with `timeout_reply`, `reset`, `protocol`. Leaves no socket behind. */
export const exchange = async (request: HttpRequest, reading: Reading, probe: Probe): Promise<Answer> => {
  const { default: HttpClient } = await loadClient();
  const { socket, tls } = await open(request, probe);
  const address = socket.remoteAddress ?? '';
  try {
    return { ...(await converse(HttpClient, socket, request, reading, probe)), tls, address };
  } finally {
    socket.destroy();
  }
};

const open = async (
  { url, tls, publicOnly }: HttpRequest,
  probe: Probe,
): Promise<{ readonly socket: Socket; readonly tls: Seen }> => {
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const socket = await dial(
    { host: publicOnly ? await publicAddress(tls.host, probe) : tls.host, port },
    probe,
  );
  if (url.protocol === 'http:') return { socket, tls: {} };
  const secured = await startTls(socket, tls, probe, ['http/1.1']);
  return { socket: secured.socket, tls: secured.seen };
};

const publicAddress = async (host: string, probe: Probe): Promise<string> => {
  const address = await resolveOne(host, probe);
  if (!isPublic(address)) throw new Failure('bad_answer', `a redirect leads into a private network: ${host}`);
  return address;
};

type Received = Pick<Answer, 'status' | 'headers' | 'body' | 'bodyBytes' | 'isWhole'>;

const converse = (
  UndiciClient: typeof Client,
  socket: Socket,
  request: HttpRequest,
  reading: Reading,
  probe: Probe,
): Promise<Received> =>
  new Promise((resolve, reject) => {
    const { url, method, headers, body } = request;
    const client = new UndiciClient(originOf(url), {
      // Answers later, as undici expects; and once only, for it connects again when a socket closes too early.
      connect: (_, connected) =>
        queueMicrotask(() => (socket.destroyed ? connected(cut(url), null) : connected(null, socket))),
      allowH2: false,
      pipelining: 0,
      maxHeaderSize: headersBytesMax,
      // The probe has one deadline, and its signal destroys the socket.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    client.dispatch(
      {
        path: url.pathname + url.search,
        method,
        headers: headers.map((part) => (part instanceof Secret ? part.expose() : part)),
        ...(body !== undefined && { body }),
      },
      new Reception(socket, request, reading, probe, resolve, reject),
    );
  });

const originOf = oncePer((url: URL) => new URL(url.origin));

/** Takes what arrives, within limits. What comes after `resolve` or `reject` has no effect. */
class Reception implements Dispatcher.DispatchHandler {
  readonly #socket: Socket;
  readonly #request: HttpRequest;
  readonly #reading: Reading;
  readonly #probe: Probe;
  readonly #resolve: (received: Received) => void;
  readonly #reject: (error: Error) => void;
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #headers: Answer['headers'] = {};
  #informational = 0;
  #bodyBytes = 0;

  constructor(
    socket: Socket,
    request: HttpRequest,
    reading: Reading,
    probe: Probe,
    resolve: (received: Received) => void,
    reject: (error: Error) => void,
  ) {
    this.#socket = socket;
    this.#request = request;
    this.#reading = reading;
    this.#probe = probe;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  onRequestStart(): void {
    const socket = this.#socket;
    const bytesMax = wireBytesMax(this.#reading);
    const tooMuch = `${this.#request.url.host} sends more than ${bytesMax} bytes without an end`;
    socket.on('readable', () => {
      if (socket.bytesRead > bytesMax) socket.destroy(new Failure('protocol', tooMuch));
    });
  }

  onResponseStarted(): void {
    this.#probe.timing.lap('first-byte');
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Answer['headers'],
  ): void {
    if (status < 200) {
      if (++this.#informational > informationalMax)
        controller.abort(
          new Failure('protocol', `more than ${informationalMax} answers ${status} before the real one`),
        );
      return;
    }
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#reading.bodyBytesMax - this.#bodyBytes;
    if (room < 0) return;
    this.#bodyBytes += chunk.length;
    if (this.#reading.keepsBody) this.#chunks.push(chunk.subarray(0, room));
    if (chunk.length > room) this.#end(false);
  }

  onResponseEnd(): void {
    // undici takes a cut connection for the end of a body that the end of the connection delimits, also when it was we
    // who cut it because the time was up.
    const { errored } = this.#socket;
    if (errored === null && !this.#probe.signal.aborted) this.#end(true);
    else this.#reject(this.#explain(errored ?? cut(this.#request.url)));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#reject(this.#explain(error));
  }

  #end(isWhole: boolean): void {
    this.#probe.timing.lap('transfer');
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      body: Buffer.concat(this.#chunks),
      bodyBytes: this.#bodyBytes,
      isWhole,
    });
  }

  #explain(error: Error): Error {
    const { url } = this.#request;
    const { signal } = this.#probe;
    const { errored, readableEnded } = this.#socket;
    if (signal.aborted)
      return abortError(
        signal,
        'timeout_reply',
        this.#status === 0
          ? `no answer from ${url.host}`
          : `the answer of ${url.host} does not end, ${this.#bodyBytes} bytes came`,
      );
    if (error instanceof Failure) return error;
    if (errored instanceof Failure) return errored;
    // After an end or a reset undici complains of the half answer it has.
    return readableEnded ? cut(url) : errorOf(errored ?? error, url);
  }
}

const cut = ({ host }: URL): Failure =>
  new Failure('reset', `${host} closed the connection before the answer ended`);

/** What undici refuses, or what the network says. */
const errorOf = (error: NodeJS.ErrnoException, url: URL): Error => {
  switch (error.code ?? '') {
    case 'UND_ERR_SOCKET':
      return error.message.startsWith('bad ')
        ? new Failure('protocol', `${url.host} changes the protocol or goes on unasked`)
        : cut(url);
    case 'UND_ERR_HEADERS_OVERFLOW':
      return new Failure('protocol', `${url.host} sends more than ${headersBytesMax} bytes of headers`);
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return new Failure('protocol', `the body from ${url.host} is not as long as announced`);
    case 'UND_ERR_INVALID_ARG':
      return new Unfit('self_misconfigured', `the request cannot be sent: ${error.message}`);
    case 'ERR_ASSERTION':
      return new Failure('protocol', `${url.host} does not speak HTTP/1.1`);
    default:
      return error.name === 'HTTPParserError' ? notHttp(error, url) : networkError(error, url.host);
  }
};

const notHttp = ({ message }: Error, { host }: URL): Failure =>
  new Failure('protocol', `${host} does not speak HTTP/1.1: ${/\((.+)\)$/.exec(message)?.[1] ?? message}`);
