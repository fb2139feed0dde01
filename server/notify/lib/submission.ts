// Handing a mail to a mail server, by the same SMTP as a check speaks: the connection and the message, whoever it is for.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { host } from '../../../config/fields.ts';
import type { Probe } from '../../../checks/lib/contract.ts';
import type { Dialogue } from '../../../checks/lib/dialogue.ts';
import { converse, wholeAccount, wholeAccountExpected } from '../../../checks/lib/mail-session.ts';
import { accept, ask, introduce, mailbox, smtpFields } from '../../../checks/lib/smtp.ts';
import { readReply } from '../../../checks/lib/reply.ts';

/** How a mail leaves, and in whose name. */
export const transport = z
  .strictObject({
    ...smtpFields(587),
    helo: host().optional().describe('Name by which we introduce ourselves (EHLO); the domain of `from`.'),
    from: mailbox().describe('Sender, in the envelope too: what bounces comes back there.'),
  })
  .omit({ expires: true })
  .refine(wholeAccount, wholeAccountExpected);
export type Transport = z.output<typeof transport>;

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** The same for the same key, however often it is made. */
export const messageId = (key: string, from: string): string =>
  `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${domainOf(from)}>`;

/** Connects, encrypts, logs in, names the sender and lets `hand` do the rest. Fails as a check of SMTP does. */
export const submit = async <Answer>(
  options: Transport,
  sender: string,
  probe: Probe,
  hand: (dialogue: Dialogue) => Promise<Answer>,
): Promise<Answer> => {
  const { helo = domainOf(options.from) } = options;
  const answers: Answer[] = [];
  await converse(options, probe, async (session) => {
    const { warning } = await introduce(session, { ...options, helo }, probe);
    // Encryption was asked for: what could be read on the way is not sent.
    if (warning !== undefined) throw warning;
    const { dialogue } = session;
    accept(await ask(dialogue, `MAIL FROM:<${sender}>`), `the sender <${sender}>`, 'rejected');
    answers.push(await hand(dialogue));
    dialogue.send('QUIT');
    return {};
  });
  return answers[0] as Answer;
};

/** The message itself, to whom the server has accepted. */
export const give = async (dialogue: Dialogue, mail: Buffer): Promise<string> => {
  const { code, lines } = await ask(dialogue, 'DATA');
  if (code !== 354) accept({ code: code < 400 ? 500 : code, lines }, 'DATA', 'rejected');
  // RFC 5321 §4.5.2: a line that begins with a dot gets another one, and a dot alone is the end.
  const text = mail.toString('latin1').replaceAll(/\r?\n/g, '\r\n').replaceAll(/^\./gm, '..');
  dialogue.sendBytes(Buffer.from(`${text.replace(/(?:\r\n)?$/, '\r\n')}.\r\n`, 'latin1'));
  const reply = await readReply(dialogue);
  accept(reply, 'the message', 'rejected');
  return reply.lines.join(' | ');
};
