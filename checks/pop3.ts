// Can mail be fetched over POP3: is the server there, does it let in, and does it count what is in the mailbox?
import { z } from 'zod';
import { port } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import type { Dialogue } from './lib/dialogue.ts';
import {
  accountOf,
  converse,
  tooMany,
  mailFields,
  wholeAccount,
  wholeAccountExpected,
  withoutPassword,
} from './lib/mail-session.ts';
import type { Account } from './lib/mail-session.ts';
import { Failure, Unfit } from './lib/outcome.ts';
import { askForTls, greet } from './lib/starttls.ts';

const options = z
  .strictObject({
    ...mailFields('implicit'),
    port: port().default(995).describe('Port of the server.'),
  })
  .refine(wholeAccount, wholeAccountExpected);

export default defineCheck({
  title: 'POP3',
  summary: 'Is greeted, encrypts, logs in and asks how many messages there are; none is fetched or deleted.',
  options,
  defaults: { everyMs: 30_000, timeoutMs: 10_000 },
  phases: ['resolve', 'connect', 'tls', 'greeting', 'starttls', 'auth', 'stat'],
  slowMs: { auth: 2_000, stat: 1_000, total: 5_000 },
  target: ({ host }) => host,
  run: (options, probe) =>
    converse(options, probe, async (session) => {
      const { timing } = probe;
      await greet('pop3', session.dialogue);
      timing.lap('greeting');
      if (options.tls === 'starttls') {
        await askForTls('pop3', session.dialogue);
        timing.lap('starttls');
        await session.encrypt();
      }
      const { dialogue } = session;
      const account = accountOf(options);
      if (account === undefined) {
        dialogue.send('QUIT');
        return {};
      }
      await logIn(dialogue, account);
      timing.lap('auth');
      const facts = await count(dialogue);
      timing.lap('stat');
      dialogue.send('QUIT');
      return { facts };
    }),
});

/** RFC 1939 §7; the codes in brackets are of RFC 2449 §8. */
const logIn = async (dialogue: Dialogue, account: Account): Promise<void> => {
  for (const line of [`USER ${account.user}`, `PASS ${account.password.expose()}`]) {
    dialogue.send(line);
    const answer = await dialogue.line();
    if (answer.startsWith('+OK')) continue;
    const text = withoutPassword(answer, account);
    if (tooMany.test(text))
      throw new Failure('too_many_connections', `the log-in: ${text}`, { kind: 'warn' });
    // Somebody else reads this mailbox, which says nothing about the server.
    if (/\[IN-USE\]/i.test(text)) throw new Unfit('self_misconfigured', `the mailbox is taken: ${text}`);
    throw new Failure(answer.startsWith('-ERR') ? 'auth_failed' : 'bad_answer', `the log-in: ${text}`);
  }
};

const count = async (dialogue: Dialogue) => {
  dialogue.send('STAT');
  const answer = await dialogue.line();
  const [, messages, bytes] = /^\+OK (\d{1,15}) (\d{1,15})\b/.exec(answer) ?? [];
  if (messages === undefined) throw new Failure('bad_answer', `STAT: ${answer}`);
  return { messages: Number(messages), bytes: Number(bytes) };
};
