// What a mail loop has sent and not seen again: the ledger that it keeps in the mailbox itself, so that neither a restart
// nor a crash makes it forget a message, and the judgement on it. Pure.
import { Failure } from './outcome.ts';
import type { Facts } from './outcome.ts';

export interface Sent {
  /** What only this message has, and what no stranger can guess. */
  readonly token: string;
  /** Epoch milliseconds, as the next one. */
  readonly sentAt: number;
  /** When we last looked for it in vain: that it came later than this is all we know of a late one. */
  readonly missedAt: number;
  /** `overtaken`: a message that was sent later has arrived. `told`: and that this one is lost has been told. */
  readonly state: 'waiting' | 'overtaken' | 'told';
}

/** From the first sent to the last. */
export type Ledger = readonly Sent[];

/** More than so many are not remembered. */
const entriesMax = 100;
/** A message that is older is not expected any more, not even late. */
const forgottenMs = 7 * 86_400_000;

const entryPattern = /^([0-9a-f]{32}) (\d{1,15}) (\d{1,15}) (waiting|overtaken|told)$/gm;

export const writeLedger = (ledger: Ledger): readonly string[] =>
  ledger.map(({ token, sentAt, missedAt, state }) => `${token} ${sentAt} ${missedAt} ${state}`);

/** What is no entry is passed over. */
export const readLedger = (text: string): Ledger =>
  [...text.replaceAll('\r', '').matchAll(entryPattern)]
    .slice(-entriesMax)
    .map(([, token = '', sentAt, missedAt, state]) => ({
      token,
      sentAt: Number(sentAt),
      missedAt: Number(missedAt),
      state: state as Sent['state'],
    }))
    .toSorted((a, b) => a.sentAt - b.sentAt);

export const entered = (ledger: Ledger, token: string, sentAt: number): Ledger =>
  [...ledger, { token, sentAt, missedAt: sentAt, state: 'waiting' } as const].slice(-entriesMax);

export interface Looked {
  readonly ledger: Ledger;
  /** What has arrived, from the first sent to the last. */
  readonly arrived: readonly Sent[];
}

/** After a look into the mailbox at `now`: what was found is crossed out, and what was sent before it is overtaken. */
export const look = (ledger: Ledger, found: ReadonlySet<string>, now: number): Looked => {
  const arrived = ledger.filter(({ token }) => found.has(token));
  const newest = arrived.at(-1)?.sentAt ?? -Infinity;
  return {
    arrived,
    ledger: ledger
      .filter(({ token, sentAt }) => !found.has(token) && now - sentAt < forgottenMs)
      .map((sent) => ({
        ...sent,
        missedAt: now,
        state: sent.state === 'waiting' && sent.sentAt < newest ? 'overtaken' : sent.state,
      })),
  };
};

export interface Patience {
  /** Milliseconds from the sending of a message to when it is late, and to when it counts as lost. */
  readonly late: number;
  readonly lost: number;
}

/** Whether it was missing when it was late already. That it was not seen before says nothing where nobody looked. */
export const isLate = ({ sentAt, missedAt }: Sent, { late }: Patience): boolean => missedAt - sentAt >= late;

/**
 * `undelivered`: down when nothing that was sent for so long has arrived; degraded when it is late, or when one message
 * is lost among others that arrive. `slow`: one has arrived late.
 */
export const verdictOn = (
  { ledger, arrived }: Looked,
  patience: Patience,
  now: number,
): Failure | undefined => {
  const { late, lost } = patience;
  const waiting = ledger.filter(({ state }) => state === 'waiting');
  const [oldest] = waiting;
  const ageMs = oldest === undefined ? 0 : now - oldest.sentAt;
  if (oldest !== undefined && ageMs >= late) {
    const evidence = `nothing sent since ${clock(oldest.sentAt)} has arrived within ${minutes(ageMs)} (${waiting.length} messages)`;
    return new Failure('undelivered', evidence, { kind: ageMs >= lost ? 'fail' : 'warn' });
  }
  const missing = ledger.find(({ state, sentAt }) => state === 'overtaken' && now - sentAt >= lost);
  if (missing !== undefined) {
    const evidence = `the message sent at ${clock(missing.sentAt)} has not arrived, though later ones have`;
    return new Failure('undelivered', evidence, { kind: 'warn' });
  }
  const tardy = arrived.find((sent) => isLate(sent, patience));
  if (tardy === undefined) return undefined;
  const { sentAt, missedAt } = tardy;
  const evidence = `the message sent at ${clock(sentAt)} arrived ${minutes(missedAt - sentAt)} to ${minutes(now - sentAt)} later`;
  return new Failure('slow', evidence, { kind: 'warn' });
};

/** Once it has been told that they are lost, they are only waited for. */
export const told = (ledger: Ledger, { lost }: Patience, now: number): Ledger =>
  ledger.map((sent) =>
    sent.state === 'overtaken' && now - sent.sentAt >= lost ? { ...sent, state: 'told' } : sent,
  );

export const ledgerFacts = (ledger: Ledger): Facts => {
  const waiting = ledger.filter(({ state }) => state !== 'told');
  const [oldest] = waiting;
  return { inFlight: waiting.length, ...(oldest && { oldestUnseenAt: oldest.sentAt }) };
};

const clock = (atMs: number): string => new Date(atMs).toISOString().slice(0, 19).concat('Z');
const minutes = (ms: number): string => `${(ms / 60_000).toFixed(1)} min`;
