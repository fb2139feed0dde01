// A listener, with limits where Node has none or generous ones. Nobody's address is read here, and none is logged.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Listen } from '../../config/config.ts';
import { securityHeaders } from './headers.ts';
import { isKnownHost, unknownHost } from './host.ts';
import { handOut } from './shelf.ts';
import type { Shelf } from './shelf.ts';

const limits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  keepAliveTimeoutMs: 5_000,
  /** Neither side says a thing: whoever asked does not take the answer. */
  silenceMs: 20_000,
  checkIntervalMs: 2_000,
  headersBytesMax: 8_192,
  headersMax: 60,
  urlCharsMax: 2_000,
  /** As many as may listen, and a thousand more. */
  connectionsMax: 3_000,
  requestsPerConnectionMax: 1_000,
  /** Hardly anybody sends a request before the answer to the last one; who sends hundreds wants us to keep as many answers. */
  unansweredPerConnectionMax: 8,
  closeMs: 5_000,
} as const;

export interface Listener {
  /** With the port that was given, where the configuration says 0. */
  readonly url: string;
  /** Takes no more requests, and lets those under way end for a few seconds. */
  readonly close: () => Promise<void>;
}

export interface ListenOptions {
  /** Where they are given, nobody is answered who comes by another one. */
  readonly names?: () => readonly string[];
  /** What is ready to be handed out, whatever the app would say. */
  readonly shelf?: Shelf;
}

/** Rejects when the address cannot be had. */
export const listen = async (
  app: Hono,
  { address, port }: Listen,
  { names, shelf = () => undefined }: ListenOptions = {},
): Promise<Listener> => {
  const answer = getRequestListener(app.fetch);
  const host = address.includes(':') ? `[${address}]` : address;
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: limits.checkIntervalMs,
      maxHeaderSize: limits.headersBytesMax,
    },
    (incoming, outgoing) => {
      // HTTP/1.0 does not know it (RFC 9112, 3.2); nothing that we answer depends on it.
      if (incoming.httpVersion === '1.0') incoming.headers.host ??= host;
      const refuse = (status: number, body = '') =>
        outgoing.writeHead(status, { ...securityHeaders, Connection: 'close' }).end(body);
      if (isWaiting(outgoing) && !isPatient(incoming, outgoing)) incoming.destroy();
      else if ((incoming.url?.length ?? 0) > limits.urlCharsMax) refuse(414);
      else if (names !== undefined && !isKnownHost(incoming.headers.host, names())) refuse(421, unknownHost);
      else if (!handOut(shelf, incoming, outgoing)) void answer(incoming, outgoing);
    },
  );
  server.timeout = limits.silenceMs;
  server.maxHeadersCount = limits.headersMax;
  server.maxConnections = limits.connectionsMax;
  server.maxRequestsPerSocket = limits.requestsPerConnectionMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  const { port: given } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${given}`,
    close: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), limits.closeMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
};

/** Whether the answer to a request of the same connection goes out before it: it has the socket only when its turn comes. */
const isWaiting = ({ socket }: ServerResponse): boolean => socket === null;

/** Whether a connection waits for its answers, of which one is on its way. */
const isPatient = ({ socket }: IncomingMessage, outgoing: ServerResponse): boolean => {
  if (socket.destroyed) return false;
  const count = (unanswered.get(socket) ?? 0) + 1;
  unanswered.set(socket, count);
  outgoing.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
  return count < limits.unansweredPerConnectionMax;
};

/** Requests of a connection whose answers wait for others. */
const unanswered = new WeakMap<Socket, number>();
