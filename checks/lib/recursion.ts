// Does a resolver find out what it does not know? A name that nobody can have asked for before, and names of others, tell
// the resolver's own trouble from that of the way to everybody else.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { domain } from '../../config/fields.ts';
import type { Probe } from './contract.ts';
import { askWhole } from './dns-exchange.ts';
import type { Server } from './dns-exchange.ts';
import { causeOf, normalizeName } from './dns-message.ts';
import type { Reply } from './dns-message.ts';
import { Failure, orFailure } from './outcome.ts';
import type { Facts } from './outcome.ts';

const elsewhereMax = 9;
const nonceBytes = 8;

const topOf = (name: string): string => normalizeName(name).split('.').at(-1) ?? '';

export const recursion = z
  .strictObject({
    uncached: domain().describe(
      'A name of ours under which every name has an address (*.probe.example.org): another of them is asked for each time, which is in no cache.',
    ),
    elsewhere: z
      .array(domain())
      .min(3, { error: 'at least three names' })
      .max(elsewhereMax, { error: `at most ${elsewhereMax} names` })
      .refine((names) => new Set(names.map(topOf)).size === names.length, {
        error: 'names in different top-level domains',
      })
      .describe(
        'Names of others, in different top-level domains. That one is not found is its own fault; most of them must be.',
      ),
  })
  .describe('For a resolver: whether it finds out what it does not know.');
export type Recursion = z.output<typeof recursion>;

/**
 * What is not found out is a warning: the way to those servers is broken. A resolver that finds out neither fails. Records
 * the phase `recursion`: how long it took to find the name that no cache has.
 */
export const tryRecursion = async (
  { uncached, elsewhere }: Recursion,
  server: Server,
  probe: Probe,
): Promise<{ facts: Facts; problem?: Failure }> => {
  const timing = probe.timing.beside();
  const ask = (name: string, stopwatch = probe.timing.beside()) =>
    orFailure(askWhole(server, { name, record: 'A', recursion: true }, { ...probe, timing: stopwatch }));
  const nonce = randomBytes(nonceBytes).toString('hex');
  const [own, others] = await Promise.all([
    ask(`${nonce}.${uncached}`, timing),
    Promise.all(elsewhere.map((name) => ask(name))),
  ]);
  const ignorance = problemOf(own, uncached, ['NOERROR', 'NXDOMAIN']);
  if (ignorance === undefined) probe.timing.record('recursion', timing.phasesUs['reply'] ?? 0);
  const missing = others.flatMap(
    (reply, index) => problemOf(reply, elsewhere[index] ?? '', ['NOERROR']) ?? [],
  );
  const facts = {
    recursion: ignorance === undefined,
    elsewhereAsked: others.length,
    elsewhereFound: others.length - missing.length,
  };
  const problem = judge(ignorance, missing.length * 2 > others.length ? missing[0] : undefined);
  return { facts, ...(problem && { problem }) };
};

const problemOf = (
  reply: Reply | Failure,
  name: string,
  accepted: readonly string[],
): Failure | undefined => {
  if (reply instanceof Failure) {
    const cause = reply.cause === 'timeout_reply' ? 'dns_timeout' : reply.cause;
    return new Failure(cause, `${name}: ${reply.message}`);
  }
  if (!accepted.includes(reply.rcode)) return new Failure(causeOf(reply.rcode), `${name}: ${reply.rcode}`);
  return reply.rcode === 'NOERROR' && reply.answers.length === 0
    ? new Failure('bad_answer', `${name}: no address`)
    : undefined;
};

const judge = (own: Failure | undefined, others: Failure | undefined): Failure | undefined => {
  if (own && others)
    return new Failure(
      own.cause,
      `finds out nothing that it does not know: ${own.message}; ${others.message}`,
    );
  if (own) return new Failure(own.cause, `finds out nothing new of ours: ${own.message}`, { kind: 'warn' });
  return (
    others &&
    new Failure(others.cause, `does not find most names of others: ${others.message}`, { kind: 'warn' })
  );
};
