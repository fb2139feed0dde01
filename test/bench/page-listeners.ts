// Those who have the page open: how long until the last of them has heard of a snapshot, and what they cost.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A snapshot is told every 15 seconds. */
const snapshotMs = 15_000;
const spokenPattern = /id: (\S+)\nevent: changed\ndata: (.*)\n\n/g;

export interface Listeners {
  /** Of each snapshot that was told since all were there: from the server’s word to the last who heard it. */
  readonly lastByteMs: () => readonly number[];
  readonly leave: () => void;
}

/** Answers when all of them listen. */
export const listenersOf = async (port: number, size: number): Promise<Listeners> => {
  const told = new Map<string, { heard: number; lastMs: number }>();
  const sockets: Socket[] = [];
  for (let at = 0; at < size; at += 1) {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write('GET /live HTTP/1.1\r\nHost: vigie\r\n\r\n');
    const [begun] = (await once(socket, 'data')) as [string];
    if (!begun.startsWith('HTTP/1.1 200')) throw new Error(`a listener was refused: ${begun.slice(0, 12)}`);
  }
  for (const socket of sockets)
    socket.on('data', (text: string) => {
      for (const [, id = '', data = ''] of text.matchAll(spokenPattern)) {
        const { heard = 0 } = told.get(id) ?? {};
        const { now } = JSON.parse(data) as { readonly now: number };
        told.set(id, { heard: heard + 1, lastMs: Date.now() - now });
      }
    });
  return {
    // What not everybody has heard is none.
    lastByteMs: () => [...told.values()].filter(({ heard }) => heard === size).map(({ lastMs }) => lastMs),
    leave: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
};

/** As long as so many snapshots take to be told. */
export const snapshots = (count: number): Promise<void> => sleep((count + 0.5) * snapshotMs);
