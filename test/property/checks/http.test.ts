import type { Socket } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import http from '../../../checks/http.ts';
import { fuzz, fuzzTimeoutMs } from '../../support/fuzz.ts';
import { serveTcp } from '../../support/loopback.ts';
import { runCheck } from '../../support/probe.ts';

const answers = [
  'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"status":"ok"}',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Trailer: a\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi',
  'HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00',
  'HTTP/1.1 301 Moved\r\nLocation: //[::1]:1/\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x05hello',
];

/** An answer with some bytes replaced, inserted, repeated or cut off. */
const mutated = fc
  .tuple(
    fc.constantFrom(...answers),
    fc.array(
      fc.record({
        at: fc.nat(120),
        remove: fc.nat(8),
        insert: fc.oneof(
          fc.uint8Array({ maxLength: 6 }),
          fc.constantFrom(...answers).map((text) => Buffer.from(text, 'latin1')),
        ),
      }),
      { maxLength: 3 },
    ),
  )
  .map(([answer, changes]) =>
    changes.reduce(
      (bytes, { at, remove, insert }) =>
        Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]),
      Buffer.from(answer, 'latin1'),
    ),
  );

const expectation = { body: { contains: 'h' }, json: [{ pointer: '/status', equals: 'ok' }] };

const endings = {
  ends: (socket: Socket) => socket.end(),
  resets: (socket: Socket) => socket.resetAndDestroy(),
  stays: () => {},
};

test(
  'a mutilated answer is an outcome, and leaves no connection open',
  { timeout: fuzzTimeoutMs },
  async () => {
    let respond: (socket: Socket) => void = () => {};
    await using server = await serveTcp((socket) => {
      socket.setNoDelay().once('data', () => respond(socket));
    });
    const written = { url: `http://127.0.0.1:${server.port}/`, expect: expectation };
    await fc.assert(
      fc.asyncProperty(
        mutated,
        fc.nat(200),
        fc.constantFrom(...Object.values(endings)),
        async (answer, cut, end) => {
          respond = (socket) => {
            socket.write(answer.subarray(0, cut));
            setImmediate(() => {
              socket.write(answer.subarray(cut));
              end(socket);
            });
          };
          const outcome = await runCheck(http, written, { timeoutMs: 60 });
          expect(['ok', 'fail']).toContain(outcome.kind);
          await server.allClosed();
        },
      ),
      fuzz,
    );
  },
);
