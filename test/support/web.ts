// A web server that says exactly what a test wants, byte for byte, and what the check `http` sees of it.
import type { Socket } from 'node:net';
import http from '../../checks/http.ts';
import type { Outcome } from '../../checks/lib/outcome.ts';
import type { Loopback } from './loopback.ts';
import { serveTcp } from './loopback.ts';
import { runCheck } from './probe.ts';

/** Does as it is told when a request has come. */
export const serveOnce = (act: (socket: Socket, request: string) => void): Promise<Loopback> =>
  serveTcp((socket) => {
    socket.once('data', (request) => act(socket, request.toString('latin1')));
  });

/** Answers each request and ends the connection. */
export const serveAnswers = (answer: (request: string) => string | Buffer): Promise<Loopback> =>
  serveOnce((socket, request) => socket.end(answer(request)));

/** An answer with its length; `headers` are whole lines. */
export const answerOf = (
  status: number,
  body: string | Buffer = '',
  headers: readonly string[] = [],
): Buffer => {
  const bytes = Buffer.from(body);
  const head = [`HTTP/1.1 ${status} Reason`, ...headers, `Content-Length: ${bytes.length}`, '', ''];
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), bytes]);
};

/** Options as an operator writes them. */
export type Written = Readonly<Record<string, unknown>>;

/** Probes the server's root; waits until it has seen the end, so that a connection left open hangs the test. */
export const seeHttp = async (
  server: Loopback,
  written: Written = {},
  timeoutMs = 10_000,
): Promise<Outcome> => {
  const outcome = await runCheck(
    http,
    { url: `http://127.0.0.1:${server.port}/`, ...written },
    { timeoutMs },
  );
  await server.allClosed();
  return outcome;
};

/** `ok`, or the kind with its cause. */
export const inShort = (outcome: Outcome): string =>
  outcome.kind === 'ok' ? 'ok' : `${outcome.kind} ${outcome.cause}`;
