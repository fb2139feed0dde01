import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { fingerprintOf } from '../../../checks/lib/ssh-key.ts';
import { message, packet, string } from '../../../checks/lib/ssh-wire.ts';
import ssh from '../../../checks/ssh.ts';
import { serveTcp } from '../../support/loopback.ts';
import { runCheck } from '../../support/probe.ts';
import { hostKey, serveSsh } from '../../support/ssh-server.ts';

const see = (port: number, written: object = {}, timeoutMs = 5_000) =>
  runCheck(ssh, { host: '127.0.0.1', port, ...written }, { timeoutMs });

const known = fingerprintOf(hostKey);
const other = fingerprintOf(Buffer.from('another key'));

test('is fine with a host that proves its key, with its phases and facts, and takes its leave', async () => {
  await using server = await serveSsh();
  const outcome = await see(server.port);
  expect(outcome).toMatchObject({
    kind: 'ok',
    facts: {
      software: 'OpenSSH_9.2p1 Debian-2',
      keyExchange: 'curve25519-sha256',
      hostKey: 'ssh-ed25519',
      fingerprint: known,
    },
  });
  expect(Object.keys(outcome.phasesUs)).toEqual(['connect', 'banner', 'negotiation', 'host-key']);
  await server.allClosed();
  expect(server.heard).toEqual([message.kexinit, message.kexEcdhInit, message.disconnect]);
});

test.for([
  ['nothing', undefined, 'ok'],
  ['this key', [known], 'ok'],
  ['this key among others', [other, known], 'ok'],
  ['another key', [other], 'warn'],
] as const)('who expects %s of the host', async ([, fingerprints, kind]) => {
  await using server = await serveSsh();
  const outcome = await see(server.port, fingerprints && { fingerprints });
  expect(outcome).toMatchObject({ kind, facts: { fingerprint: known } });
  if (outcome.kind === 'warn')
    expect(outcome).toMatchObject({
      cause: 'host_key_changed',
      evidence: `the host key is ssh-ed25519 ${known}, which is none of those expected`,
    });
});

test('a host that shows a key that is not its own is found out', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  await using server = await serveSsh({ signer: privateKey });
  expect(await see(server.port, { fingerprints: [known] })).toMatchObject({
    kind: 'fail',
    cause: 'protocol',
    evidence: 'the server does not prove that the host key is its own',
  });
  await server.allClosed();
});

test.for([
  ['an old version', 'SSH-1.5-Cisco-1.25\r\n', 'protocol', 'an SSH that is too old: SSH-1.5-Cisco-1.25'],
  ['another protocol', '220 ready\r\n', 'bad_answer', 'no banner of SSH: 220 ready'],
  [
    'a full house',
    'Exceeded MaxStartups\r\n',
    'too_many_connections',
    'no banner of SSH: Exceeded MaxStartups',
  ],
  ['lines without end', `${'more\r\n'.repeat(20)}SSH-2.0-late\r\n`, 'bad_answer', 'more | more'],
  ['nothing', '', 'reset', 'hung up'],
] as const)('a banner of %s fails', async ([, banner, cause, evidence]) => {
  await using server = await serveTcp((socket) => socket.end(banner));
  expect(await see(server.port)).toMatchObject({
    kind: 'fail',
    cause,
    evidence: expect.stringContaining(evidence),
  });
  await server.allClosed();
});

test('a banner of several lines, of a version for old clients too, is fine', async () => {
  await using server = await serveSsh({ banner: 'Welcome\r\nto the lab\r\nSSH-1.99-Cisco\r\n' });
  expect(await see(server.port)).toMatchObject({ kind: 'ok', facts: { software: 'Cisco' } });
});

test.for([
  [{ keyExchanges: 'diffie-hellman-group14-sha256' }, /exchanges keys by diffie-hellman-group14-sha256/],
  [{ hostKeys: 'ssh-mlkem768' }, /has ssh-mlkem768/],
] as const)('a host key that we cannot be shown is a warning: %o', async ([manner, evidence]) => {
  await using server = await serveSsh(manner);
  const outcome = await see(server.port);
  expect(outcome).toMatchObject({
    kind: 'warn',
    cause: 'protocol',
    evidence: expect.stringMatching(evidence),
    facts: { software: 'OpenSSH_9.2p1 Debian-2' },
  });
  await server.allClosed();
  expect(server.heard).toEqual([message.disconnect]);
});

const disconnect = (reason: number, text: string): Buffer =>
  packet(Buffer.concat([Buffer.from([message.disconnect, 0, 0, 0, reason]), string(text), string('')]));
const aside = packet(Buffer.concat([Buffer.of(message.ignore), string('noise')]));

test.for([
  ['takes its leave', disconnect(2, 'not you'), 'protocol', 'the server takes its leave (reason 2): not you'],
  ['is full', disconnect(12, 'full'), 'too_many_connections', 'the server takes its leave (reason 12): full'],
  ['sends another message', packet(Buffer.of(99)), 'protocol', 'message 99 of SSH where 20 was due'],
  ['sends a packet without an end', Buffer.alloc(8, 0xff), 'protocol', 'a packet of SSH of 4294967295 bytes'],
  ['sends an empty packet', Buffer.alloc(16), 'protocol', 'a message ends before its last field'],
  ['sends only padding', Buffer.from([0, 0, 0, 2, 9, 9]), 'protocol', 'a packet of SSH with nothing in it'],
  ['cuts a field', packet(Buffer.from([20, 1])), 'protocol', 'a message ends before its last field'],
  ['says nothing that matters', Buffer.concat(Array(20).fill(aside)), 'protocol', 'that say nothing'],
] as const)('a server that %s after its banner fails', async ([, offer, cause, evidence]) => {
  await using server = await serveSsh({ say: (bytes, what) => (what === 'offer' ? offer : bytes) });
  expect(await see(server.port)).toMatchObject({
    kind: 'fail',
    cause,
    evidence: expect.stringContaining(evidence),
  });
  await server.allClosed();
});

test('some asides are passed over', async () => {
  await using server = await serveSsh({
    say: (bytes, what) => (what === 'reply' ? Buffer.concat([aside, bytes]) : bytes),
  });
  expect(await see(server.port)).toMatchObject({ kind: 'ok' });
});

test('a key that gives no secret fails', async () => {
  const reply = Buffer.concat([Buffer.of(31), string(hostKey), string(Buffer.alloc(32)), string('')]);
  await using server = await serveSsh({
    say: (bytes, what) => (what === 'reply' ? packet(reply) : bytes),
  });
  expect(await see(server.port)).toMatchObject({
    kind: 'fail',
    cause: 'protocol',
    evidence: 'the key with which the server answers is none',
  });
});

test.for([[[]], [['SHA256:short']], [['MD5:00:11']], [Array(21).fill(known)]])(
  'refuses the fingerprints %o',
  ([fingerprints]) => {
    expect(ssh.options.safeParse({ host: 'lab.test', fingerprints: [known] }).success).toBe(true);
    expect(ssh.options.safeParse({ host: 'lab.test', fingerprints }).success).toBe(false);
  },
);
