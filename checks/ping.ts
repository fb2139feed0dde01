// Does the host answer echo requests, how fast, and how many of them get lost?
import { z } from 'zod';
import { duration, host, percent } from '../config/fields.ts';
import { Deadline, defineCheck } from './lib/contract.ts';
import type { ActiveCheck, RoundJob, Seen } from './lib/contract.ts';
import { resolveOne, routeProblem } from './lib/dial.ts';
import { sendEchoes } from './lib/fping.ts';
import type { Echoes } from './lib/fping.ts';
import { Failure, Unfit } from './lib/outcome.ts';

const usualPeriodMs = 500;
const periodMsMin = 10;
const sendingMsMax = 60_000;
/** How long the last answer is waited for; half of a time-out that is less than twice that. */
const waitMsMax = 2_000;
/** Of the time-out; the rest is for finding the address and starting. */
const usableShare = 0.9;

const options = z
  .strictObject({
    host: host().describe('Name or address to send echo requests to.'),
    count: z
      .int({ error: 'a number of packets from 1 to 100' })
      .min(1, { error: 'a number of packets from 1 to 100' })
      .max(100, { error: 'a number of packets from 1 to 100' })
      .default(10)
      .describe('How many packets a probe sends: ten cannot tell a loss of 1% from none.'),
    period: duration({ minMs: periodMsMin, maxMs: 10_000 })
      .optional()
      .describe(
        'Time from one packet to the next; unless written, 500ms, or less where the time-out is short.',
      ),
    size: z
      .int({ error: 'a number of bytes from 12 to 1472' })
      .min(12, { error: 'a number of bytes from 12 to 1472' })
      .max(1_472, { error: 'a number of bytes from 12 to 1472' })
      .default(56)
      .describe('Bytes of data in a packet.'),
    loss: z
      .strictObject({
        degraded: percent().prefault('10%').describe('Loss from which the target is degraded.'),
        failed: percent().prefault('100%').describe('Loss from which the target has failed.'),
      })
      .refine(({ degraded, failed }) => degraded <= failed, {
        error: 'no more than the loss from which it has failed',
        path: ['degraded'],
      })
      .prefault({})
      .describe('How much loss is judged how.'),
  })
  .refine(({ count, period = 0 }) => (count - 1) * period <= sendingMsMax, {
    error: `no more packets than are sent in ${sendingMsMax / 1_000} s`,
    path: ['count'],
  });
type Options = z.output<typeof options>;
type Job = RoundJob<Options>;
type Answer = Seen | Failure | Unfit;

/** `program` is a path, or a name to be found in PATH and the usual folders. */
export const createPing = (program = 'fping'): ActiveCheck<typeof options> =>
  defineCheck({
    title: 'Ping',
    summary: 'Sends echo requests and measures their loss, round trip and jitter.',
    options,
    defaults: { everyMs: 20_000, timeoutMs: 10_000 },
    phases: ['resolve', 'rtt'],
    slowMs: { rtt: 200 },
    target: ({ host }) => host,
    timeoutMsMin: ({ count, period = periodMsMin }) => {
      const sendingMs = (count - 1) * period;
      const shortMs = sendingMs / (usableShare - 0.5);
      const leastMs = Math.min(shortMs, (sendingMs + waitMsMax) / usableShare);
      return Math.ceil(leastMs / 100) * 100;
    },
    run: async (options, probe) => {
      const [answer] = await ping([{ options, probe }], program);
      if (answer === undefined || answer instanceof Failure || answer instanceof Unfit) throw answer;
      return answer;
    },
    round: {
      key: (options, timeoutMs) => {
        const { periodMs, waitMs } = paceOf(options, timeoutMs);
        return [options.count, periodMs, waitMs, options.size].join('/');
      },
      run: (jobs) => ping(jobs, program),
    },
  });

export default createPing();

/** How packets that fit into the time-out follow each other. */
const paceOf = (
  { count, period }: Pick<Options, 'count' | 'period'>,
  timeoutMs: number,
): { periodMs: number; waitMs: number } => {
  const waitMs = Math.min(waitMsMax, Math.floor(timeoutMs / 2));
  const fittingMs = Math.floor((timeoutMs * usableShare - waitMs) / (count - 1));
  return { periodMs: period ?? Math.max(periodMsMin, Math.min(usualPeriodMs, fittingMs)), waitMs };
};

/** More in one process, a millisecond apart, would not all be sent within a period. */
const addressesMax = 250;

/** One answer a job, in their order; addresses of the same family share processes. */
const ping = async (jobs: readonly Job[], program: string): Promise<Answer[]> => {
  const located = await Promise.all(jobs.map(locate));
  const heard = new Map<string, Echoes | Unfit>();
  const groups = Map.groupBy(
    located.filter((one) => 'address' in one),
    ({ job }) => job.probe.family,
  );
  const runs = [...groups.values()].flatMap(slices).map(async (group) => {
    for (const [address, echoes] of await listen(group, program)) heard.set(address, echoes);
  });
  await Promise.all(runs);
  return Promise.all(located.map(async (one) => ('address' in one ? conclude(one, heard) : one)));
};

interface Located {
  readonly job: Job;
  readonly address: string;
}

const locate = async (job: Job): Promise<Located | Failure> => {
  try {
    return { job, address: await resolveOne(job.options.host, job.probe) };
  } catch (error) {
    if (error instanceof Failure) return error;
    if (error instanceof Deadline) return new Failure('dns_timeout', error.message);
    throw error;
  }
};

const slices = (group: readonly Located[]): Located[][] =>
  Array.from({ length: Math.ceil(group.length / addressesMax) }, (_, index) =>
    group.slice(index * addressesMax, (index + 1) * addressesMax),
  );

const listen = async (
  group: readonly Located[],
  program: string,
): Promise<Iterable<readonly [string, Echoes | Unfit]>> => {
  const [first] = group;
  if (first === undefined) return [];
  const { options, probe } = first.job;
  const { count, size: sizeBytes } = options;
  const addresses = [...new Set(group.map(({ address }) => address))];
  const pace = paceOf(options, probe.timeoutMs);
  const requests = { family: probe.family, addresses, count, ...pace, sizeBytes };
  try {
    // The probes of a round share one signal.
    return await sendEchoes(requests, probe.signal, program);
  } catch (error) {
    if (error instanceof Unfit) return addresses.map((address) => [address, error]);
    // How long this takes is up to us alone, so that it is not over in time says nothing about the target.
    const unfit = new Unfit('self_misconfigured', `${count} packets do not fit into the time-out`);
    if (error instanceof Deadline) return addresses.map((address) => [address, unfit]);
    throw error;
  }
};

const conclude = async (
  { job: { options, probe }, address }: Located,
  heard: ReadonlyMap<string, Echoes | Unfit>,
): Promise<Answer> => {
  const echoes = heard.get(address) ?? new Unfit('self_bug', `fping did not tell about ${address}`);
  if (echoes instanceof Unfit) return echoes;
  const { roundTripsUs, notice } = echoes;
  const answered = roundTripsUs.filter((us) => us !== undefined);
  if (answered.length === 0) {
    const facts = { sent: roundTripsUs.length, received: 0, lossRatio: 1 };
    if (notice !== undefined) return new Failure('unreachable', `${address}: ${notice}`, { facts });
    const evidence = `none of ${roundTripsUs.length} packets to ${address} was answered`;
    return (
      (await routeProblem(address, address, probe.family)) ??
      new Failure('timeout_reply', evidence, { facts })
    );
  }
  const { medianUs, ...facts } = summary(roundTripsUs.length, answered);
  probe.timing.record('rtt', medianUs);
  const lost = `${facts.sent - facts.received} of ${facts.sent} packets to ${address} were lost`;
  if (facts.lossRatio >= options.loss.failed) return new Failure('loss', lost, { facts });
  if (facts.lossRatio >= options.loss.degraded) return { facts, warning: new Failure('loss', lost) };
  return { facts };
};

const summary = (sent: number, answeredUs: readonly number[]) => {
  const ascending = answeredUs.toSorted((a, b) => a - b);
  // The nearest rank, so that what is told was measured.
  const quantile = (share: number) => ascending[Math.ceil(share * ascending.length) - 1] ?? 0;
  const steps = answeredUs.slice(1).map((us, index) => Math.abs(us - (answeredUs[index] ?? us)));
  return {
    sent,
    received: answeredUs.length,
    lossRatio: (sent - answeredUs.length) / sent,
    minUs: ascending[0] ?? 0,
    medianUs: quantile(0.5),
    p90Us: quantile(0.9),
    maxUs: quantile(1),
    jitterUs: Math.round(steps.reduce((sum, step) => sum + step, 0) / Math.max(1, steps.length)),
  };
};
