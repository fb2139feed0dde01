import fc from 'fast-check';
import { expect, test } from 'vitest';
import ftp from '../../../checks/ftp.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { ftpListing, serveFtp } from '../../support/ftp-server.ts';
import { runCheck } from '../../support/probe.ts';

const commands = ['greeting', 'USER', 'PASS', 'PASV', 'EPSV', 'LIST', 'end'] as const;

test(
  'whatever a server answers is an outcome, and every connection ends',
  { timeout: fuzzTimeoutMs },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...commands), spoiling, async (place, spoil) => {
        await using server = await serveFtp({
          say: (bytes, command, socket) => {
            if (command !== place) return bytes;
            // Whoever waits for more than was said would wait until the deadline.
            setTimeout(() => socket.end(), 20);
            return spoil(bytes);
          },
        });
        const outcome = await runCheck(ftp, { host: '127.0.0.1', port: server.port, tls: false });
        expect(['ok', 'warn', 'fail']).toContain(outcome.kind);
        await server.allClosed();
      }),
      fuzz,
    );
  },
);

test('whatever is listed is an outcome, and every connection ends', { timeout: fuzzTimeoutMs }, async () => {
  await fc.assert(
    fc.asyncProperty(spoiling, async (spoil) => {
      await using server = await serveFtp({
        data: (socket) => socket.end(spoil(Buffer.from(ftpListing.repeat(20)))),
      });
      const written = { host: '127.0.0.1', port: server.port, tls: false, contains: 'welcome.txt' };
      const outcome = await runCheck(ftp, written);
      expect(['ok', 'fail']).toContain(outcome.kind);
      await server.allClosed();
    }),
    fuzz,
  );
});
