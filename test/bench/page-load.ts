// Crowds at the page: one that reads as fast as it can, and one that takes its time.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

const connections = 50;

/** Requests a second that `wrk` gets answered at fifty connections. */
export const wrk = async (address: string, seconds: number): Promise<number> => {
  const words = ['-t1', `-c${connections}`, `-d${seconds}s`, '-H', 'Accept-Encoding: br', address];
  const child = spawn('wrk', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said = await text(child.stdout);
  const refused = /Non-2xx or 3xx responses: \d+/.exec(said)?.[0];
  if (refused !== undefined) throw new Error(`wrk got something else than the page: ${refused}`);
  const rate = /Requests\/sec:\s*([\d.]+)/.exec(said)?.[1];
  if (rate === undefined) throw new Error(`wrk said nothing of its requests:\n${said}`);
  return Number(rate);
};

/** How a request is drawn out: its headers never end, its body never ends, its answers are not read. */
const ways = {
  headers: 'GET /fr HTTP/1.1\r\nHost: vigie\r\nX-Slow: ',
  body: 'POST /fr/site HTTP/1.1\r\nHost: vigie\r\nContent-Length: 1900\r\n\r\ndomain=',
  answers: 'GET /fr HTTP/1.1\r\nHost: vigie\r\n\r\n'.repeat(4),
} as const;
const dripMs = 1_000;
const comeBackMs = 10_000;
const sipBytes = 16;

/** So many connections that take seconds for a few bytes; whoever is sent away comes again. */
export const slowCrowd = (port: number, size: number): { readonly leave: () => void } => {
  const inside = new Map<Socket, keyof typeof ways>();
  const enter = (way: keyof typeof ways): void => {
    const socket = connect(port, '127.0.0.1');
    inside.set(socket, way);
    socket.on('error', () => {});
    socket.once('connect', () => socket.write(ways[way], 'latin1'));
    if (way === 'answers') socket.pause();
    else socket.resume();
    socket.once('close', () => {
      if (inside.delete(socket)) setTimeout(() => isOpen && enter(way), comeBackMs * Math.random());
    });
  };
  let isOpen = true;
  const names = Object.keys(ways) as (keyof typeof ways)[];
  for (let client = 0; client < size; client += 1) enter(names[client % names.length] ?? 'headers');
  const drip = setInterval(() => {
    for (const [socket, way] of inside)
      if (way === 'answers') socket.read(sipBytes);
      else socket.write('x');
  }, dripMs);
  return {
    leave: () => {
      isOpen = false;
      clearInterval(drip);
      for (const socket of inside.keys()) socket.destroy();
      inside.clear();
    },
  };
};
