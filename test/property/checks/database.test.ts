import fc from 'fast-check';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import mariadb from '../../../checks/mariadb.ts';
import postgresql from '../../../checks/postgresql.ts';
import { Secret } from '../../../config/secret.ts';
import { fuzz, fuzzTimeoutMs } from '../../support/fuzz.ts';
import { runCheck } from '../../support/probe.ts';
import { mariadbScript, postgresScript, serveScript } from '../../support/scripted-database.ts';
import type { Script } from '../../support/scripted-database.ts';

describe.for([
  ['mariadb', mariadb, mariadbScript],
  ['postgresql', postgresql, postgresScript],
] as const)('whatever a %s server says', ([, check, script]) => {
  const probeServer = async (at: number, misbehave: (socket: Socket, answer: Buffer) => unknown) => {
    await using server = await serveScript(script, at, misbehave, { continues: true });
    const outcome = await runCheck(check, { host: '127.0.0.1', port: server.port, password });
    await server.allClosed();
    return outcome;
  };

  test('bytes at random are a failure, and the connection ends', { timeout: fuzzTimeoutMs }, async () => {
    await fc.assert(
      fc.asyncProperty(step(script), fc.uint8Array({ minLength: 1, maxLength: 2_000 }), async (at, bytes) => {
        const outcome = await probeServer(at, (socket) => socket.end(bytes));
        // Bytes at random may by chance be an error that the server might have answered.
        expect(['fail', 'invalid']).toContain(outcome.kind);
      }),
      fuzz,
    );
  });

  test(
    'an answer with some bytes changed is an outcome, and the connection ends',
    { timeout: fuzzTimeoutMs },
    async () => {
      await fc.assert(
        fc.asyncProperty(step(script), changes, async (at, changes) => {
          const outcome = await probeServer(at, (socket, answer) => {
            const changed = Buffer.from(answer);
            for (const [where, byte] of changes) changed[where % changed.length] = byte;
            socket.write(changed);
            // Whoever waits for more than was said would wait until the deadline.
            setTimeout(() => socket.end(), 20);
          });
          expect(['ok', 'fail', 'invalid']).toContain(outcome.kind);
        }),
        fuzz,
      );
    },
  );
});

const password = new Secret('not to be seen');
const step = ({ answers }: Script) => fc.nat({ max: answers.length - 1 });
const changes = fc.array(fc.tuple(fc.nat({ max: 500 }), fc.nat({ max: 255 })), {
  minLength: 1,
  maxLength: 4,
});
