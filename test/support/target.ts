// A TCP server that greets, until a test wants it otherwise.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Mood = 'well' | 'slow' | 'silent' | 'cutting';

export interface Target extends AsyncDisposable {
  readonly port: number;
  /** How it treats who comes from now on. */
  readonly be: (mood: Mood) => void;
  /** Cuts the next connection off, and no other. */
  readonly cutNext: () => void;
  /** Refuses connections, until `comeBack`. */
  readonly leave: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
  /** How many connections are open. */
  readonly guests: () => number;
}

/** How late it greets when it is slow. */
export const slowMs = 800;

export const startTarget = async (): Promise<Target> => {
  const guests = new Set<Socket>();
  let mood: Mood = 'well';
  let cutsNext = false;
  const welcome = async (socket: Socket): Promise<void> => {
    guests.add(socket);
    socket.on('error', () => {}).on('close', () => guests.delete(socket));
    socket.resume();
    const treatment = cutsNext ? 'cutting' : mood;
    cutsNext = false;
    if (treatment === 'silent') return;
    if (treatment === 'cutting') return void socket.destroy();
    if (treatment === 'slow') await sleep(slowMs);
    socket.write('220 ready\r\n');
  };
  const server = createServer((socket) => void welcome(socket));
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const leave = async () => {
    if (!server.listening) return;
    for (const socket of guests) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    be: (next) => {
      mood = next;
    },
    cutNext: () => {
      cutsNext = true;
    },
    leave,
    comeBack: () => listen(port),
    guests: () => guests.size,
    [Symbol.asyncDispose]: leave,
  };
};

/** A service with one check of the same id, which wants the greeting of the target. */
export const serviceOf = (id: string, { port }: Pick<Target, 'port'>, more = ''): string =>
  `  - { id: ${id}, name: ${id}, checks: [ { type: tcp, host: 127.0.0.1, port: ${port}, dialogue: [ { expect: '^220 ' } ]${more} } ] }`;
