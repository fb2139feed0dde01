import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Dialogue, hangUp } from '../../../../checks/lib/dialogue.ts';
import { dial } from '../../../../checks/lib/dial.ts';
import { Failure } from '../../../../checks/lib/outcome.ts';
import { serveTcp } from '../../../support/loopback.ts';
import { makeProbe } from '../../../support/probe.ts';
import { settled, until, waitInTurns } from '../../../support/turns.ts';

/** What `talk` answers or throws, with a server that does as `serve`; then the connection must be over. */
const hear = async <Heard>(
  serve: (socket: Socket) => void,
  talk: (dialogue: Dialogue, socket: Socket) => Promise<Heard>,
  probe = makeProbe(),
): Promise<Heard | Error> => {
  await using server = await serveTcp(serve);
  const socket = await dial({ host: '127.0.0.1', port: server.port }, probe);
  try {
    return await talk(new Dialogue(socket, probe), socket);
  } catch (error) {
    return error as Error;
  } finally {
    hangUp(socket);
    await server.allClosed();
  }
};
const says = (bytes: string | Buffer) => (socket: Socket) => void socket.write(bytes);
const line = (dialogue: Dialogue) => dialogue.line();
const untilDot = (dialogue: Dialogue) => dialogue.lines((line) => line === '.');

const drips =
  (text: string) =>
  (socket: Socket): void => {
    const [byte, rest] = [text.slice(0, 1), text.slice(1)];
    if (byte !== '') socket.setNoDelay().write(byte, () => drips(rest)(socket));
  };
const endless =
  (bytes: string, counted = { bytes: 0 }) =>
  (socket: Socket) => {
    const more = () => {
      if (socket.destroyed) return;
      counted.bytes += bytes.length;
      if (socket.write(bytes)) setImmediate(more);
      else socket.once('drain', more);
    };
    more();
  };

test.for([
  ['ends in CRLF', says('220 ready\r\n'), '220 ready'],
  ['ends in LF', says('220 ready\n'), '220 ready'],
  ['is empty', says('\r\n'), ''],
  ['has a CR inside', says('a\rb\r\r\n'), 'a\rb\r'],
  ['has NULs', says('\0\0a\0\n'), '\0\0a\0'],
  ['is no UTF-8', says(Buffer.from([0xe9, 0x74, 0xe9, 0x0a])), '\uFFFDt\uFFFD'],
  ['is UTF-8', says('prêt\n'), 'prêt'],
  ['comes byte by byte', drips('220 ready\r\n'), '220 ready'],
  ['is followed by another', says('one\r\ntwo\r\n'), 'one'],
  ['ends with the stream', (socket: Socket) => socket.end('220 ready'), '220 ready'],
  ['is as long as allowed', says(`${'x'.repeat(4_095)}\r\n`), 'x'.repeat(4_095)],
] as const)('gives the line that %s', async ([, serve, heard]) => {
  expect(await hear(serve, line)).toBe(heard);
});

test.for([
  ['says nothing and ends', (socket: Socket) => socket.end(), line, 'reset', /before the end of its reply$/],
  ['resets within a line', cut('220 re'), line, 'reset', /./],
  ['ends within a reply', (socket: Socket) => socket.end('one\r\ntwo'), untilDot, 'reset', /./],
  ['says nothing', () => {}, line, 'timeout_reply', /^no reply within 100 ms$/],
  [
    'stops within a line',
    says('220 re'),
    line,
    'timeout_reply',
    /^no end of the reply "220 re" within 100 ms$/,
  ],
  ['stops within a reply', says('220-one\r\n'), untilDot, 'timeout_reply', /./],
  ['never ends a line', endless('x'.repeat(1_000)), line, 'protocol', /within 4096 bytes after: xxx/],
  ['sends NUL for ever', endless('\0'.repeat(1_000)), line, 'protocol', /within 4096 bytes/],
  ['never ends a reply', endless('250-more\r\n'), untilDot, 'protocol', /within 20 lines: 250-more/],
  ['has long lines', endless(`${'y'.repeat(999)}\n`), untilDot, 'protocol', /within 4096 bytes/],
] as const)('a server that %s', async ([, serve, talk, cause, evidence]) => {
  const seen = await hear<unknown>(serve, talk, makeProbe({ timeoutMs: 100 }));
  expect(seen).toMatchObject({ cause, message: expect.stringMatching(evidence) });
  expect(seen).toBeInstanceOf(Failure);
});

function cut(text: string) {
  return (socket: Socket) => void socket.write(text, () => setTimeout(() => socket.resetAndDestroy(), 10));
}

test('ends a dripping line at the deadline', async () => {
  const serve = (socket: Socket) => {
    const drip = setInterval(() => socket.write('x'), 5);
    socket.on('close', () => clearInterval(drip));
  };
  expect(await hear(serve, line, makeProbe({ timeoutMs: 100 }))).toMatchObject({ cause: 'timeout_reply' });
});

test('does not read on what an endless server sends', async () => {
  const counted = { bytes: 0 };
  await hear(endless('x'.repeat(10_000), counted), async (dialogue) => {
    await expect(dialogue.line()).rejects.toMatchObject({ cause: 'protocol' });
    // The buffers on the way fill, and stay so.
    await expect(settled(() => counted.bytes)).resolves.toBeGreaterThan(0);
  });
});

test('a stop of ours is no failure of the server', async () => {
  const stopping = new AbortController();
  const serve = () => void setImmediate(() => stopping.abort(new Error('we stop')));
  expect(await hear(serve, line, makeProbe({ stopping: stopping.signal }))).toEqual(new Error('we stop'));
});

test('gives lines one by one, and the rest when it is asked for', async () => {
  const heard = await hear(says('a\r\nb\r\n.\r\n12345'), async (dialogue) => [
    await dialogue.line(),
    await dialogue.lines((line) => line === '.'),
    (await dialogue.bytes(3)).toString(),
    (await dialogue.bytes(2)).toString(),
  ]);
  expect(heard).toEqual(['a', ['b', '.'], '123', '45']);
});

test('asks for no more bytes than the limit, and for those that come', async () => {
  const many = (count: number) => (dialogue: Dialogue) => dialogue.bytes(count);
  expect(await hear(says('x'.repeat(9_000)), many(4_097))).toMatchObject({ cause: 'protocol' });
  expect(await hear((socket) => socket.end('xx'), many(3))).toMatchObject({ cause: 'reset' });
});

test('says lines with CRLF, and never two commands in one', async () => {
  const echo = (socket: Socket) => void socket.on('data', (data) => socket.write(data));
  expect(
    await hear(echo, async (dialogue) => {
      dialogue.send('EHLO me');
      return (await dialogue.bytes(9)).toString();
    }),
  ).toBe('EHLO me\r\n');
  expect(
    await hear(echo, async (dialogue) => dialogue.send('EHLO me\r\nMAIL FROM:<root@lab.test>')),
  ).toBeInstanceOf(TypeError);
});

test('a server that hung up after its greeting is missed at the next reply', async () => {
  const seen = await hear(
    (socket) => socket.end('220 ready\r\n'),
    async (dialogue) => {
      await dialogue.line();
      dialogue.send('EHLO me');
      return dialogue.line();
    },
  );
  expect(seen).toMatchObject({ cause: 'reset' });
});

test.for([
  ['in the same packet', says('220 go ahead\r\n250 injected\r\n')],
  [
    'a moment later',
    (socket: Socket) => {
      socket.write('220 go ahead\r\n');
      setTimeout(() => socket.write('250 injected\r\n'), 20);
    },
  ],
] as const)('refuses to encrypt after early words %s', async ([, serve]) => {
  const seen = await hear(serve, async (dialogue, socket) => {
    await dialogue.line();
    // Until they have arrived, wherever they are kept.
    while (socket.bytesRead < 28) {
      socket.read(0);
      await sleep(5);
    }
    dialogue.release();
  });
  expect(seen).toMatchObject({
    cause: 'protocol',
    message: 'speaks before the encryption: 250 injected',
  });
});

test('ends at the deadline also when nobody closes the stream', async () => {
  const mute = new PassThrough() as unknown as Socket;
  const dialogue = new Dialogue(mute, makeProbe({ timeoutMs: 50 }));
  await expect(dialogue.line()).rejects.toMatchObject({ cause: 'timeout_reply' });
  expect(mute.destroyed).toBe(true);
});

/** Hangs up on a server that decides itself when to end; answers what that server saw, and how much we read. */
const hangUpOn = async (serve: (socket: Socket) => void) => {
  const saw: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => saw.push('reset')).on('end', () => saw.push('end'));
    socket.resume();
    serve(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = await dial({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }, makeProbe());
  const gone = new Promise((resolve) => socket.once('close', resolve));
  hangUp(socket);
  await gone;
  server.close();
  await until(() => saw.length > 0);
  await waitInTurns(50);
  return { saw, bytesRead: socket.bytesRead };
};

test('hangs up with a FIN, also when the server had more to say', async () => {
  const { saw } = await hangUpOn((socket) => {
    socket.write('220 a greeting that nobody reads\r\n');
    // Late words, as a server has them that was about to speak.
    socket.once('end', () => socket.end('221 bye\r\n'));
  });
  expect(saw).toEqual(['end']);
});

test('does not read on what a server sends that never stops', async () => {
  const { bytesRead } = await hangUpOn(endless('x'.repeat(10_000)));
  expect(bytesRead).toBeLessThan(1_000_000);
});

test('does not wait for a server that never ends', async () => {
  let patience: NodeJS.Timeout | undefined;
  let isOut = false;
  await hangUpOn((socket) => {
    patience = setTimeout(() => {
      isOut = true;
      socket.destroy();
    }, 4_000);
  });
  clearTimeout(patience);
  expect(isOut).toBe(false);
});
