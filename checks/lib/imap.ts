// IMAP as a client speaks it (RFC 9051): one command at a time, each with its tag, and literals of bytes between lines.
import type { Probe } from './contract.ts';
import type { Dialogue, Limits } from './dialogue.ts';
import { accountOf, plainResponse, tooMany, withoutPassword } from './mail-session.ts';
import type { Account, MailOptions, Session } from './mail-session.ts';
import { Failure } from './outcome.ts';
import type { Cause } from './outcome.ts';
import { askForTls, greet } from './starttls.ts';

/** A response that nobody asked for by tag: `* 3 EXISTS`, or one of FETCH with what it holds. */
export interface Untagged {
  /** Without the asterisk, and with nothing in the place of each literal. */
  readonly text: string;
  readonly literals: readonly Buffer[];
}

export const imapLimits: Limits = { replyBytesMax: 65_536, linesMax: 20 };
const responsesMax = 1_000;
const answerBytesMax = 262_144;
const literalPattern = /\{(\d{1,9})\}$/;

/** Fails as the dialogue does, and with `reset` when the server says good-bye in the middle. */
export class Imap {
  readonly #dialogue: Dialogue;
  #commands = 0;
  #bytesLeft = answerBytesMax;

  constructor(dialogue: Dialogue) {
    this.#dialogue = dialogue;
  }

  /** All that is answered before the tag comes back with OK; another word fails with `refusal`. */
  async ask(command: string, refusal: Cause): Promise<readonly Untagged[]> {
    const tag = this.#send(command);
    return this.#answer(tag, command, refusal);
  }

  /** A command whose rest the server asks for, when it has consented to the size or the way of it. */
  async askInTwo(command: string, rest: string, refusal: Cause): Promise<readonly Untagged[]> {
    const tag = this.#send(command);
    const consent = await this.#response();
    if (!consent.text.startsWith('+')) return this.#answer(tag, command, refusal, consent);
    this.#dialogue.sendBytes(Buffer.from(`${rest}\r\n`));
    return this.#answer(tag, command, refusal);
  }

  async logIn(account: Account): Promise<void> {
    try {
      await this.askInTwo('AUTHENTICATE PLAIN', plainResponse(account), 'auth_failed');
    } catch (error) {
      if (!(error instanceof Failure) || error.cause !== 'auth_failed') throw error;
      const text = withoutPassword(error.message, account);
      throw tooMany.test(text)
        ? new Failure('too_many_connections', text, { kind: 'warn' })
        : new Failure('auth_failed', text);
    }
  }

  /** Waits until there is something new in the mailbox (RFC 2177). */
  async waitForMore(): Promise<void> {
    const tag = this.#send('IDLE');
    for (;;) {
      const { text } = await this.#response();
      if (text.startsWith(`${tag} `)) throw new Failure('bad_answer', `IDLE: ${text}`);
      if (/^\* \d+ EXISTS\b/i.test(text)) break;
    }
    this.#dialogue.send('DONE');
    await this.#answer(tag, 'IDLE', 'bad_answer');
  }

  /** Says good-bye, and waits for nothing. */
  leave(): void {
    this.#send('LOGOUT');
  }

  #send(command: string): string {
    this.#commands += 1;
    this.#bytesLeft = answerBytesMax;
    const tag = `v${this.#commands}`;
    this.#dialogue.send(`${tag} ${command}`);
    return tag;
  }

  async #answer(
    tag: string,
    command: string,
    refusal: Cause,
    first?: Untagged,
  ): Promise<readonly Untagged[]> {
    const answer: Untagged[] = [];
    for (let next = first; answer.length < responsesMax; next = undefined) {
      const { text, literals } = next ?? (await this.#response());
      if (text.startsWith(`${tag} OK`)) return answer;
      const [name] = command.split(' ');
      if (text.startsWith(`${tag} `)) throw new Failure(refusal, `${name}: ${text.slice(tag.length + 1)}`);
      if (/^\* BYE\b/i.test(text)) throw new Failure('reset', `${name}: said good-bye: ${text.slice(6)}`);
      if (text.startsWith('* ')) answer.push({ text: text.slice(2), literals });
    }
    throw new Failure('protocol', `more than ${responsesMax} responses to one command`);
  }

  /** One response with its literals; IDLE apart, what one command brings is limited. */
  async #response(): Promise<Untagged> {
    const literals: Buffer[] = [];
    let text = '';
    for (;;) {
      const line = await this.#dialogue.line();
      const [spelled = '', length] = literalPattern.exec(line) ?? [];
      text += line.slice(0, line.length - spelled.length);
      this.#bytesLeft -= line.length + Number(length ?? 0);
      if (this.#bytesLeft < 0)
        throw new Failure('protocol', `more than ${answerBytesMax} bytes to one command`);
      if (length === undefined) return { text, literals };
      literals.push(await this.#dialogue.bytes(Number(length)));
    }
  }
}

/**
 * Is greeted, encrypts if so wished, and logs in if there is an account; laps `greeting`, `starttls`, `tls` and `auth`.
 * Fails with `bad_answer`, `tls_proto`, `auth_failed`: Dovecot calls a password wrong also when it cannot look it up.
 */
export const enterImap = async (session: Session, options: MailOptions, { timing }: Probe): Promise<Imap> => {
  await greet('imap', session.dialogue);
  timing.lap('greeting');
  if (options.tls === 'starttls') {
    await askForTls('imap', session.dialogue);
    timing.lap('starttls');
    await session.encrypt();
  }
  const imap = new Imap(session.dialogue);
  const account = accountOf(options);
  if (account !== undefined) {
    await imap.logIn(account);
    timing.lap('auth');
  }
  return imap;
};

/** A name or a text as a quoted string; it holds no end of a line. */
export const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/** How many messages the mailbox has, from what SELECT or EXAMINE answered. Fails with `bad_answer`. */
export const messagesIn = (answer: readonly Untagged[]): number => {
  const count = answer.map(({ text }) => /^(\d{1,9}) EXISTS\b/i.exec(text)?.[1]).find((found) => found);
  if (count === undefined)
    throw new Failure('bad_answer', 'the mailbox does not say how many messages it has');
  return Number(count);
};
