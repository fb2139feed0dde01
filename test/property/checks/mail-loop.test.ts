import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLedger } from '../../../checks/lib/mail-ledger.ts';
import mailLoop from '../../../checks/mail-loop.ts';
import { Secret } from '../../../config/secret.ts';
import { Authority } from '../../support/certificates.ts';
import type { Issued } from '../../support/certificates.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { installed } from '../../support/installed.ts';
import { serveLines } from '../../support/line-server.ts';
import type { LineScript } from '../../support/line-server.ts';
import { loopScript, takingScript } from '../../support/mail-scripts.ts';
import { runCheck } from '../../support/probe.ts';

const answersMax = 16;

describe.skipIf(!installed('openssl'))('whatever the servers say', () => {
  let lab: Authority;
  let certificate: Issued;
  beforeAll(() => {
    lab = new Authority();
    certificate = lab.issue({ names: ['IP:127.0.0.1'] });
  });
  afterAll(() => lab[Symbol.dispose]());

  test('is an outcome, and the connections end', { timeout: fuzzTimeoutMs }, async () => {
    const place = fc.nat({ max: answersMax - 1 });
    await fc.assert(
      fc.asyncProperty(fc.boolean(), place, spoiling, async (isReading, place, spoil) => {
        const spoiled: Pick<LineScript, 'say'> = {
          say: (words, number, socket) => {
            if (number !== place) return words;
            // Whoever waits for more than was said would wait until the deadline.
            setTimeout(() => socket.end(), 20);
            return spoil(words);
          },
        };
        const mailbox = { ...loopScript(), certificate, implicit: true };
        await using reading = await serveLines({ ...mailbox, ...(isReading && spoiled) });
        await using taking = await serveLines({ ...takingScript(), ...(!isReading && spoiled) });
        const account = { user: 'vigie', password: new Secret('not to be seen'), ca: lab.root.certificate };
        const outcome = await runCheck(mailLoop, {
          submit: { host: '127.0.0.1', port: taking.port, tls: 'none', from: 'vigie@lab.test' },
          to: 'probe@lab.test',
          read: { host: '127.0.0.1', port: reading.port, ...account },
        });
        expect(['ok', 'warn', 'fail', 'invalid']).toContain(outcome.kind);
        await reading.allClosed();
        await taking.allClosed();
      }),
      fuzz,
    );
  });
});

test('a ledger that somebody has spoiled is still a ledger', () => {
  fc.assert(
    fc.property(spoiling, (spoil) => {
      const text = `${'a'.repeat(32)} 1795334490000 1795334490000 waiting\r\n`.repeat(150);
      expect(readLedger(spoil(Buffer.from(text)).toString('latin1')).length).toBeLessThanOrEqual(100);
    }),
    fuzz,
  );
});
