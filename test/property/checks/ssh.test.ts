import fc from 'fast-check';
import { expect, test } from 'vitest';
import ssh from '../../../checks/ssh.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { runCheck } from '../../support/probe.ts';
import { serveSsh } from '../../support/ssh-server.ts';
import type { Said } from '../../support/ssh-server.ts';

test(
  'whatever a server says is an outcome, and the connection ends',
  { timeout: fuzzTimeoutMs },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom<Said>('banner', 'offer', 'reply'), spoiling, async (place, spoil) => {
        await using server = await serveSsh({
          say: (bytes, what, socket) => {
            if (what !== place) return bytes;
            // Whoever waits for more than was said would wait until the deadline.
            setTimeout(() => socket.end(), 20);
            return spoil(bytes);
          },
        });
        const outcome = await runCheck(ssh, { host: '127.0.0.1', port: server.port });
        expect(['ok', 'warn', 'fail']).toContain(outcome.kind);
        await server.allClosed();
      }),
      fuzz,
    );
  },
);
