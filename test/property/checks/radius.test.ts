import fc from 'fast-check';
import { expect, test } from 'vitest';
import radius from '../../../checks/radius.ts';
import { Secret } from '../../../config/secret.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { serveUdp } from '../../support/loopback.ts';
import { runCheck } from '../../support/probe.ts';
import { answer, radiusSecret, readRequest } from '../../support/radius-server.ts';

const datagramBytesMax = 65_000;
const secret = new Secret(radiusSecret);

test(
  'a spoiled reply is no reply, or the same, and the next one counts',
  { timeout: fuzzTimeoutMs },
  async () => {
    await fc.assert(
      fc.asyncProperty(spoiling, async (spoil) => {
        await using server = await serveUdp((message) => {
          const reply = answer(readRequest(message), 2);
          return [spoil(reply).subarray(0, datagramBytesMax), reply];
        });
        const outcome = await runCheck(radius, { host: '127.0.0.1', port: server.port, secret });
        expect(outcome).toMatchObject({ facts: { answer: 'Access-Accept' } });
        // A machine that stands still asks again.
        if (outcome.kind !== 'ok') expect(outcome).toMatchObject({ kind: 'warn', cause: 'loss' });
      }),
      fuzz,
    );
  },
);

test('attributes at random, signed by who may, are an outcome', { timeout: fuzzTimeoutMs }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 255 }), fc.uint8Array({ maxLength: 60 }), async (code, attributes) => {
      await using server = await serveUdp((message) => [
        answer(readRequest(message), code, Buffer.from(attributes)),
        answer(readRequest(message), 2),
      ]);
      const outcome = await runCheck(radius, { host: '127.0.0.1', port: server.port, secret });
      expect(['ok', 'warn', 'fail']).toContain(outcome.kind);
    }),
    fuzz,
  );
});
