// Small servers on 127.0.0.1 that behave as a test wants, and know which connections were left open.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions, TLSSocket } from 'node:tls';
import { setImmediate as nextTurn } from 'node:timers/promises';

export interface Loopback extends AsyncDisposable {
  readonly port: number;
  /** Resolves when every connection is over; a test that waits in vain has found a leak. */
  readonly allClosed: () => Promise<void>;
}

/** On `port`, or on any. */
export const serveTcp = (serve: (socket: Socket) => void, port = 0): Promise<Loopback> =>
  listen(createTcpServer(serve), port);

export const serveTls = (
  options: TlsOptions,
  serve: (socket: TLSSocket) => void = () => {},
): Promise<Loopback> =>
  listen(
    createTlsServer(options, (socket) => {
      socket.on('error', () => {});
      serve(socket);
    }),
  );

const listen = async (server: Server, port = 0): Promise<Loopback> => {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    // Somebody must read, or the end of a connection is never seen.
    socket.resume();
  });
  server.on('tlsClientError', () => {});
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    allClosed: async () => {
      // A connection that the kernel has made is accepted within a turn of the loop.
      await nextTurn();
      await nextTurn();
      await Promise.all([...open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

/** Over UDP, on `port` or on any: everything that `reply` gives is sent, in this order; the count tells which datagram it is. */
export const serveUdp = async (
  reply: (message: Buffer, count: number) => readonly Uint8Array[],
  port = 0,
): Promise<AsyncDisposable & { readonly port: number }> => {
  const socket = createSocket('udp4');
  let count = 0;
  socket.on('message', (message, { port, address }) => {
    count += 1;
    for (const datagram of reply(message, count)) socket.send(datagram, port, address);
  });
  await once(socket.bind(port, '127.0.0.1'), 'listening');
  return { port: socket.address().port, [Symbol.asyncDispose]: () => socket[Symbol.asyncDispose]() };
};
