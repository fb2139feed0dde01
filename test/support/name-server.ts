// A name server of a few lines on the loopback, that replies to a datagram as a test wants.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import packet from 'dns-packet';
import type { DecodedPacket, Packet } from 'dns-packet';

export interface NameServer extends AsyncDisposable {
  readonly port: number;
}

/**
 * Everything that `reply` gives is sent, in this order; the count tells which question over UDP it is. Over TCP, which is
 * there when asked for, a question has none.
 */
export const startNameServer = async (
  reply: (asked: DecodedPacket, count: number) => readonly Buffer[],
  { host = '127.0.0.1', port = 0, tcp = false } = {},
): Promise<NameServer> => {
  const socket = createSocket('udp4');
  let count = 0;
  socket.on('message', (message, { port, address }) => {
    count += 1;
    for (const datagram of reply(packet.decode(message), count)) socket.send(datagram, port, address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(port, host, resolve);
  });
  const streams = createServer((stream) => {
    stream.on('error', () => {});
    stream.once('data', (message: Buffer) => {
      for (const datagram of reply(packet.decode(message.subarray(2)), Number.NaN)) {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(datagram.length);
        stream.write(Buffer.concat([length, datagram]));
      }
    });
  });
  if (tcp) {
    try {
      await once(streams.listen(socket.address().port, host), 'listening');
    } catch (error) {
      await new Promise<void>((resolve) => {
        socket.close(resolve);
      });
      // The kernel gives a port that is free over UDP; over TCP somebody may have it.
      if (port === 0 && (error as NodeJS.ErrnoException).code === 'EADDRINUSE')
        return await startNameServer(reply, { host, port, tcp });
      throw error;
    }
  }
  return {
    port: socket.address().port,
    [Symbol.asyncDispose]: async () => {
      if (tcp) await streams[Symbol.asyncDispose]();
      await new Promise<void>((resolve) => {
        socket.close(resolve);
      });
    },
  };
};

/** A reply to the question, with some of it replaced. */
export const replyTo = ({ id, questions }: DecodedPacket, replaced: Packet = {}): Buffer =>
  packet.encode({
    type: 'response',
    ...(id !== undefined && { id }),
    questions: questions ?? [],
    answers: [{ type: 'A', name: questions?.[0]?.name ?? '.', data: '192.0.2.1' }],
    ...replaced,
  });
