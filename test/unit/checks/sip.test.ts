import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import sip from '../../../checks/sip.ts';
import { freePort } from '../../support/daemon.ts';
import { serveTcp, serveUdp } from '../../support/loopback.ts';
import { runCheck } from '../../support/probe.ts';
import { sipReply } from '../../support/sip-server.ts';

const see = (port: number, written: object = {}, timeoutMs = 5_000) =>
  runCheck(sip, { host: '127.0.0.1', port, ...written }, { timeoutMs });

/** What a server does with each request, over the transport that is asked for. */
const serve = (transport: 'udp' | 'tcp', reply: (request: Buffer) => readonly Buffer[]) =>
  transport === 'udp'
    ? serveUdp(reply)
    : serveTcp((socket: Socket) =>
        socket.on('data', (data: Buffer) => socket.write(Buffer.concat(reply(data)))),
      );

describe.for(['udp', 'tcp'] as const)('over %s', (transport) => {
  test('is fine with the reply to its request, with its phases and facts', async () => {
    await using server = await serve(transport, (request) => [sipReply(request, '200 OK')]);
    const outcome = await see(server.port, { transport });
    expect(outcome).toMatchObject({
      kind: 'ok',
      facts: { sipStatus: 200, reason: 'OK', software: 'lab (1.0)', retransmissions: 0 },
    });
    expect(Object.keys(outcome.phasesUs)).toEqual(transport === 'udp' ? ['reply'] : ['connect', 'reply']);
  });

  test('asks as RFC 3261 wants it, and to be answered where it is', async () => {
    const heard: string[] = [];
    await using server = await serve(transport, (request) => {
      heard.push(request.toString());
      return [sipReply(request, '200 OK')];
    });
    await see(server.port, { transport });
    const via = `SIP/2.0/${transport.toUpperCase()} 127\\.0\\.0\\.1:\\d+;rport;branch=z9hG4bK[0-9a-f]{24}`;
    const uri = `sip:127\\.0\\.0\\.1:${server.port}`;
    expect(heard[0]).toMatch(new RegExp(`^OPTIONS ${uri} SIP/2\\.0\r\nVia: ${via}\r\nMax-Forwards: 70\r\n`));
    expect(heard[0]).toMatch(new RegExp(`\r\nTo: <${uri}>\r\n`));
    expect(heard[0]).toMatch(/\r\nCSeq: \d+ OPTIONS\r\n[^]*\r\nContent-Length: 0\r\n\r\n$/);
  });

  test('asks for the domain when one is given', async () => {
    const heard: string[] = [];
    await using server = await serve(transport, (request) => {
      heard.push(request.toString());
      return [sipReply(request, '200 OK')];
    });
    await see(server.port, { transport, domain: 'sip.lab.test' });
    expect(heard[0]).toMatch(/^OPTIONS sip:sip\.lab\.test SIP\/2\.0\r\n/);
  });

  test.for([
    ['404 Not Found', {}, 'ok'],
    ['401 Unauthorized', {}, 'ok'],
    ['503 Service Unavailable', {}, 'fail'],
    ['302 Moved', {}, 'fail'],
    ['404 Not Found', { expect: { status: [200] } }, 'fail'],
    ['603 Decline', { expect: { status: [200, 603] } }, 'ok'],
  ] as const)('%s with %o: %s', async ([status, written, kind]) => {
    await using server = await serve(transport, (request) => [sipReply(request, status)]);
    const outcome = await see(server.port, { transport, ...written });
    expect(outcome).toMatchObject({ kind, facts: { sipStatus: Number(status.slice(0, 3)) } });
    if (outcome.kind !== 'ok')
      expect(outcome).toMatchObject({ cause: 'bad_status', evidence: `answered ${status}` });
  });

  test('a provisional reply is not the end, and its time is told apart', async () => {
    await using server = await serve(transport, (request) => [
      sipReply(request, '100 Trying'),
      sipReply(request, '200 OK'),
    ]);
    const outcome = await see(server.port, { transport });
    expect(outcome).toMatchObject({ kind: 'ok', facts: { sipStatus: 200 } });
    expect(Object.keys(outcome.phasesUs).slice(-2)).toEqual(['reply', 'final']);
  });

  test.for([
    ['compact names', (line: string) => line.replace('Via:', 'v:').replace('Call-ID:', 'I :'), 'ok'],
    ['folded lines', (line: string) => line.replace(';branch', '\r\n ;branch'), 'ok'],
    ['a second Via', (line: string) => line.replace(/^(Via.*)/, '$1\r\nVia: SIP/2.0/UDP a;branch=z9'), 'ok'],
    ['more spaces', (line: string) => line.replace(/^CSeq: (\d+) /, 'CSEQ:$1   '), 'ok'],
    ['another branch', (line: string) => line.replace('branch=z9hG4bK', 'branch=z9hG4bKstale'), 'fail'],
    ['another Call-ID', (line: string) => line.replace('Call-ID: ', 'Call-ID: x'), 'fail'],
    ['another number', (line: string) => line.replace('CSeq: ', 'CSeq: 9'), 'fail'],
    ['another method', (line: string) => line.replace(' OPTIONS', ' INVITE'), 'fail'],
    ['no Via', (line: string) => line.replace('Via', 'X-Via'), 'fail'],
    ['another version', (line: string) => line.replace('SIP/2.0 200', 'SIP/2.0 OK'), 'fail'],
  ] as const)('a reply with %s: %s', async ([, change, kind]) => {
    await using server = await serve(transport, (request) => [
      sipReply(request, '200 OK', (lines) => lines.map(change)),
    ]);
    const outcome = await see(server.port, { transport }, kind === 'ok' ? 5_000 : 100);
    expect(outcome.kind).toBe(kind);
    if (transport === 'udp' && outcome.kind === 'fail')
      expect(outcome).toMatchObject({
        cause: 'protocol',
        evidence: expect.stringMatching(/ sent 1 datagrams that are no reply to our request$/),
      });
  });

  test('a stale reply is passed over, and the right one counts', async () => {
    const stale = (lines: readonly string[]) => lines.map((line) => line.replace('z9hG4bK', 'z9hG4bKstale'));
    await using server = await serve(transport, (request) => [
      sipReply(request, '503 Service Unavailable', stale),
      sipReply(request, '200 OK'),
    ]);
    expect(await see(server.port, { transport })).toMatchObject({ kind: 'ok', facts: { sipStatus: 200 } });
  });

  test('silence is a failure', async () => {
    await using server = await serve(transport, () => []);
    expect(await see(server.port, { transport }, 100)).toMatchObject({
      kind: 'fail',
      cause: 'timeout_reply',
    });
  });
});

test('a reply to the second sending is a loss; both sendings are the same', async () => {
  const heard: string[] = [];
  await using server = await serveUdp((request, count) => {
    heard.push(request.toString());
    return count === 1 ? [] : [sipReply(request, '200 OK')];
  });
  const outcome = await see(server.port);
  expect(outcome).toMatchObject({ kind: 'warn', cause: 'loss', facts: { retransmissions: 1 } });
  expect(heard.length).toBe(2);
  expect(heard[1]).toBe(heard[0]);
  expect(outcome.totalUs).toBeGreaterThanOrEqual(499_000);
});

test('a server that only ever tries is told apart from a silent one', async () => {
  await using server = await serveUdp((request) => [sipReply(request, '100 Trying')]);
  expect(await see(server.port, {}, 100)).toMatchObject({
    kind: 'fail',
    cause: 'timeout_reply',
    evidence: expect.stringMatching(/ said 100 Trying, and then no more$/),
  });
});

test.for([
  ['another protocol', '220 ready\r\n', 'bad_answer', 'no reply of SIP: 220 ready'],
  ['a head without an end', `SIP/2.0 200 OK\r\n${'a: b\r\n'.repeat(300)}`, 'protocol', 'within 200 lines'],
  ['empty lines', '\r\n'.repeat(30), 'protocol', '20 messages, and none is a reply'],
  ['a body of no length', 'SIP/2.0 100 Trying\r\nl: 999999\r\n\r\n', 'protocol', 'within 16384 bytes'],
] as const)('over TCP, %s fails', async ([, said, cause, evidence]) => {
  await using server = await serveTcp((socket) => socket.write(said));
  expect(await see(server.port, { transport: 'tcp' })).toMatchObject({
    kind: 'fail',
    cause,
    evidence: expect.stringContaining(evidence),
  });
  await server.allClosed();
});

test('over TCP, the body of a reply that is not ours is passed over, and empty lines are nothing', async () => {
  await using server = await serveTcp((socket) =>
    socket.on('data', (request: Buffer) => {
      const other = 'SIP/2.0 200 OK\r\nVia: x;branch=y\r\nContent-Length: 16\r\n\r\nSIP/2.0 600 No\r\n';
      socket.write(Buffer.concat([Buffer.from(`\r\n${other}\r\n`), sipReply(request, '200 OK')]));
    }),
  );
  expect(await see(server.port, { transport: 'tcp' })).toMatchObject({
    kind: 'ok',
    facts: { sipStatus: 200 },
  });
  await server.allClosed();
});

test.for([['udp'], ['tcp']])('over %s, a port where nobody is refuses', async ([transport]) => {
  expect(await see(await freePort(), { transport })).toMatchObject({ kind: 'fail', cause: 'refused' });
});

test.for([[[]], [[199]], [[700]], [['200']]])('refuses the statuses %o', ([status]) => {
  expect(sip.options.safeParse({ host: 'lab.test', expect: { status: [200, 699] } }).success).toBe(true);
  expect(sip.options.safeParse({ host: 'lab.test', expect: { status } }).success).toBe(false);
});
