// Whatever whoever holds a token sends, it is answered, and never with a failure of ours; what is refused has changed nothing.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { phases } from '../../../server/core/incidents/incident.ts';
import { Incidents } from '../../../server/app/incidents.ts';
import { runs } from '../../support/fuzz.ts';
import { openInMemory } from '../../support/in-process-store.ts';
import { PassingTime } from '../../support/passing-time.ts';
import { start } from '../../support/watch.ts';
import { servePrivate } from '../../unit/http/serve-private.ts';

const routes = [
  '/api/v1/incidents',
  '/api/v1/incidents/1/entries',
  '/api/v1/incidents/x/entries',
  '/api/v1/alerts/a/acknowledgement',
  '/api/v1/silences',
  '/api/v1/silences/s/end',
] as const;

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom('web', 'mail', 'x'));
const told = fc.record({ fr: text, en: text }, { requiredKeys: [] });
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1, 2, start, start + 1));

/** Near enough to what is wanted that some of it is taken. */
const near = fc.record(
  {
    kind: fc.constantFrom(
      'opened',
      'updated',
      'edited',
      'amended',
      'published',
      'hidden',
      'merged',
      'post-mortem',
    ),
    title: told,
    said: told,
    services: fc.array(text, { maxLength: 3 }),
    phase: fc.constantFrom(...phases),
    startedAt: number,
    at: number,
    nextAt: number,
    update: number,
    into: number,
    subject: fc.record({ kind: fc.constantFrom('check', 'service', 'x'), id: text }),
    reason: text,
    until: number,
    note: text,
  },
  { requiredKeys: [] },
);

test('no body makes it fail', async () => {
  const { clock, timers } = new PassingTime(start);
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const incidents = await Incidents.open({
    store: openInMemory(),
    clock,
    timers,
    log,
    troubles: () => [],
    publishAfterMs: () => undefined,
    mayRemind: () => true,
    services: () => new Set(['web']),
    messages: () => [],
    decided: () => {},
    changed: () => {},
  });
  let nowMs = 0;
  const app = servePrivate({
    incidents,
    act: () => undefined,
    knows: () => true,
    holderOf: () => 'ada',
    clock: { monotonicMs: () => (nowMs += 1_000) },
  });
  const body = fc.oneof(
    near.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string({ unit: 'binary' }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), body, async (path, body) => {
      const before = JSON.stringify([...incidents.all.values()]);
      const headers = { Authorization: 'Bearer x', 'Content-Type': 'application/json' };
      const response = await app.request(path, { method: 'POST', headers, body });
      expect(response.status).toBeLessThan(500);
      await response.json();
      if (!response.ok) expect(JSON.stringify([...incidents.all.values()])).toBe(before);
    }),
    { numRuns: runs(500) },
  );
});
