import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPath } from '../../../checks/path.ts';
import { fuzz, fuzzTimeoutMs, spoiling } from '../../support/fuzz.ts';
import { makeMtr, reportOf } from '../../support/mtr-teller.ts';
import { runCheck } from '../../support/probe.ts';

const report = reportOf([
  ['198.51.100.1', 0],
  [undefined, 100],
  ['2001:db8::2', 40],
  ['192.0.2.9', 40],
]);

/** Something else in the place of one value, so that it stays JSON. */
const misplaced = fc
  .tuple(fc.nat({ max: 50 }), fc.jsonValue({ maxDepth: 2 }))
  .map(([place, value]) => (bytes: Buffer) => {
    let index = 0;
    const spoilt: unknown = JSON.parse(bytes.toString(), (_, found: unknown) =>
      index++ === place ? value : found,
    );
    return Buffer.from(JSON.stringify(spoilt ?? null));
  });

test('whatever mtr prints is an outcome', { timeout: fuzzTimeoutMs }, async () => {
  using mtr = makeMtr();
  const path = createPath(mtr.command);
  await fc.assert(
    fc.asyncProperty(fc.oneof(spoiling, misplaced), async (spoil) => {
      mtr.tell(spoil(Buffer.from(report)));
      const outcome = await runCheck(path, { host: '192.0.2.9' });
      expect(['ok', 'warn', 'fail', 'invalid']).toContain(outcome.kind);
    }),
    fuzz,
  );
});
