import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import imap from '../../../checks/imap.ts';
import { Secret } from '../../../config/secret.ts';
import { Authority } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { installed } from '../../support/installed.ts';
import { serveLines } from '../../support/line-server.ts';
import { imapScript } from '../../support/mail-scripts.ts';
import { runCheck } from '../../support/probe.ts';

const answersMax = 5;

describe.skipIf(!installed('openssl'))('whatever a server says', () => {
  let lab: Authority;
  let certificate: Issued;
  beforeAll(() => {
    lab = new Authority();
    certificate = lab.issue({ names: ['IP:127.0.0.1'] });
  });
  afterAll(() => lab[Symbol.dispose]());

  test('is an outcome, and the connection ends', { timeout: fuzzTimeoutMs }, async () => {
    const account = { user: 'vigie', password: new Secret('not to be seen'), ca: lab.root.certificate };
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: answersMax - 1 }), spoiling, async (place, spoil) => {
        await using server = await serveLines({
          ...imapScript(),
          certificate,
          implicit: true,
          say: (words, number, socket) => {
            if (number !== place) return words;
            // Whoever waits for more than was said would wait until the deadline.
            setTimeout(() => socket.end(), 20);
            return spoil(words);
          },
        });
        const outcome = await runCheck(imap, { host: '127.0.0.1', port: server.port, ...account });
        expect(['ok', 'warn', 'fail', 'invalid']).toContain(outcome.kind);
        await server.allClosed();
      }),
      fuzz,
    );
  });
});
