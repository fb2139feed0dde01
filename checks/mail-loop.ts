// Does mail arrive? A message is submitted, and awaited in the mailbox where it belongs, minutes or an hour later.
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { duration, port } from '../config/fields.ts';
import { Deadline, defineCheck } from './lib/contract.ts';
import type { Probe, Seen } from './lib/contract.ts';
import { enterImap, imapLimits } from './lib/imap.ts';
import type { Imap } from './lib/imap.ts';
import { LoopMailbox, loopHeader } from './lib/loop-mailbox.ts';
import type { Arrival } from './lib/loop-mailbox.ts';
import { entered, isLate, ledgerFacts, look, told, verdictOn } from './lib/mail-ledger.ts';
import type { Looked } from './lib/mail-ledger.ts';
import {
  accountOf,
  converse,
  mailFields,
  mailboxName,
  wholeAccount,
  wholeAccountExpected,
} from './lib/mail-session.ts';
import { Failure } from './lib/outcome.ts';
import { accept, address, ask, introduce, mailbox, smtpFields } from './lib/smtp.ts';
import { readReply } from './lib/reply.ts';
import { Stopwatch } from './lib/timing.ts';

const options = z
  .strictObject({
    submit: z
      .strictObject({ ...smtpFields(587), from: mailbox().describe('Sender of the messages.') })
      .refine(wholeAccount, wholeAccountExpected)
      .describe('Server that takes the messages, and the account that sends them.'),
    to: mailbox().describe('Recipient, whose mailbox is read; best one of its own, with nobody to disturb.'),
    read: z
      .strictObject({
        ...mailFields('implicit'),
        port: port().default(993).describe('Port of the server.'),
        mailbox: mailboxName().default('INBOX').describe('Mailbox in which the messages arrive.'),
      })
      .refine(wholeAccount, wholeAccountExpected)
      .refine((read) => accountOf(read) !== undefined, { error: 'an account that reads', path: ['user'] })
      .describe('IMAP server, and the account whose mailbox it is.'),
    late: duration().prefault('2m').describe('A message that takes longer is late: degraded.'),
    lost: duration().prefault('1h').describe('When nothing has arrived for so long, mail is down.'),
  })
  .refine(({ late, lost }) => late < lost, { error: 'longer than late', path: ['lost'] });
type Options = z.output<typeof options>;

export default defineCheck({
  title: 'Mail loop',
  summary:
    'Submits a message, finds it by IMAP, removes it, and remembers in the mailbox what has not arrived yet.',
  options,
  defaults: { everyMs: 300_000, timeoutMs: 60_000 },
  phases: ['mailbox', 'submission', 'delivery'],
  slowMs: { mailbox: 10_000, submission: 10_000, delivery: 30_000 },
  target: ({ submit }) => submit.host,
  run: async (options, probe) => {
    const round: { ended: Seen | Failure } = { ended: {} };
    const reading = converse(
      options.read,
      unmeasured(probe),
      async (session) => {
        const imap = await enterImap(session, options.read, unmeasured(probe));
        round.ended = await goRound(imap, options, probe);
        imap.leave();
        return {};
      },
      imapLimits,
    );
    const { warning } = await during('the mailbox', reading);
    if (round.ended instanceof Failure) throw round.ended;
    return { ...(warning && { warning }), ...round.ended };
  },
});

/** Each conversation would call its phases as the other does: here they are steps of ours. */
const unmeasured = (probe: Probe): Probe => ({ ...probe, timing: new Stopwatch(() => 0) });

/** Fails only with what the mailbox has done; all else is answered, so that the two can be told apart. */
const goRound = async (imap: Imap, options: Options, probe: Probe): Promise<Seen | Failure> => {
  const loop = nameOf(options, probe);
  const mailbox = new LoopMailbox(imap, { name: options.read.mailbox, loop });
  await mailbox.open();
  const before = await lookInto(mailbox, options, probe);
  probe.timing.lap('mailbox');

  const token = randomBytes(16).toString('hex');
  const sentAt = probe.now();
  const refusal = await during('the submission', submit(`${loop} ${token} ${sentAt}`, options, probe)).then(
    () => undefined,
    asFailure,
  );
  if (refusal !== undefined) {
    await mailbox.keep(told(before.ledger, options, sentAt));
    return judged(before, options, probe, refusal);
  }
  probe.timing.lap('submission');
  const ledger = entered(before.ledger, token, sentAt);
  await mailbox.keep(told(ledger, options, sentAt));

  const arrival = await inTime(mailbox.arrivalOf(token), probe);
  if (arrival === undefined) return judged({ ...before, ledger }, options, probe);
  probe.timing.lap('delivery');
  const after = look(ledger, new Set([token]), probe.now());
  await mailbox.keep(told(after.ledger, options, probe.now()));
  await mailbox.remove(arrival);
  return judged({ ledger: after.ledger, arrived: before.arrived }, options, probe);
};

/** What has arrived since the last time; the ledger knows it before the message goes. */
const lookInto = async (mailbox: LoopMailbox, options: Options, probe: Probe): Promise<Looked> => {
  const now = probe.now();
  const { ledger, arrivals } = await mailbox.contents();
  const fresh = arrivals.filter(({ isKept }) => !isKept);
  const looked = look(ledger, new Set(fresh.map(({ token }) => token)), now);
  if (looked.arrived.length > 0) await mailbox.keep(looked.ledger);
  const isLateOne = ({ token }: Arrival) =>
    looked.arrived.some((sent) => sent.token === token && isLate(sent, options));
  const isOurs = ({ token }: Arrival) => looked.arrived.some((sent) => sent.token === token);
  await mailbox.setAside(fresh.filter(isLateOne).map(({ uid }) => uid));
  await mailbox.remove([
    ...fresh
      .filter((one) => (isOurs(one) ? !isLateOne(one) : now - one.sentAt > strayMs))
      .map(({ uid }) => uid),
    ...arrivals.filter(({ isKept, sentAt }) => isKept && now - sentAt > keptMs).map(({ uid }) => uid),
  ]);
  return looked;
};

/** A message of ours that nobody waits for: a second copy, or one of a probe that did not come to its end. */
const strayMs = 86_400_000;
const keptMs = 30 * 86_400_000;

/** The worst of what the ledger says and why nothing was submitted; a warning of the ledger is told once. */
const judged = (looked: Looked, options: Options, { now }: Probe, refusal?: Failure): Seen | Failure => {
  const facts = ledgerFacts(looked.ledger);
  const verdict = verdictOn(looked, options, now());
  const failure = [verdict, refusal].find((one) => one?.kind === 'fail');
  if (failure !== undefined)
    return new Failure(failure.cause, failure.message, { facts: { ...failure.facts, ...facts } });
  const warning = verdict ?? refusal;
  return { facts, ...(warning && { warning }) };
};

/** Nothing when the time of the probe is up: a message that takes longer is found by one of the next. */
const inTime = async <Answer>(work: Promise<Answer>, { signal }: Probe): Promise<Answer | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (signal.reason instanceof Deadline) return undefined;
    throw error;
  }
};

/** Says of a failure where it was. */
const during = async <Answer>(where: string, work: Promise<Answer>): Promise<Answer> => {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { cause, message, kind, facts } = error;
    throw new Failure(cause, `${where}: ${message}`, { kind, facts });
  }
};

const asFailure = (error: unknown): Failure => {
  if (error instanceof Failure) return error;
  throw error;
};

/** What is the same for all messages of one loop and for those of no other. */
const nameOf = ({ submit, to, read }: Options, { family }: Probe): string =>
  createHash('sha256')
    .update(JSON.stringify([submit.host, submit.port, to, read.host, read.mailbox, family]))
    .digest('hex')
    .slice(0, 16);

const submit = async (mark: string, { submit, to }: Options, probe: Probe): Promise<void> => {
  const quiet = unmeasured(probe);
  await converse(submit, quiet, async (session) => {
    await introduce(session, submit, quiet);
    const { dialogue } = session;
    await address(dialogue, { from: submit.from, to }, quiet);
    const consent = await ask(dialogue, 'DATA');
    if (consent.code !== 354) accept(consent, 'DATA', 'rejected');
    dialogue.sendBytes(Buffer.from(messageOf(mark, submit.from, to, probe.now())));
    accept(await readReply(dialogue), 'the message', 'rejected');
    dialogue.send('QUIT');
    return {};
  });
};

const messageOf = (mark: string, from: string, to: string, now: number): string =>
  [
    `From: <${from}>`,
    `To: <${to}>`,
    'Subject: Vigie: does mail arrive?',
    `Date: ${new Date(now).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${mark.split(' ')[1]}@${from.split('@')[1]}>`,
    `${loopHeader}: ${mark}`,
    'Auto-Submitted: auto-generated',
    '',
    'Vigie sends this message to itself and removes it. If it is still here after a day, it was late.',
    '.',
  ]
    .map((line) => `${line}\r\n`)
    .join('');
