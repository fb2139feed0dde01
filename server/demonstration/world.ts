// The demonstration's world, in a process of its own: real servers on loopback that follow the story.
// Sends its ports to the parent once all of them answer, and ends with it.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import packet from 'dns-packet';
import { conditionsAt } from './story.ts';
import type { Conditions } from './story.ts';

/** Where the world answers, all on 127.0.0.1. */
export interface WorldPorts {
  readonly site: number;
  readonly panel: number;
  readonly database: number;
  readonly mail: number;
  readonly names: number;
}

const loopback = '127.0.0.1';
const startedAt = Date.now();
const now = (): Conditions => conditionsAt(Date.now() - startedAt);

const main = async (): Promise<void> => {
  const site = await listen((socket) =>
    now().siteDown ? socket.resetAndDestroy() : answerHttp(socket, 'Bienvenue chez nos membres.'),
  );
  const panel = await listen((socket) => answerHttp(socket, 'Panneau de gestion'));
  const mail = await listen(answerMail);
  const [database, names] = await Promise.all([startDatabase(), startNames()]);
  process.send?.({
    site: portOf(site),
    panel: portOf(panel),
    mail: portOf(mail),
    database,
    names,
  } satisfies WorldPorts);
  process.on('disconnect', () => process.exit());
};

const listen = async (accept: (socket: Socket) => void): Promise<Server> => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    accept(socket);
  });
  server.listen(0, loopback);
  await once(server, 'listening');
  return server;
};

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const answerHttp = (socket: Socket, text: string): void => {
  socket.once('data', () => {
    const body = `<!doctype html><title>Démonstration</title><p>${text}</p>\n`;
    const head = `HTTP/1.1 200 OK\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
    socket.end(head + body);
  });
};

const answerMail = (socket: Socket): void => {
  if (now().mailHangs) return;
  socket.write('220 courriel.example.org ESMTP\r\n');
  socket.on('data', () => socket.end('221 2.0.0 Au revoir\r\n'));
};

/** PGlite is PostgreSQL itself; a relay before it makes its commits slow. */
const startDatabase = async (): Promise<number> => {
  const db = await PGlite.create();
  const engine = new PGLiteSocketServer({ db, port: 0, host: loopback, maxConnections: 20 });
  await engine.start();
  const enginePort = Number(engine.getServerConn().split(':').at(-1));
  const relay = await listen((client) => {
    const server = connect(enginePort, loopback);
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    server.pipe(client);
    client.on('data', (bytes) => {
      const { commitDelayMs } = now();
      const isCommit = bytes.includes('COMMIT') || bytes.includes('commit');
      if (isCommit && commitDelayMs > 0) setTimeout(() => server.write(bytes), commitDelayMs);
      else server.write(bytes);
    });
  });
  return portOf(relay);
};

const startNames = async (): Promise<number> => {
  const socket = createSocket('udp4', (message, peer) => {
    if (Math.random() < now().questionsLostRatio) return;
    const { id = 0, questions = [] } = packet.decode(message);
    const answers = questions.map(({ name }) => ({ type: 'A' as const, name, ttl: 300, data: '192.0.2.80' }));
    const reply = packet.encode({
      type: 'response',
      id,
      flags: packet.AUTHORITATIVE_ANSWER,
      questions,
      answers,
    });
    socket.send(reply, peer.port, peer.address);
  });
  socket.bind(0, loopback);
  await once(socket, 'listening');
  return socket.address().port;
};

await main();
