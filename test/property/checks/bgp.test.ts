import fc from 'fast-check';
import { expect, test } from 'vitest';
import bgp from '../../../checks/bgp.ts';
import { birdAnswers, serveBird } from '../../support/bird-teller.ts';
import { glassOf, summaryOf, watcherOf } from '../../support/bgp-teller.ts';
import { fuzz, fuzzTimeoutMs, misplacing, spoiling } from '../../support/fuzz.ts';
import { runCheck } from '../../support/probe.ts';
import { answerOf, serveAnswers } from '../../support/web.ts';

const sessions = ['transit1', 'transit2'];

test('whatever a control socket says is an outcome', { timeout: fuzzTimeoutMs }, async () => {
  const places = ['0001', '0016', '1000', '2002'];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), spoiling, async (place, spoil) => {
      await using bird = await serveBird(birdAnswers, (text, socket) => {
        if (!text.startsWith(place)) return text;
        // Whoever waits for more than was said would wait until the deadline.
        setTimeout(() => socket.end(), 20);
        return spoil(Buffer.from(text));
      });
      const outcome = await runCheck(bgp, { source: { bird: bird.path }, sessions });
      expect(['ok', 'warn', 'fail']).toContain(outcome.kind);
    }),
    fuzz,
  );
});

test('whatever is told in JSON is an outcome', { timeout: fuzzTimeoutMs }, async () => {
  let body: Buffer = Buffer.alloc(0);
  await using server = await serveAnswers(() => answerOf(200, body));
  const url = `http://127.0.0.1:${server.port}/`;
  const tellers = [
    { document: watcherOf(), written: { source: { birdwatcher: url }, sessions: ['R1', 'R2'] } },
    { document: summaryOf(), written: { source: { frr: url }, sessions: ['192.0.2.1', '2001:db8::1'] } },
    {
      document: glassOf({ peers: 3 }),
      written: { source: { ripestat: { prefix: '192.0.2.0/24', origin: 64_500, url } } },
    },
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...tellers), fc.oneof(spoiling, misplacing), async (teller, spoil) => {
      body = spoil(Buffer.from(teller.document));
      const outcome = await runCheck(bgp, teller.written);
      expect(['ok', 'warn', 'fail', 'invalid']).toContain(outcome.kind);
    }),
    fuzz,
  );
});
