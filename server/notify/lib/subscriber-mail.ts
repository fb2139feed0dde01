// A mail to one subscriber. What the mail server says is not repeated anywhere, but for its numbers: it may hold the address.
import type { z } from 'zod';
import { Failure, Unfit } from '../../../checks/lib/outcome.ts';
import { Deadline } from '../../../checks/lib/contract.ts';
import { createResolver } from '../../../checks/lib/resolver.ts';
import { ask, mailbox } from '../../../checks/lib/smtp.ts';
import type { Config } from '../../../config/config.ts';
import type { Clock } from '../../app/ports.ts';
import type { MailDelivery, SendMail, SubscriberMail } from '../../app/subscriptions/mailings.ts';
import { reach } from './reach.ts';
import { domainOf, give, messageId, submit, transport } from './submission.ts';

export const subscriberOptions = transport.safeExtend({
  unsubscribe: mailbox()
    .optional()
    .describe(
      'Where a mail program may write to be told no more, beside the link; somebody must read it (`vigie subscribers erase ADDRESS`).',
    ),
  bounces: mailbox()
    .optional()
    .describe(
      'Sender in the envelope instead of `from`, with a name of the subscriber after a plus: what comes back there tells by its address who bounced (`vigie subscribers bounced ADDRESS`).',
    ),
});
type Options = z.output<typeof subscriberOptions>;
type Whose = Extract<MailDelivery, { kind: 'later' }>['whose'];

/** A name that is not found by then is tried again with the mail. */
const resolveTimeoutMs = 5_000;
const subjectCharsMax = 200;

export const sendSubscriberMail =
  (config: () => Config, clock: Clock): SendMail =>
  async (mail, signal) => {
    const { subscriptions, organisation, resolvers } = config();
    if (subscriptions === undefined) return { kind: 'later', whose: 'ours', evidence: 'not configured' };
    const options = subscriptions.options as unknown as Options;
    const resolver = createResolver({ servers: resolvers, timeoutMs: resolveTimeoutMs });
    const errand = { organisation: organisation.name, languages: [mail.language], resolver, clock, signal };
    let whose: Whose = 'ours';
    try {
      const message = await composed(mail, organisation.name, options);
      return await reach(options.host, errand, (probe) =>
        submit(options, senderOf(mail, options), probe, async (dialogue): Promise<MailDelivery> => {
          whose = 'theirs';
          const { code, lines } = await ask(dialogue, `RCPT TO:<${mail.to}>`);
          const evidence = numbersOf(lines.at(-1) ?? `${code}`);
          if (code >= 500) return { kind: 'refused', evidence };
          if (code === 421) return { kind: 'later', whose: 'ours', evidence };
          if (code >= 300) return { kind: 'later', whose: 'theirs', evidence };
          return handed(() => give(dialogue, message));
        }),
      );
    } catch (error) {
      return deliveryOf(error, signal, whose);
    }
  };

/** Of hosts and mail domains, what it depends on. */
export const hostsOfSubscriptions = ({ subscriptions }: Config): readonly string[] =>
  subscriptions === undefined ? [] : [(subscriptions.options as unknown as Options).host];

/** RFC 5233 has the detail after a plus; most servers take it. */
const senderOf = ({ name }: SubscriberMail, { from, bounces }: Options): string =>
  bounces === undefined ? from : bounces.replace(/@(?=[^@]*$)/, `+${name}@`);

/** A message that is not wanted is not wanted of anybody: the address may be well. */
const handed = async (hand: () => Promise<string>): Promise<MailDelivery> => {
  try {
    await hand();
    return { kind: 'delivered' };
  } catch (error) {
    if (!(error instanceof Failure) || !['rejected', 'deferred'].includes(error.cause)) throw error;
    const evidence = numbersOf(error.message);
    return error.cause === 'rejected'
      ? { kind: 'unwanted', evidence }
      : { kind: 'later', whose: 'theirs', evidence };
  }
};

/**
 * Before there was a recipient, nothing of the subscriber was said: what is wrong is wrong for all. After that it may be the
 * recipient whom the server waits for, or over whom it hangs up: others do not wait for him.
 */
const deliveryOf = (error: unknown, { reason }: AbortSignal, whose: Whose): MailDelivery => {
  if (error instanceof Failure || error instanceof Unfit)
    return {
      kind: 'later',
      whose,
      evidence: [error.cause, numbersOf(error.message)].join(' ').trim(),
    };
  if (reason instanceof Deadline) return { kind: 'later', whose, evidence: 'timeout' };
  throw error;
};

/** A code of SMTP and an enhanced one (RFC 3463). */
const numbersOf = (said: string): string =>
  /(?<!\d)[2-5]\d\d(?:[ -][245]\.\d{1,3}\.\d{1,3})?(?![\d.])/.exec(said)?.[0] ?? '';

/** The same mail, however often it is sent: its id, its date and all. */
const composed = async (mail: SubscriberMail, organisation: string, options: Options): Promise<Buffer> => {
  // Four megabytes, for whoever sends mails.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const { from, unsubscribe } = options;
  const { thread, unsubscribeUrl } = mail;
  const ways = [`<${unsubscribeUrl}>`, ...(unsubscribe === undefined ? [] : [`<mailto:${unsubscribe}>`])];
  const reference = thread === undefined ? undefined : messageId(thread, from);
  const composer = new MailComposer({
    from: { name: organisation, address: from },
    // As an object, or it would be read as a list of addresses.
    to: { name: '', address: mail.to },
    subject: inert(mail.subject).replaceAll(/\s+/g, ' ').slice(0, subjectCharsMax).toWellFormed(),
    text: inert(mail.text),
    date: new Date(mail.at),
    messageId: messageId(mail.key, from),
    ...(reference !== undefined && { inReplyTo: reference, references: reference }),
    headers: {
      // RFC 3834: nobody's out-of-office note is to answer; older programs go by the next one.
      'Auto-Submitted': 'auto-generated',
      Precedence: 'list',
      'Content-Language': mail.language,
      'List-Id': `<status.${domainOf(from)}>`,
      // RFC 8058. Who has not confirmed is on no list yet.
      ...(unsubscribeUrl !== undefined && {
        'List-Unsubscribe': ways.join(', '),
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
};

/** Lines and tabs stay. */
const inert = (text: string): string =>
  text.toWellFormed().replaceAll(/(?![\t\n])[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu, ' ');
