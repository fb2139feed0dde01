// One request and its reply over UDP: sent again while nobody replies, always from the same port.
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { Deadline } from './contract.ts';
import type { Probe } from './contract.ts';
import { networkError } from './dial.ts';
import { Failure } from './outcome.ts';

export interface DatagramServer {
  /** A literal address. */
  readonly host: string;
  readonly port: number;
}

export interface DatagramRequest<Reply> {
  /** The same at every sending; asked for once, when it is known from where it will be sent. */
  readonly write: (from: AddressInfo) => Uint8Array;
  /** How long we wait after each sending: there are as many sendings as waits. */
  readonly waitsMs: readonly number[];
  /** The reply that a datagram is, or nothing when it is none to this request. May fail. */
  readonly read: (message: Buffer) => Reply | undefined;
}

export interface Exchange<Reply> {
  /** Nothing when the waits, or the time of the probe, were over. */
  readonly reply: Reply | undefined;
  readonly sendings: number;
  /** Datagrams that came and were no reply. */
  readonly strays: number;
}

/** Datagrams on our connected socket that are no reply to our request; more are an attack or a broken server. */
const straysMax = 100;

/** The lap that follows is that of the last sending. Fails with `protocol` (a flood), `refused`, `unreachable`. */
export const exchangeDatagrams = <Reply>(
  { host, port }: DatagramServer,
  { write, waitsMs, read }: DatagramRequest<Reply>,
  { family, signal, timing }: Probe,
): Promise<Exchange<Reply>> =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const where = `${host} port ${port}`;
    const socket = createSocket({ type: `udp${family}` });
    let [sendings, strays] = [0, 0];
    let timer: NodeJS.Timeout | undefined;
    let open = true;
    const settle = (conclude: () => void) => {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.close();
      conclude();
    };
    const conclude = (reply?: Reply) => settle(() => resolve({ reply, sendings, strays }));
    const fail = (error: Error) => settle(() => reject(error));
    const failWith = (error: NodeJS.ErrnoException | null | undefined) => {
      if (error) fail(networkError(error, where));
    };
    const onAbort = () => (signal.reason instanceof Deadline ? conclude() : fail(signal.reason as Error));
    const send = (datagram: Uint8Array) => {
      const waitMs = waitsMs[sendings];
      if (waitMs === undefined) return conclude();
      sendings += 1;
      timing.skip();
      timer = setTimeout(send, waitMs, datagram);
      socket.send(datagram, failWith);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', failWith);
    socket.on('message', (message) => {
      try {
        const reply = read(message);
        strays += 1;
        if (reply !== undefined) conclude(reply);
        else if (strays > straysMax) fail(new Failure('protocol', `${where} floods us with datagrams`));
      } catch (error) {
        fail(error as Error);
      }
    });
    // Connected, so that the kernel hands us nothing that comes from elsewhere, and tells us when the port is closed.
    socket.connect(port, host, (error?: NodeJS.ErrnoException) => {
      if (error) failWith(error);
      else if (open) send(write(socket.address()));
    });
  });
