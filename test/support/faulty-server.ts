// A peer on the loopback that misbehaves in one way, over TCP and over UDP on the same port.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { freePort } from './daemon.ts';
import { serveTcp } from './loopback.ts';

interface Fault {
  readonly overTcp: (socket: Socket) => void;
  /** What is sent for a datagram; without it nobody listens on the port. */
  readonly overUdp?: (asked: Buffer, send: (datagram: Buffer) => void) => void;
}

const silence = () => {};
const lineBytes = 1_000_000;
const floodOf = 1_000;
const dripMs = 100;
/** The same noise every time: bytes of a linear congruential generator. */
const noise = (bytes: number): Buffer => {
  let state = 42;
  return Buffer.alloc(bytes).map(() => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state >> 16;
  }) as Buffer;
};

/** What starts like an answer to the datagram, so that it is not just passed over. */
const headed = (asked: Buffer, rest: Buffer): Buffer =>
  Buffer.concat([asked.subarray(0, 2), Buffer.of(0x80), rest]);

export const faults = {
  'accepts and says nothing': { overTcp: silence, overUdp: silence },
  'resets at once': { overTcp: (socket) => socket.resetAndDestroy() },
  'closes at once': { overTcp: (socket) => socket.end(), overUdp: (_, send) => send(Buffer.alloc(0)) },
  'resets after ten bytes': {
    overTcp: (socket) => socket.write('0123456789', () => socket.resetAndDestroy()),
    overUdp: (asked, send) => send(asked.subarray(0, 10)),
  },
  'sends noise': {
    overTcp: (socket) => socket.write(noise(4_096)),
    overUdp: (asked, send) => send(headed(asked, noise(1_000))),
  },
  'sends NULs': {
    overTcp: (socket) => socket.write(Buffer.alloc(65_536)),
    overUdp: (asked, send) => send(headed(asked, Buffer.alloc(1_000))),
  },
  'sends all ones': {
    overTcp: (socket) => socket.write(Buffer.alloc(65_536, 0xff)),
    overUdp: (asked, send) => send(headed(asked, Buffer.alloc(1_000, 0xff))),
  },
  'never ends its banner': {
    overTcp: (socket) => {
      Readable.from(endless('220-and there is more to say\r\n')).pipe(socket);
    },
    overUdp: (_, send) => {
      for (let sent = 0; sent < floodOf; sent += 1) send(Buffer.from('220-and there is more to say\r\n'));
    },
  },
  'drips a byte at a time': {
    overTcp: (socket) => {
      const timer = setInterval(() => socket.write('2'), dripMs);
      socket.once('close', () => clearInterval(timer));
    },
    overUdp: (_, send) => send(Buffer.of(0x32)),
  },
  'sends a line of a megabyte': {
    overTcp: (socket) => socket.write(`220 ${'x'.repeat(lineBytes)}\r\n`),
    overUdp: (asked, send) => send(headed(asked, Buffer.alloc(60_000, 'x'))),
  },
  'says what we say': {
    overTcp: (socket) => socket.pipe(socket),
    overUdp: (asked, send) => send(asked),
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof faults;

function* endless(line: string): Generator<string> {
  for (;;) yield line.repeat(100);
}

export interface FaultyServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Resolves when the client has left every connection. */
  readonly allClosed: () => Promise<void>;
}

export const startFaultyServer = async (name: FaultName): Promise<FaultyServer> => {
  const { overTcp, overUdp }: Fault = faults[name];
  // Any port that is free over TCP may be taken over UDP.
  const server = await serveTcp(overTcp, await freePort());
  const datagrams = createSocket('udp4');
  datagrams.on('message', (asked, { port, address }) =>
    overUdp?.(asked, (datagram) => datagrams.send(datagram, port, address)),
  );
  if (overUdp !== undefined) await once(datagrams.bind(server.port, '127.0.0.1'), 'listening');
  datagrams.on('error', () => {});
  return {
    host: '127.0.0.1',
    port: server.port,
    allClosed: server.allClosed,
    [Symbol.asyncDispose]: async () => {
      await datagrams[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
};
