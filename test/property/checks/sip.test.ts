import fc from 'fast-check';
import { expect, test } from 'vitest';
import sip from '../../../checks/sip.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { serveTcp, serveUdp } from '../../support/loopback.ts';
import { runCheck } from '../../support/probe.ts';
import { sipReply } from '../../support/sip-server.ts';

const datagramBytesMax = 65_000;

test('over UDP, a spoiled reply is passed over or an outcome', { timeout: fuzzTimeoutMs }, async () => {
  await fc.assert(
    fc.asyncProperty(spoiling, async (spoil) => {
      await using server = await serveUdp((request) => [
        spoil(sipReply(request, '200 OK')).subarray(0, datagramBytesMax),
        sipReply(request, '200 OK'),
      ]);
      const outcome = await runCheck(sip, { host: '127.0.0.1', port: server.port });
      // Nobody signs a status: a spoiled one may be a bad one. A machine that stands still asks again.
      if (outcome.kind !== 'ok') expect(['bad_status', 'loss']).toContain(outcome.cause);
    }),
    fuzz,
  );
});

test(
  'over TCP, a spoiled reply is an outcome, and the connection ends',
  { timeout: fuzzTimeoutMs },
  async () => {
    await fc.assert(
      fc.asyncProperty(spoiling, async (spoil) => {
        await using server = await serveTcp((socket) =>
          socket.once('data', (request: Buffer) => {
            socket.write(spoil(sipReply(request, '200 OK')));
            // Whoever waits for more than was said would wait until the deadline.
            setTimeout(() => socket.end(), 20);
          }),
        );
        const outcome = await runCheck(sip, { host: '127.0.0.1', port: server.port, transport: 'tcp' });
        expect(['ok', 'fail']).toContain(outcome.kind);
        await server.allClosed();
      }),
      fuzz,
    );
  },
);
