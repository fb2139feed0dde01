import { describe, expect, test } from 'vitest';
import radius from '../../../checks/radius.ts';
import { Secret } from '../../../config/secret.ts';
import { serveUdp } from '../../support/loopback.ts';
import { runCheck } from '../../support/probe.ts';
import { answer, radiusSecret, readRequest, signature } from '../../support/radius-server.ts';
import type { Asked } from '../../support/radius-server.ts';

const secret = new Secret(radiusSecret);
const see = (port: number, written: object = {}, timeoutMs = 5_000) =>
  runCheck(radius, { host: '127.0.0.1', port, secret, ...written }, { timeoutMs });
const asUser = (password = 'hello') => ({ user: 'probe@check.test', password: new Secret(password) });

/** Replies to each request with what is made of it. */
const serve = (make: (asked: Asked) => readonly Buffer[], asked: Asked[] = []) =>
  serveUdp((message) => {
    const request = readRequest(message);
    asked.push(request);
    return make(request);
  });

const [accept, reject, accounted, challenge] = [2, 3, 5, 11];

test('asks the server how it is, signed, and is fine when it says so', async () => {
  const asked: Asked[] = [];
  await using server = await serve((request) => [answer(request, accept)], asked);
  const outcome = await see(server.port);
  expect(outcome).toMatchObject({
    kind: 'ok',
    facts: { answer: 'Access-Accept', messageAuthenticator: true, retransmissions: 0 },
  });
  expect(Object.keys(outcome.phasesUs)).toEqual(['reply']);
  expect(asked).toMatchObject([{ code: 12, isSigned: true, password: undefined }]);
  expect([...(asked[0]?.attributes.keys() ?? [])]).toEqual([32, 80]);
});

test.for([[''], ['hello'], ['sixteen of them!'], ['more than sixteen of them, with é']])(
  'asks to let a user in, whose password %o only the server can read',
  async ([password]) => {
    const asked: Asked[] = [];
    await using server = await serve((request) => [answer(request, accept)], asked);
    expect(await see(server.port, asUser(password))).toMatchObject({ kind: 'ok' });
    expect(asked).toMatchObject([{ code: 1, isSigned: true, password }]);
    expect(asked[0]?.attributes.get(1)?.toString()).toBe('probe@check.test');
  },
);

test.for([
  ['status', {}, accounted, 'ok', undefined],
  ['status', {}, reject, 'fail', 'bad_answer: Access-Reject to a question how the server is'],
  ['status', {}, 99, 'fail', 'bad_answer: code 99 to a question how the server is'],
  ['access', asUser(), reject, 'fail', 'auth_failed: the user made for us is not let in'],
  ['access', asUser(), challenge, 'fail', 'bad_answer: Access-Challenge to a user who wants to be let in'],
  ['access', asUser(), accounted, 'fail', 'bad_answer: Accounting-Response to a user who wants to be let in'],
] as const)('to a request for %s with %o, code %i is %s', async ([, written, code, kind, why]) => {
  await using server = await serve((request) => [answer(request, code)]);
  const outcome = await see(server.port, written);
  expect(outcome.kind).toBe(kind);
  if (outcome.kind !== 'ok') expect(`${outcome.cause}: ${outcome.evidence}`).toBe(why);
});

test('a reply to the second sending is a loss; both sendings are the same packet', async () => {
  const heard: string[] = [];
  await using server = await serveUdp((message, count) => {
    heard.push(message.toString('hex'));
    return count === 1 ? [] : [answer(readRequest(message), accept)];
  });
  const outcome = await see(server.port);
  expect(outcome).toMatchObject({ kind: 'warn', cause: 'loss', facts: { retransmissions: 1 } });
  expect(heard.length).toBe(2);
  expect(heard[1]).toBe(heard[0]);
  // The wait for the lost one is nobody's phase.
  expect(outcome.phasesUs['reply']).toBeLessThan(outcome.totalUs / 2);
});

test('silence is a failure that says how silent RADIUS can be', async () => {
  await using server = await serveUdp(() => []);
  expect(await see(server.port, {}, 300)).toMatchObject({
    kind: 'fail',
    cause: 'timeout_reply',
    evidence: expect.stringMatching(
      /^no reply from .* \(tries: 1\): it is dead, or does not know our address or secret$/,
    ),
    facts: { retransmissions: 0 },
  });
});

const spoiled = (packet: Buffer, place: number): Buffer => {
  const copy = Buffer.from(packet);
  copy[place]! ^= 1;
  return copy;
};

describe('what is no reply is passed over:', () => {
  const strays: readonly (readonly [string, (asked: Asked) => Buffer])[] = [
    ['nothing at all', () => Buffer.alloc(0)],
    ['too short a packet', (asked) => answer(asked, accept).subarray(0, 19)],
    ['less than its length', (asked) => answer(asked, accept).subarray(0, 30)],
    [
      'a length below the header',
      (asked) => spoiled(answer(asked, accept, Buffer.alloc(0)), 3).fill(10, 3, 4),
    ],
    ['another id', (asked) => answer({ ...asked, id: (asked.id + 1) % 256 }, accept)],
    ['a wrong response authenticator', (asked) => spoiled(answer(asked, accept), 7)],
    ['another code than was signed', (asked) => spoiled(answer(asked, accept), 0)],
    ['a wrong Message-Authenticator', (asked) => answer(asked, accept, spoiled(signature, 9))],
    ['two of them', (asked) => answer(asked, accept, Buffer.concat([signature, signature]))],
    ['one that is cut', (asked) => answer(asked, accept, Buffer.of(80, 4, 1, 2))],
    ['an attribute without an end', (asked) => answer(asked, accept, Buffer.of(18, 9, 1))],
    ['more than a packet may hold', (asked) => answer(asked, accept, Buffer.alloc(4_080, Buffer.of(18, 2)))],
    ['an attribute of no length', (asked) => answer(asked, accept, Buffer.of(18, 0))],
  ];

  test.for(strays)('%s', async ([, stray]) => {
    await using alone = await serve((request) => [stray(request)]);
    expect(await see(alone.port, {}, 100)).toMatchObject({
      kind: 'fail',
      cause: 'protocol',
      evidence: expect.stringMatching(/ sent 1 datagrams, and none is signed with our secret$/),
    });
    await using followed = await serve((request) => [stray(request), answer(request, accept)]);
    expect(await see(followed.port)).toMatchObject({ kind: 'ok' });
  });
});

test('what stands after the length of a packet does not count', async () => {
  await using server = await serve((request) => [Buffer.concat([answer(request, accept), Buffer.alloc(5)])]);
  expect(await see(server.port)).toMatchObject({ kind: 'ok' });
});

test.for([
  [true, Buffer.alloc(0), 'warn'],
  [true, signature, 'ok'],
  [false, Buffer.alloc(0), 'ok'],
] as const)(
  'a Message-Authenticator that is required (%s) and %o: %s',
  async ([required, attributes, kind]) => {
    await using server = await serve((request) => [answer(request, accept, attributes)]);
    const outcome = await see(server.port, { 'require-message-authenticator': required });
    expect(outcome).toMatchObject({ kind, facts: { messageAuthenticator: attributes === signature } });
    if (outcome.kind === 'warn')
      expect(outcome).toMatchObject({
        cause: 'protocol',
        evidence: 'the Access-Accept has no Message-Authenticator',
      });
  },
);

test('nothing of the attributes is kept', async () => {
  const said = Buffer.from('Framed-IP of somebody');
  const attributes = Buffer.concat([Buffer.of(18, said.length + 2), said, signature]);
  await using server = await serve((request) => [answer(request, reject, attributes)]);
  const outcome = await see(server.port, asUser());
  expect(outcome.facts).toEqual({ answer: 'Access-Reject', messageAuthenticator: true, retransmissions: 0 });
  expect(JSON.stringify(outcome)).not.toMatch(/Framed|check\.test/);
});

test.for([
  [{ user: 'probe@check.test' }],
  [{ password: secret }],
  [{ user: 'probe', password: secret }],
  [{ user: 'pro be@check.test', password: secret }],
  [{ user: 'probe@check.test', password: new Secret('x'.repeat(129)) }],
  [{ secret: 'in the file' }],
])('refuses %o', ([written]) => {
  expect(radius.options.safeParse({ host: 'lab.test', secret, ...asUser() }).success).toBe(true);
  expect(radius.options.safeParse({ host: 'lab.test', secret, ...written }).success).toBe(false);
});
