// A receiver on loopback: keeps every request, and answers as it is told.
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
}

export type Answer =
  | { readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | ((response: ServerResponse) => void);

/** The answers in turn, and the last one for ever. It ends with the test. */
export const startReceiver = async (...answers: readonly Answer[]): Promise<Receiver> => {
  const received: Received[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request;
    const answer = answers[Math.min(received.length, answers.length - 1)] ?? {};
    received.push({ method, path: url, headers, body: await text(request) });
    if (typeof answer === 'function') return answer(response);
    response.writeHead(answer.status ?? 200, { ...answer.headers }).end(answer.body);
  };
  const server = createServer((request, response) => void receive(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
};

/** The body of the last request, as JSON. */
export const lastJson = ({ received }: Receiver): unknown => JSON.parse(received.at(-1)?.body ?? '');
