import fc from 'fast-check';
import { expect, test } from 'vitest';
import value from '../../../checks/value.ts';
import { fuzz, fuzzTimeoutMs, misplacing, spoiling } from '../../support/fuzz.ts';
import { runCheck } from '../../support/probe.ts';
import { answerOf, serveAnswers } from '../../support/web.ts';

const json = Buffer.from('{"days":3.5,"of":[{"at":"2026-11-22T08:00:00Z"}]}');
const metrics = Buffer.from(
  [
    '# TYPE disk_free_bytes gauge',
    'disk_free_bytes{mount="/",note="a \\"quoted\\" one\\n"} 2.5e9 1795334400000',
    'disk_free_bytes{mount="/home"} NaN',
    'disk_checked_seconds 1795334400',
    '',
  ].join('\n'),
);

test.for([
  ['a document', json, { json: '/days', timestamp: '/of/0/at' }],
  [
    'a page of metrics',
    metrics,
    {
      prometheus: { metric: 'disk_free_bytes', labels: { mount: '/' } },
      timestamp: { metric: 'disk_checked_seconds' },
    },
  ],
] as const)('whatever %s says is an outcome', { timeout: fuzzTimeoutMs }, async ([, page, read]) => {
  let told: Buffer = page;
  await using server = await serveAnswers(() => answerOf(200, told));
  const written = { url: `http://127.0.0.1:${server.port}/`, read, fail: { above: 1e12 } };
  expect(await runCheck(value, written)).toMatchObject({ kind: 'ok' });
  await fc.assert(
    fc.asyncProperty('json' in read ? fc.oneof(spoiling, misplacing) : spoiling, async (spoil) => {
      told = spoil(page);
      const outcome = await runCheck(value, written);
      expect(['ok', 'warn', 'fail']).toContain(outcome.kind);
    }),
    fuzz,
  );
});
