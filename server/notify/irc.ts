// A few lines into a channel of IRC (RFC 2812), by a client that comes, speaks and goes.
import type { Socket } from 'node:net';
import { z } from 'zod';
import { host, port, secret } from '../../config/fields.ts';
import type { Probe } from '../../checks/lib/contract.ts';
import { dial } from '../../checks/lib/dial.ts';
import { Dialogue, hangUp } from '../../checks/lib/dialogue.ts';
import { startTls } from '../../checks/lib/tls.ts';
import { Postponement, Refusal, defineNotifier } from './contract.ts';
import { ca } from './lib/post.ts';
import { reach } from './lib/reach.ts';
import { shortText } from './lib/words.ts';

const nickPattern = /^[A-Za-z[\]\\`_^{|}][\w[\]\\`^{|}-]{0,15}$/;
const channelPattern = /^[#&+!][^\s,:\p{Cc}]{1,49}$/u;

const options = z.strictObject({
  host: host().describe('Name or address of the server.'),
  port: port().default(6697).describe('Port of the server.'),
  tls: z
    .enum(['implicit', 'none'], { error: 'one of implicit, none' })
    .default('implicit')
    .describe('Encryption from the first byte, or none.'),
  nick: z
    .string()
    .regex(nickPattern, { error: 'a nick of at most 16 letters' })
    .default('vigie')
    .describe('Name there; one with _ behind it, if somebody has it.'),
  password: secret()
    .refine((password) => /^[^\s\p{Cc}]{1,200}$/u.test(password.expose()), {
      error: 'a password without spaces',
    })
    .optional()
    .describe('Password of the server.'),
  channel: z
    .string()
    .regex(channelPattern, { error: "a channel such as '#admins'" })
    .describe('Channel to join and speak in; quoted, for # begins a comment.'),
  ca,
});
type Options = z.output<typeof options>;

/** Of a line with its source and end, 512 bytes may be said (RFC 2812 §2.3). */
const lineBytesMax = 400;
const linesMax = 8;
const charsMax = 1_500;
const nicksMax = 4;
/** A server may greet with a long message of the day. */
const heardLinesMax = 2_000;

export default defineNotifier({
  title: 'IRC',
  summary: 'Joins a channel, says a few lines in the first language of the route, and leaves.',
  options,
  hosts: ({ host }) => [host],
  send: (message, options, errand) => {
    const [language = 'fr'] = errand.languages;
    const lines = linesOf(shortText(message, language, charsMax));
    return reach(options.host, errand, (probe) => speak(lines, options, probe));
  },
});

/** Nothing that a server would take for the end of a line, or a client for more than text. */
const linesOf = (text: string): readonly string[] =>
  text
    .split(/\s*\n\s*/)
    .map((line) => line.replaceAll(/\p{Cc}+/gu, ' ').trim())
    .filter((line) => line !== '')
    .flatMap((line) => pieces(line))
    .slice(0, linesMax);

const pieces = (line: string): readonly string[] => {
  if (Buffer.byteLength(line) <= lineBytesMax) return [line];
  const cut = new TextDecoder().decode(Buffer.from(line).subarray(0, lineBytesMax), { stream: true });
  const end = cut.lastIndexOf(' ') > 0 ? cut.lastIndexOf(' ') : cut.length;
  return [line.slice(0, end), ...pieces(line.slice(end).trim())];
};

const speak = async (lines: readonly string[], options: Options, probe: Probe): Promise<string> => {
  let socket: Socket = await dial(options, probe);
  try {
    if (options.tls === 'implicit')
      ({ socket } = await startTls(
        socket,
        { host: options.host, ca: options.ca, 'min-version': 'TLSv1.2' },
        probe,
      ));
    const talk = new Talk(new Dialogue(socket, probe, { replyBytesMax: 1_024 }));
    const { channel, password } = options;
    if (password !== undefined) talk.say(`PASS ${password.expose()}`);
    const nick = await register(talk, options.nick);
    talk.say(`JOIN ${channel}`);
    await talk.until((reply) => reply.is('366', channel));
    for (const line of lines) {
      talk.say(`PRIVMSG ${channel} :${line}`);
      await talk.settle();
    }
    talk.say('QUIT :');
    return `${nick} has said it in ${channel}`;
  } finally {
    hangUp(socket);
  }
};

/** Answers the name that was free. */
const register = async (talk: Talk, wished: string): Promise<string> => {
  let nick = wished;
  talk.say(`NICK ${nick}`);
  talk.say(`USER ${wished} 0 * :Vigie`);
  for (let tries = 1; ; tries += 1) {
    const reply = await talk.until(({ command }) => command === '001' || nickIsTaken.has(command));
    if (reply.command === '001') return nick;
    if (tries === nicksMax) throw new Postponement(reply.text);
    nick += '_';
    talk.say(`NICK ${nick}`);
  }
};

/** In use, and on its way back from a split network. */
const nickIsTaken: ReadonlySet<string> = new Set(['433', '436', '437']);

/** Not for us, whoever asks: no such channel, banned, invited only, a key, registered only, not to be spoken in; a wrong password. */
const refusals: ReadonlySet<string> = new Set([
  '403',
  '404',
  '432',
  '464',
  '465',
  '473',
  '474',
  '475',
  '476',
  '477',
  '489',
]);

class Reply {
  readonly text: string;
  readonly command: string;
  readonly #words: readonly string[];

  constructor(line: string) {
    const words = line.replace(/^(?:@\S* +)?(?::\S* +)?/, '').split(' ');
    this.text = words.join(' ');
    this.command = words[0]?.toUpperCase() ?? '';
    this.#words = words;
  }

  is(command: string, word: string): boolean {
    return this.command === command && this.#words.some((one) => one.toLowerCase() === word.toLowerCase());
  }
}

class Talk {
  readonly #dialogue: Dialogue;
  #settled = 0;

  constructor(dialogue: Dialogue) {
    this.#dialogue = dialogue;
  }

  say(line: string): void {
    this.#dialogue.send(line);
  }

  /** Hears until this; answers pings meanwhile. Refused when the server says so, postponed when it ends the connection. */
  async until(isIt: (reply: Reply) => boolean): Promise<Reply> {
    for (let heard = 0; heard < heardLinesMax; heard += 1) {
      const reply = new Reply(await this.#dialogue.line());
      if (isIt(reply)) return reply;
      if (reply.command === 'PING') this.say(`PONG${reply.text.slice(4)}`);
      if (reply.command === 'ERROR') throw new Postponement(reply.text);
      if (refusals.has(reply.command)) throw new Refusal(reply.text);
    }
    throw new Postponement(`no end of the talk within ${heardLinesMax} lines`);
  }

  /** A server answers in turn: it has done with what was said before, and is ready for more, however slow it makes us. */
  async settle(): Promise<void> {
    const token = `vigie-${(this.#settled += 1)}`;
    this.say(`PING ${token}`);
    await this.until(({ command, text }) => command === 'PONG' && text.includes(token));
  }
}
