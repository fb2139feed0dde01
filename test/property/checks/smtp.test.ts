import fc from 'fast-check';
import { expect, test } from 'vitest';
import smtp from '../../../checks/smtp.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { serveLines } from '../../support/line-server.ts';
import { plainSmtp } from '../../support/mail-scripts.ts';
import { runCheck } from '../../support/probe.ts';

const answersMax = 4;

test(
  'whatever a server says is an outcome, and the connection ends',
  { timeout: fuzzTimeoutMs },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: answersMax - 1 }), spoiling, async (place, spoil) => {
        await using server = await serveLines({
          ...plainSmtp(),
          say: (words, number, socket) => {
            if (number !== place) return words;
            // Whoever waits for more than was said would wait until the deadline.
            setTimeout(() => socket.end(), 20);
            return spoil(words);
          },
        });
        const written = { host: '127.0.0.1', port: server.port, tls: 'none', to: 'probe@lab.test' };
        const outcome = await runCheck(smtp, written);
        expect(['ok', 'warn', 'fail']).toContain(outcome.kind);
        await server.allClosed();
      }),
      fuzz,
    );
  },
);
