// Can mail be read over IMAP: is the server there, does it let in, and does it find the mailbox and what is in it?
import { z } from 'zod';
import { port } from '../config/fields.ts';
import { defineCheck } from './lib/contract.ts';
import { enterImap, imapLimits, messagesIn, quoted } from './lib/imap.ts';
import {
  accountOf,
  converse,
  mailboxName,
  mailFields,
  wholeAccount,
  wholeAccountExpected,
} from './lib/mail-session.ts';

const options = z
  .strictObject({
    ...mailFields('implicit'),
    port: port().default(993).describe('Port of the server.'),
    mailbox: mailboxName()
      .default('INBOX')
      .describe('Mailbox that is opened, for reading only, if there is an account.'),
  })
  .refine(wholeAccount, wholeAccountExpected);

export default defineCheck({
  title: 'IMAP',
  summary: 'Is greeted, encrypts, logs in, opens a mailbox and reads a date in it: who is slow shows where.',
  options,
  defaults: { everyMs: 30_000, timeoutMs: 10_000 },
  phases: ['resolve', 'connect', 'tls', 'greeting', 'starttls', 'auth', 'select', 'fetch'],
  slowMs: { auth: 2_000, select: 1_000, fetch: 1_000, total: 5_000 },
  target: ({ host }) => host,
  run: (options, probe) =>
    converse(
      options,
      probe,
      async (session) => {
        const imap = await enterImap(session, options, probe);
        if (accountOf(options) === undefined) {
          imap.leave();
          return {};
        }
        const messages = messagesIn(await imap.ask(`EXAMINE ${quoted(options.mailbox)}`, 'bad_answer'));
        probe.timing.lap('select');
        // What the index alone cannot answer: it must be read from where mail is kept.
        if (messages > 0) {
          await imap.ask('FETCH * (BODY.PEEK[HEADER.FIELDS (DATE)])', 'bad_answer');
          probe.timing.lap('fetch');
        }
        imap.leave();
        return { facts: { messages } };
      },
      imapLimits,
    ),
});
