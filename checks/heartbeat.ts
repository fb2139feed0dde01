// Did the job say that it was done, when it should have?
import { parse, validateDetailed } from 'node-cron';
import { z } from 'zod';
import { duration, secret, timezone } from '../config/fields.ts';
import { definePassiveCheck, tokenCharsMax } from './lib/contract.ts';
import type { Heard, Ping } from './lib/contract.ts';
import { nextMatch, previousMatch } from './lib/cron.ts';
import { Failure } from './lib/outcome.ts';
import type { Facts } from './lib/outcome.ts';

const minuteMs = 60_000;
const graceMsMin = 5 * minuteMs;
/** A start that comes so soon after an end was overtaken by it on the way. */
const overtakenMs = 5_000;

const tokenPattern = new RegExp(`^[\\w-]{16,${tokenCharsMax}}$`);

const expression = () =>
  z
    .string({ error: 'a cron expression such as 0 4 * * *' })
    .max(200)
    .superRefine((text, context) => {
      const { valid, fields, errors } = validateDetailed(text);
      for (const { message } of errors) context.addIssue(message);
      // Most crons mean "or" by this, and node-cron "and".
      if (valid && fields && fields.dayOfMonth.length < 31 && fields.dayOfWeek.length < 7)
        context.addIssue('days of the month or weekdays, not both');
    });

const options = z.strictObject({
  token: secret()
    .refine((token) => tokenPattern.test(token.expose()), {
      error: 'a token of at least 16 letters, digits, hyphens and underscores',
    })
    .describe(
      'The part of the address that the job calls: /heartbeat/TOKEN of the status page when it is done, and the same with /start or /fail.',
    ),
  expect: z
    .union([
      z.strictObject({
        every: duration({ minMs: minuteMs }).describe(
          'The longest time from one end of the job to the next.',
        ),
      }),
      z.strictObject({
        cron: expression().describe('When the job starts, as in a crontab.'),
        timezone: timezone().describe('Time zone of that crontab.'),
      }),
    ])
    .describe('When the job should be heard.'),
  grace: duration()
    .optional()
    .describe('How late it may be; by itself a tenth of the time between two runs, and at least 5m.'),
  lasts: duration()
    .optional()
    .describe('How long it may take from its start to its end. Without it, only the end counts.'),
});
type Options = z.output<typeof options>;

export default definePassiveCheck({
  title: 'Heartbeat',
  summary: 'Listens to a job that says when it starts, is done or has failed, and minds its silence.',
  options,
  defaults: { everyMs: minuteMs, timeoutMs: 10_000 },
  token: ({ token }) => token.expose(),
  assess: (options, heard) => {
    const history = read(heard.pings);
    const { lastEnd, facts } = history;
    if (lastEnd?.signal === 'fail')
      return new Failure('job_failed', `the job said at ${clock(lastEnd.at)} that it had failed`, { facts });
    const troubles = [overrun(options, history, heard), silence(options, history, heard)];
    const trouble = troubles.find((one) => one?.kind === 'fail') ?? troubles.find((one) => one !== undefined);
    if (trouble === undefined) return { facts };
    return trouble.kind === 'fail' ? trouble : { facts: trouble.facts, warning: trouble };
  },
});

/** A run that does not end: late beyond what it may take, failed beyond twice that. */
const overrun = ({ lasts }: Options, { startedAt, facts }: History, { now }: Heard): Failure | undefined => {
  if (lasts === undefined || startedAt === undefined || now - startedAt <= lasts) return undefined;
  const evidence = `the job started at ${clock(startedAt)} and did not say that it was done`;
  return new Failure('stale', evidence, { kind: now - startedAt > 2 * lasts ? 'fail' : 'warn', facts });
};

/** A run that was not heard of: late when it is one, failed when it is two. */
const silence = (options: Options, history: History, heard: Heard): Failure | undefined => {
  const { lastDone, startedAt, facts } = history;
  const isRunning = startedAt !== undefined && heard.now - startedAt <= (options.lasts ?? 0);
  const heardAt = isRunning ? startedAt : lastDone?.at;
  const { missed, dueAt } = missedRuns(options, heardAt, heard);
  if (missed === 0) return undefined;
  const last = heardAt === undefined ? 'the job was never heard' : `not heard since ${clock(heardAt)}`;
  return new Failure('stale', `${last}, due at ${clock(dueAt)}`, {
    kind: missed > 1 ? 'fail' : 'warn',
    facts: { ...facts, overdueMs: heard.now - dueAt },
  });
};

interface History {
  readonly lastDone: Ping | undefined;
  readonly lastEnd: Ping | undefined;
  /** When the run began that has not ended. */
  readonly startedAt: number | undefined;
  readonly facts: Facts;
}

const read = (pings: readonly Ping[]): History => {
  const isEnd = ({ signal }: Ping) => signal !== 'start';
  const doneIndex = pings.findLastIndex(({ signal }) => signal === 'done');
  const lastDone = pings[doneIndex];
  const lastEnd = pings.findLast(isEnd);
  const beganAfter = (lastEnd?.at ?? -Infinity) + overtakenMs;
  const startedAt = pings.find((ping) => !isEnd(ping) && ping.at > beganAfter)?.at;
  const endBefore = pings.slice(0, Math.max(0, doneIndex)).findLastIndex(isEnd);
  const doneStart = pings.slice(endBefore + 1, Math.max(0, doneIndex)).find((ping) => !isEnd(ping));
  return {
    lastDone,
    lastEnd,
    startedAt,
    facts: {
      ...(lastDone && { lastDoneAt: lastDone.at }),
      ...(lastDone && doneStart && { durationMs: lastDone.at - doneStart.at }),
    },
  };
};

interface Missed {
  /** Runs that were due, with grace, while we listened, and were not heard; counted up to two. */
  readonly missed: number;
  /** When the first of them was due. */
  readonly dueAt: number;
}

const missedRuns = (options: Options, heardAt: number | undefined, heard: Heard): Missed =>
  'every' in options.expect
    ? missedPeriods(options.expect.every, options.grace, heardAt, heard)
    : missedOccurrences(options.expect, options.grace, heardAt, heard);

const graceOf = (given: number | undefined, periodMs: number): number =>
  given ?? Math.max(periodMs / 10, graceMsMin);

/** The n-th run is due n periods after the last, each with its grace; due while we did not listen, it is excused. */
const missedPeriods = (
  everyMs: number,
  given: number | undefined,
  heardAt: number | undefined,
  { watchingSince, now }: Heard,
): Missed => {
  const graceMs = graceOf(given, everyMs);
  const stepMs = everyMs + graceMs;
  const fromMs = heardAt ?? watchingSince;
  const first = Math.max(1, Math.ceil((watchingSince + graceMs - fromMs) / stepMs));
  const last = Math.ceil((now - fromMs) / stepMs) - 1;
  return { missed: Math.max(0, last - first + 1), dueAt: fromMs + first * stepMs - graceMs };
};

const missedOccurrences = (
  { cron, timezone }: { cron: string; timezone: string },
  given: number | undefined,
  heardAt = -Infinity,
  { watchingSince, now }: Heard,
): Missed => {
  const fields = parse(cron);
  const before = (atMs: number) => previousMatch(fields, timezone, atMs - 1) ?? -Infinity;
  const current = before(now);
  const periodMs = Math.min(
    current - before(current),
    (nextMatch(fields, timezone, current) ?? Infinity) - current,
  );
  const graceMs = graceOf(given, periodMs);
  // The clock of the job's machine may be fast: nearer to this run than to the one before, a ping is this run's.
  const earlyMs = Math.min(graceMs, periodMs / 2);
  const isMissed = (dueAt: number) => dueAt >= watchingSince && heardAt < dueAt - earlyMs;
  const last = before(now - graceMs);
  if (!isMissed(last)) return { missed: 0, dueAt: last };
  const lastButOne = before(last);
  return isMissed(lastButOne) ? { missed: 2, dueAt: lastButOne } : { missed: 1, dueAt: last };
};

const clock = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).concat('Z');
