// Somebody who sits in a channel of IRC and hears what is said there.
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

export interface Listener extends Disposable {
  /** What was said in the channel, each as `nick: text`. */
  readonly heard: readonly string[];
}

interface Seat {
  readonly port: number;
  readonly password: string;
  readonly nick: string;
  readonly channel: string;
}

/** Answers once the server has let it in. */
export const sitIn = async ({ port, password, nick, channel }: Seat): Promise<Listener> => {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  const heard: string[] = [];
  const say = (line: string) => socket.write(`${line}\r\n`);
  const entered = Promise.withResolvers<void>();
  createInterface({ input: socket })
    .on('line', (line) => {
      const [, ping] = /^PING (.*)/.exec(line) ?? [];
      if (ping !== undefined) say(`PONG ${ping}`);
      if (/^\S+ 001 /.test(line)) say(`JOIN ${channel}`);
      if (/^\S+ 366 /.test(line)) entered.resolve();
      const [, from, text] = /^:([^!]+)!\S+ PRIVMSG \S+ :(.*)/.exec(line) ?? [];
      if (from !== undefined) heard.push(`${from}: ${text}`);
    })
    .on('close', () => entered.reject(new Error('the server hung up')));
  say(`PASS ${password}`);
  say(`NICK ${nick}`);
  say(`USER ${nick} 0 * :${nick}`);
  await entered.promise;
  return { heard, [Symbol.dispose]: () => void socket.destroy() };
};

/** Rejects while nobody talks there. */
export const untilTalking = async (port: number, password: string): Promise<void> => {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write(`PASS ${password}\r\nNICK ready\r\nUSER ready 0 * :ready\r\n`);
    await once(socket, 'data', { signal: AbortSignal.timeout(10_000) });
  } finally {
    socket.destroy();
  }
};
