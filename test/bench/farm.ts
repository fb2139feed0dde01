// The target farm: a process that answers HTTP, TCP and DNS as fast as it can and notes when it was asked.
// Started by a bench with an IPC channel; answers `take` with what was noted since the last one.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { performance } from 'node:perf_hooks';
import packet from 'dns-packet';

/** Arrivals by check number, in milliseconds of a clock that all processes share. */
export interface Arrival {
  readonly check: number;
  readonly atMs: number;
}

export interface FarmPorts {
  readonly http: number;
  readonly dns: number;
  /** Ports from here on accept TCP, one a check. */
  readonly tcp: number;
}

const sharedNowMs = () => performance.timeOrigin + performance.now();
const body = 'fonctionne\n';
const answer = `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;
/** A path that begins so is answered after this long, for a target whose latency is known. */
const slowPath = '/slow';
const slowMs = 1;

const main = (): void => {
  let arrivals: Arrival[] = [];
  const note = (check: number) => arrivals.push({ check, atMs: sharedNowMs() });

  const http = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', (request) => {
      const path = request.toString('latin1', 0, 64).split(' ')[1] ?? '/';
      note(Number(/\d+/.exec(path)?.[0] ?? -1));
      if (!path.startsWith(slowPath)) return socket.end(answer);
      const untilMs = performance.now() + slowMs;
      // A timer of 1 ms ends anywhere up to 2 ms later: waiting busily is the only exact way.
      while (performance.now() < untilMs);
      return socket.end(answer);
    });
  });
  const tcp = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {});
    note(-1);
    socket.on('end', () => socket.end());
  });
  const dns = createSocket('udp4', (message, peer) => {
    const query = packet.decode(message);
    const name = query.questions?.[0]?.name ?? '';
    note(Number(/\d+/.exec(name)?.[0] ?? -1));
    const reply = packet.encode({
      type: 'response',
      id: query.id ?? 0,
      flags: packet.AUTHORITATIVE_ANSWER | ((query.flags ?? 0) & packet.RECURSION_DESIRED),
      questions: query.questions ?? [],
      answers: [{ type: 'A', name, ttl: 60, data: '192.0.2.1' }],
    });
    dns.send(reply, peer.port, peer.address);
  });
  http.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () =>
    tcp.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () =>
      dns.bind(0, '127.0.0.1', () => {
        const portOf = (address: string | { port: number } | null) =>
          typeof address === 'object' && address !== null ? address.port : 0;
        process.send?.({
          http: portOf(http.address()),
          tcp: portOf(tcp.address()),
          dns: dns.address().port,
        } satisfies FarmPorts);
      }),
    ),
  );
  process.on('message', () => {
    process.send?.(arrivals);
    arrivals = [];
  });
  process.on('disconnect', () => process.exit());
};

main();
