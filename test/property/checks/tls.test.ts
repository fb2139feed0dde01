import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startTlsProtocols } from '../../../checks/lib/starttls.ts';
import tls from '../../../checks/tls.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { serveTcp } from '../../support/loopback.ts';
import { runCheck } from '../../support/probe.ts';
import { startTlsScripts } from '../../support/starttls-server.ts';

test.for(startTlsProtocols)(
  'whatever is said before a handshake over %s is a failure, and the connection ends',
  { timeout: fuzzTimeoutMs },
  async (starttls) => {
    const { greeting, answers, consent } = startTlsScripts[starttls];
    const said = [greeting, ...Object.values(answers), consent].filter((words) => words !== '');
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: said.length - 1 }), spoiling, async (place, spoil) => {
        await using server = await serveTcp((socket) => {
          const words = said.map((text, number) => {
            const bytes = Buffer.from(text, 'latin1');
            return number === place ? spoil(bytes) : bytes;
          });
          const speak = () => {
            const next = words.shift();
            if (next === undefined) socket.end();
            else socket.write(next);
            // Whoever waits for more than was said would wait until the deadline.
            if (words.length < said.length - place) setTimeout(() => socket.end(), 20);
          };
          if (greeting !== '') speak();
          socket.on('data', speak);
        });
        // Nobody here can go on encrypted.
        const outcome = await runCheck(tls, { host: '127.0.0.1', port: server.port, starttls });
        expect(outcome.kind).toBe('fail');
        await server.allClosed();
      }),
      fuzz,
    );
  },
);
