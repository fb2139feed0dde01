// The small servers of the demonstration's world. Each answers where it listens, on the loopback, and has the trouble
// that the story gives it.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createSecureContext, createServer as createTls } from 'node:tls';
import packet from 'dns-packet';
import type { Issued } from './certificate.ts';

export const loopback = '127.0.0.1';

/** Is it so now? */
export type Now = () => boolean;
const never: Now = () => false;

const listen = async (server: Server): Promise<number> => {
  server.listen(0, loopback);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** Whoever hangs up in the middle is no exception. */
export const accept = (welcome: (socket: Socket) => void): Promise<number> =>
  listen(
    createServer((socket) => {
      socket.on('error', () => {});
      welcome(socket);
    }),
  );

export const startSite = (text: string, fails: Now = never): Promise<number> =>
  listen(
    createHttp((_, response) => {
      if (fails()) answer(response, 503, 'text/plain', 'Service Unavailable\n');
      else answer(response, 200, 'text/html; charset=utf-8', `<!doctype html><title>${text}</title>\n`);
    }),
  );

export const startJson = (content: object): Promise<number> =>
  listen(createHttp((_, response) => answer(response, 200, 'application/json', JSON.stringify(content))));

const answer = (response: ServerResponse, status: number, type: string, body: string): void => {
  response.writeHead(status, { 'content-type': type }).end(body);
};

/** Says who it is, and good-bye to whatever it is told. */
export const startTalker = (
  { greeting, farewell }: { readonly greeting: string; readonly farewell: string },
  { hangs = never, cuts = never }: { readonly hangs?: Now; readonly cuts?: Now } = {},
): Promise<number> =>
  accept((socket) => {
    if (cuts()) return socket.resetAndDestroy();
    if (hangs()) return;
    socket.write(`${greeting}\r\n`);
    socket.on('data', () => socket.end(`${farewell}\r\n`));
  });

export const startEncrypted = (
  certificates: { readonly fresh: Issued; readonly old: Issued },
  isOld: Now,
): Promise<number> => {
  const [fresh, old] = [createSecureContext(certificates.fresh), createSecureContext(certificates.old)];
  const server = createTls({ SNICallback: (_, choose) => choose(null, isOld() ? old : fresh) });
  server.on('secureConnection', (socket) =>
    socket
      .on('error', () => {})
      .resume()
      .end(),
  );
  return listen(server);
};

/** Every name has the same address here. Of lost questions, the one after each is heard. */
export const startNameServer = async (losesQuestions: Now = never): Promise<number> => {
  let isLost = false;
  const socket = createSocket('udp4', (message, peer) => {
    isLost = losesQuestions() && !isLost;
    if (isLost) return;
    const reply = replyTo(message);
    if (reply !== undefined) socket.send(reply, peer.port, peer.address);
  });
  socket.bind(0, loopback);
  await once(socket, 'listening');
  return socket.address().port;
};

const replyTo = (message: Buffer): Buffer | undefined => {
  try {
    const { id = 0, questions = [] } = packet.decode(message);
    const answers = questions.map(({ name }) => ({ type: 'A' as const, name, ttl: 300, data: '192.0.2.80' }));
    const flags = packet.AUTHORITATIVE_ANSWER;
    return packet.encode({ type: 'response', id, flags, questions, answers });
  } catch {
    // No question at all.
    return undefined;
  }
};
