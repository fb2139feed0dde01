import { describe, expect, test } from 'vitest';
import irc from '../../../server/notify/irc.ts';
import { deliver } from '../../support/deliver.ts';
import type { Told } from '../../support/deliver.ts';
import { serveLines } from '../../support/line-server.ts';
import { serveTcp } from '../../support/loopback.ts';

const written = (port: number, more: object = {}) => ({
  host: '127.0.0.1',
  port,
  tls: 'none',
  channel: '#admins',
  ...more,
});

/** A server that says yes to all, but for what `unusual` has to say to a command. */
const serve = (unusual: Readonly<Record<string, string>> = {}) =>
  serveLines({
    greeting: ':irc.test NOTICE * :*** Looking up your hostname\r\n',
    talk: () => {
      let nick = '';
      return (line) => {
        const [command = '', word = ''] = line.split(' ');
        if (command === 'NICK') nick = word;
        const answer = unusual[line] ?? unusual[command];
        if (answer !== undefined) return `${answer}\r\n`;
        if (command === 'USER') return `:irc.test 001 ${nick} :Welcome\r\n`;
        if (command === 'JOIN') return `:${nick}!u@h JOIN ${word}\r\n:irc.test 366 ${nick} ${word} :End\r\n`;
        return command === 'PING' ? `:irc.test PONG irc.test :${word}\r\n` : '';
      };
    },
  });

const send = async (unusual: Readonly<Record<string, string>> = {}, more: object = {}, told: Told = {}) => {
  await using server = await serve(unusual);
  const delivery = await deliver(irc, written(server.port, more), told);
  // It is heard byte by byte.
  return { delivery, heard: server.heard.map((line) => Buffer.from(line, 'latin1').toString()) };
};

test('comes, says each line when the last one has been taken, and goes', async () => {
  const { delivery, heard } = await send();
  expect(delivery).toEqual({ kind: 'delivered', evidence: 'vigie has said it in #admins' });
  expect(heard.slice(0, 7)).toEqual([
    'NICK vigie',
    'USER vigie 0 * :Vigie',
    'JOIN #admins',
    'PRIVMSG #admins :Bases de données : en panne depuis 14 h 02.',
    'PING vigie-1',
    'PRIVMSG #admins :Le serveur refuse les connexions.',
    'PING vigie-2',
  ]);
});

test('answers the ping with which a server begins', async () => {
  const { delivery, heard } = await send({
    USER: 'PING :4711',
    'PONG :4711': ':irc.test 001 vigie :Welcome',
  });
  expect(delivery.kind).toBe('delivered');
  expect(heard).toContain('PONG :4711');
});

test('takes another name, and gives up when each is taken', async () => {
  const taken = ':irc.test 433 * vigie :Nickname is already in use';
  const free = await send({ USER: taken, 'NICK vigie_': ':irc.test 001 vigie_ :Welcome' });
  expect(free.delivery.evidence).toBe('vigie_ has said it in #admins');
  const never = await send({
    USER: taken,
    'NICK vigie_': taken,
    'NICK vigie__': taken,
    'NICK vigie___': taken,
  });
  expect(never.delivery).toMatchObject({ kind: 'deferred', evidence: expect.stringMatching(/^433 /) });
});

test.for([
  ['473', 'Cannot join channel (+i)'],
  ['474', 'Cannot join channel (+b)'],
  ['475', 'Cannot join channel (+k)'],
  ['403', 'No such channel'],
] as const)('an answer %s is a refusal: %s', async ([code, words]) => {
  const { delivery } = await send({ JOIN: `:irc.test ${code} vigie #admins :${words}` });
  expect(delivery).toEqual({ kind: 'refused', evidence: `${code} vigie #admins :${words}` });
});

test('is refused when it may not speak', async () => {
  const { delivery } = await send({ PRIVMSG: ':irc.test 404 vigie #admins :Cannot send to channel' });
  expect(delivery.kind).toBe('refused');
});

test('is put off when the server throws it out', async () => {
  const { delivery } = await send({ PRIVMSG: 'ERROR :Closing link: Excess Flood' });
  expect(delivery).toEqual({ kind: 'deferred', evidence: 'ERROR :Closing link: Excess Flood' });
});

test('says no more than eight lines, none longer than a server takes, and no command hidden in one', async () => {
  const text = `${'mot '.repeat(120)}${'é'.repeat(300)}\rQUIT\u0000\n\u0001ACTION waves\u0001\n${'x\n'.repeat(20)}`;
  const { heard } = await send(
    {},
    {},
    { message: { title: { fr: 'mot', en: '' }, text: { fr: text, en: '' } } },
  );
  const said = heard.filter((line) => line.startsWith('PRIVMSG'));
  expect(said).toHaveLength(8);
  for (const line of said) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(425);
  expect(heard).not.toContain('QUIT');
  expect(said.join('')).not.toMatch(/\p{Cc}/u);
});

describe('a server that does not behave puts it off:', () => {
  test.for([
    ['a line without end', 'x'.repeat(100_000)],
    ['lines without end', ':a NOTICE * :x\r\n'.repeat(5_000)],
    ['garbage', `\u0000\r\n ::: \r\n:\r\n@ \r\n433\r\n${':a NOTICE * :x\r\n'.repeat(5_000)}`],
  ] as const)('%s', async ([, words]) => {
    await using server = await serveTcp((socket) => void socket.end(words));
    expect(await deliver(irc, written(server.port))).toMatchObject({ kind: 'deferred' });
  });

  test('silence', async () => {
    await using server = await serveTcp(() => {});
    const delivery = await deliver(irc, written(server.port), { errand: { timeoutMs: 300 } });
    expect(delivery).toMatchObject({ kind: 'deferred', evidence: expect.stringContaining('300 ms') });
  });
});

test.for([
  { channel: 'admins' },
  { channel: '#a b' },
  { channel: '#a,#b' },
  { channel: '#a\r\nQUIT' },
  { nick: '1vigie' },
  { nick: 'a b' },
])('its options cannot be %o', (more) => {
  expect(irc.options.safeParse(written(6667, more)).success).toBe(false);
});
