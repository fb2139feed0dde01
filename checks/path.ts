// Which way do packets take to a host, do they arrive, and where do they get lost?
import { z } from 'zod';
import { duration, host, percent } from '../config/fields.ts';
import { Deadline, defineCheck } from './lib/contract.ts';
import type { ActiveCheck } from './lib/contract.ts';
import { resolveOne } from './lib/dial.ts';
import { trace } from './lib/mtr.ts';
import { Failure, Unfit } from './lib/outcome.ts';
import { wayFacts, wayOf, wayProblem } from './lib/way.ts';

const waitMsMax = 2_000;
/** Of the time-out, for the answers to the last packets. */
const waitingShare = 0.25;
/** Of the time-out; the rest is for finding the address and starting. */
const usableShare = 0.9;

const options = z.strictObject({
  host: host().describe('Name or address to which the way is looked for; it must answer echo requests.'),
  count: z
    .int({ error: 'a number of packets from 2 to 100' })
    .min(2, { error: 'a number of packets from 2 to 100' })
    .max(100, { error: 'a number of packets from 2 to 100' })
    .default(10)
    .describe('How many packets a probe sends to each hop.'),
  period: duration({ minMs: 10, maxMs: 10_000 })
    .prefault('1s')
    .describe('Time from one packet to the next; less than 1s needs root.'),
  loss: z
    .strictObject({
      degraded: percent().prefault('20%').describe('Loss from which the way is degraded.'),
      failed: percent().prefault('100%').describe('Loss from which it has failed.'),
    })
    .prefault({})
    .describe('How much loss is judged how, if it persists to the end of the way.'),
});

/** `command` is a path, or a name to be found in PATH and the usual folders. */
export const createPath = (command = 'mtr'): ActiveCheck<typeof options> =>
  defineCheck({
    title: 'Path',
    summary:
      'Follows the way to a host hop by hop, on its schedule and at once when another check of its service is found down or degraded for loss, a time-out or want of a route: where it leads, whether it has changed, where packets get lost.',
    options,
    defaults: { everyMs: 300_000, timeoutMs: 30_000 },
    phases: ['resolve', 'rtt'],
    slowMs: {},
    askedOn: ['loss', 'unreachable', 'timeout_connect', 'timeout_reply'],
    target: ({ host }) => host,
    timeoutMsMin: ({ count, period }) => {
      const sendingMs = count * period;
      const leastMs = Math.min(
        sendingMs / (usableShare - waitingShare),
        (sendingMs + waitMsMax) / usableShare,
      );
      return Math.ceil(leastMs / 100) * 100;
    },
    run: async ({ host, count, period, loss }, probe) => {
      const address = await resolveOne(host, probe);
      const waitMs = Math.min(waitMsMax, probe.timeoutMs * waitingShare);
      const asked = { family: probe.family, address, count, periodMs: period, waitMs };
      const hops = await trace(asked, probe.signal, command).catch((error: unknown) => {
        // How long this takes is up to us alone, so that it is not over in time says nothing about the way.
        throw error instanceof Deadline ? new Unfit('self_misconfigured', `${error.message} of mtr`) : error;
      });
      const way = wayOf(hops, address);
      if (way.isWhole) probe.timing.record('rtt', way.hops.at(-1)?.rttUs ?? 0);
      const facts = wayFacts(way, probe.before, probe.now());
      const problem = wayProblem(way, address, loss);
      if (problem?.kind === 'fail') throw new Failure(problem.cause, problem.message, { facts });
      return { facts, ...(problem && { warning: problem }) };
    },
  });

export default createPath();
