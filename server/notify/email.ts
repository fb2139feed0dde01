// A mail in all languages of the route, handed to a mail server by the same SMTP as a check speaks.
import type { z } from 'zod';
import { listOf } from '../../config/texts.ts';
import type { Dialogue } from '../../checks/lib/dialogue.ts';
import { Failure } from '../../checks/lib/outcome.ts';
import { accept, ask, mailbox } from '../../checks/lib/smtp.ts';
import type { Message } from '../core/alerts/message.ts';
import { Refusal, defineNotifier } from './contract.ts';
import type { Errand } from './contract.ts';
import { reach } from './lib/reach.ts';
import { domainOf, give, messageId, submit, transport } from './lib/submission.ts';
import { titleIn, wholeText } from './lib/words.ts';
import { subscriberOptions } from './lib/subscriber-mail.ts';

const options = transport.safeExtend({
  to: listOf(mailbox(), 'a list of addresses such as [admins@example.org]').describe('Recipients.'),
});
type Options = z.output<typeof options>;

export default {
  ...defineNotifier({
    title: 'E-mail',
    summary: 'Hands a mail to a mail server, in all languages of the route.',
    options,
    hosts: ({ host, to }) => [host, ...to.map(domainOf)],
    send: async (message, options, errand) => {
      const mail = await composed(message, options, errand);
      return reach(options.host, errand, async (probe) => {
        try {
          return await submit(options, options.from, probe, async (dialogue) => {
            const refusals = await address(dialogue, options.to);
            return [await give(dialogue, mail), ...refusals].join('; ');
          });
        } catch (error) {
          throw isFinal(error) ? new Refusal(error.message) : error;
        }
      });
    },
  }),
  subscribers: subscriberOptions,
};

/** The same message is the same mail, however often it is sent: its id, its date and all. */
const composed = async (message: Message, { from, to }: Options, errand: Errand): Promise<Buffer> => {
  // Four megabytes, for whoever sends mails.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const thread = messageId(message.thread, from);
  const { organisation, languages } = errand;
  const isAnswer = message.thread !== message.key;
  const mail = new MailComposer({
    from: { name: `Vigie ${organisation}`, address: from },
    to: [...to],
    subject: titleIn(languages, message),
    text: wholeText(message, languages),
    date: new Date(message.at),
    messageId: messageId(message.key, from),
    ...(isAnswer && { inReplyTo: thread, references: thread }),
    headers: {
      // RFC 3834: nobody's out-of-office note is to answer. RFC 2919: filters know a route by its name.
      'Auto-Submitted': 'auto-generated',
      'List-Id': `<${message.route}.vigie.${domainOf(from)}>`,
      'Content-Language': languages.join(', '),
      ...(message.severity === 'down' && message.kind !== 'recovery' && { Importance: 'high' }),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
};

/**
 * Answers who was refused for good, if anybody was not. Whoever is refused for now postpones it for all, before anybody
 * has it, so that nobody gets it twice.
 */
const address = async (dialogue: Dialogue, to: readonly string[]): Promise<readonly string[]> => {
  const refusals: string[] = [];
  for (const recipient of to) {
    const reply = await ask(dialogue, `RCPT TO:<${recipient}>`);
    if (reply.code >= 500) refusals.push(`not to <${recipient}>: ${reply.lines.join(' | ')}`);
    else accept(reply, `the recipient <${recipient}>`, 'rejected');
  }
  if (refusals.length === to.length) throw new Refusal(refusals.join('; '));
  return refusals;
};

/** A password that could not be looked up may be right tomorrow (RFC 4954 §6: 454). */
const isFinal = (error: unknown): error is Failure =>
  error instanceof Failure &&
  (error.cause === 'rejected' || (error.cause === 'auth_failed' && !/: 4\d\d/.test(error.message)));
