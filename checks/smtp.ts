// Would this mail server take a message, from its greeting to the recipient? It is asked, and no message is sent.
import { z } from 'zod';
import { defineCheck } from './lib/contract.ts';
import { converse, wholeAccount, wholeAccountExpected } from './lib/mail-session.ts';
import { address, introduce, mailbox, smtpFields, smtpPhases } from './lib/smtp.ts';

const options = z
  .strictObject({
    ...smtpFields(25),
    from: mailbox().optional().describe('Sender of the envelope; without it, the empty one of bounces.'),
    to: mailbox()
      .optional()
      .describe(
        'Recipient that the server must take. No message follows; without it, no envelope is offered.',
      ),
  })
  .refine(wholeAccount, wholeAccountExpected);

export default defineCheck({
  title: 'SMTP',
  summary:
    'Greets a mail server, encrypts, logs in if it has an account, and offers an envelope without a message.',
  options,
  defaults: { everyMs: 30_000, timeoutMs: 15_000 },
  phases: smtpPhases,
  // A server may let clients wait for its greeting on purpose, to see which of them cannot.
  slowMs: { greeting: 8_000, auth: 2_000, recipient: 2_000 },
  target: ({ host }) => host,
  run: (options, probe) =>
    converse(options, probe, async (session) => {
      const { warning } = await introduce(session, options, probe);
      const { from, to } = options;
      if (to !== undefined) await address(session.dialogue, { from, to }, probe);
      session.dialogue.send('QUIT');
      return { facts: { encrypted: session.isEncrypted }, ...(warning && { warning }) };
    }),
});
