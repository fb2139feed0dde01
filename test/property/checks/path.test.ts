import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPath } from '../../../checks/path.ts';
import { fuzz, fuzzTimeoutMs, misplacing, spoiling } from '../../support/fuzz.ts';
import { makeMtr, reportOf } from '../../support/mtr-teller.ts';
import { runCheck } from '../../support/probe.ts';

const report = reportOf([
  ['198.51.100.1', 0],
  [undefined, 100],
  ['2001:db8::2', 40],
  ['192.0.2.9', 40],
]);

test('whatever mtr prints is an outcome', { timeout: fuzzTimeoutMs }, async () => {
  using mtr = makeMtr();
  const path = createPath(mtr.command);
  await fc.assert(
    fc.asyncProperty(fc.oneof(spoiling, misplacing), async (spoil) => {
      mtr.tell(spoil(Buffer.from(report)));
      const outcome = await runCheck(path, { host: '192.0.2.9' });
      expect(['ok', 'warn', 'fail', 'invalid']).toContain(outcome.kind);
    }),
    fuzz,
  );
});
