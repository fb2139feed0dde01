// What of a probe's time belongs to the dialling.
import { expect, test } from 'vitest';
import { resolveOne } from '../../../../checks/lib/dial.ts';
import { Stopwatch } from '../../../../checks/lib/timing.ts';
import { makeProbe } from '../../../support/probe.ts';

test.for([
  ['www.example.org', { resolve: 5_000, connect: 2_000 }],
  ['192.0.2.7', { connect: 2_000 }],
  ['2001:db8::7', { connect: 2_000 }],
] as const)('before the connection to %s, a look-up alone has a phase', async ([host, phasesUs]) => {
  let nowMs = 0;
  const timing = new Stopwatch(() => nowMs);
  const resolver = {
    addresses: async () => {
      nowMs += 5;
      return ['192.0.2.7'];
    },
    nameServers: async () => [],
  };
  await resolveOne(host, { ...makeProbe(), timing, resolver });
  nowMs += 2;
  timing.lap('connect');
  expect(timing.phasesUs).toEqual(phasesUs);
});
