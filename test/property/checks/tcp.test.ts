import fc from 'fast-check';
import { expect, test } from 'vitest';
import tcp from '../../../checks/tcp.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { serveLines } from '../../support/line-server.ts';
import { plainSmtp } from '../../support/mail-scripts.ts';
import { runCheck } from '../../support/probe.ts';

const dialogue = [
  { expect: '^220 (\\S+)' },
  { send: 'EHLO ${1}' },
  { expect: '^250 ' },
  { send: 'NOOP' },
  { expect: '^250 .*Ok' },
];
const answersMax = 3;

test('whatever is answered is an outcome, and the connection ends', { timeout: fuzzTimeoutMs }, async () => {
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
      const outcome = await runCheck(tcp, { host: '127.0.0.1', port: server.port, dialogue });
      expect(['ok', 'fail']).toContain(outcome.kind);
      await server.allClosed();
    }),
    fuzz,
  );
});
