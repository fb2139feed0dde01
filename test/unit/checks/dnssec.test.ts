import type { Answer } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import dnssec from '../../../checks/dnssec.ts';
import { runCheck } from '../../support/probe.ts';
import { makeZone, signZone, startSigningResolver } from '../../support/signed-zone.ts';
import type { Answers, Opinion } from '../../support/signed-zone.ts';

const hours = 3_600_000;
const days = 24 * hours;
const now = Date.UTC(2026, 10, 22, 9);
const fresh = signZone(now - days, now + 13 * days);

const probe = async (
  answers: Answers = fresh,
  opinion: Opinion = { says: 'vouches' },
  written: Readonly<Record<string, unknown>> = {},
  circumstances = {},
) => {
  await using resolver = await startSigningResolver(answers, opinion);
  const options = { zone: 'example.org', resolver: '127.0.0.1', port: resolver.port, ...written };
  return await runCheck(dnssec, options, { now, ...circumstances });
};

describe('a zone whose signatures hold', () => {
  test('is fine, and its facts say until when', async () => {
    const outcome = await probe();
    expect(outcome).toMatchObject({
      kind: 'ok',
      facts: {
        secure: true,
        resolverVouches: true,
        signaturesExpireAt: now + 13 * days,
        secondsToExpiry: (13 * days) / 1_000,
        algorithms: 'ECDSAP256SHA256',
      },
    });
    expect(Object.keys(outcome.phasesUs)).toEqual(['reply']);
  });

  test('is fine for a resolver that does not validate, too', async () => {
    expect(await probe(fresh, { says: 'nothing of it' })).toMatchObject({
      kind: 'ok',
      facts: { secure: true, resolverVouches: false },
    });
  });

  test('is down when the resolver rejects it all the same: its other signatures are those that are wrong', async () => {
    expect(await probe(fresh, { says: 'SERVFAIL' })).toMatchObject({
      kind: 'fail',
      cause: 'dnssec_bogus',
      evidence: 'the resolver rejects the zone, though the signatures of the zone itself hold',
    });
  });

  test.for([
    ['the last tenth of their time', {}, 1.5 * days, 'ok'],
    ['the last tenth of their time', {}, 1.3 * days, 'warn'],
    ['what is wanted', { expires: { warn: '5d' } }, 4.9 * days, 'warn'],
    ['what is wanted', { expires: { warn: '1h' } }, 1.1 * hours, 'ok'],
  ] as const)('is degraded in %s %o: with %i ms left it is %s', async ([, written, leftMs, kind]) => {
    const outcome = await probe(
      signZone(now + leftMs - 14 * days, now + leftMs),
      { says: 'vouches' },
      written,
    );
    expect(outcome.kind).toBe(kind);
    if (kind === 'warn') expect(outcome).toMatchObject({ cause: 'dnssec_expiring' });
  });

  test('is degraded three days before they expire, however long they last', async () => {
    const outcome = await probe(signZone(now - 300 * days, now + 71 * hours));
    expect(outcome).toMatchObject({
      kind: 'warn',
      cause: 'dnssec_expiring',
      evidence: 'a signature expires in 71.0 h and was not renewed',
    });
  });
});

const rejects: Opinion = { says: 'SERVFAIL' };
const another = signZone(now - days, now + 13 * days);

test.for([
  [
    'expired',
    signZone(now - 20 * days, now - days),
    'the signature of the DNSKEY expired on 2026-11-21 09:00 UTC',
  ],
  [
    'not valid yet',
    signZone(now + hours, now + days),
    'the signature of the DNSKEY is not valid before 2026-11-22 10:00 UTC',
  ],
  [
    'of another key',
    { ...fresh, SOA: another.SOA },
    /^the signature of the SOA is by key \d+, which does not count$/,
  ],
  ['missing', { ...fresh, NS: fresh.NS.slice(0, 1) }, 'the NS is not signed'],
  [
    'without keys',
    { ...fresh, DNSKEY: [] },
    /^the DS of the zone above means key \d+, and the zone has none$/,
  ],
  [
    'by a key that the zone above does not mean',
    { ...fresh, DS: another.DS },
    /^the DS of the zone above means key \d+, and the zone has \d+$/,
  ],
] as const)('signatures that are %s are down, by our own verdict', async ([, answers, why]) => {
  for (const opinion of [rejects, { says: 'nothing of it' }] as const)
    expect(await probe(answers, opinion)).toMatchObject({
      kind: 'fail',
      cause: 'dnssec_bogus',
      evidence: expect.stringMatching(why),
      facts: { secure: false },
    });
});

test('what a resolver vouches for is not down by our verdict alone: our clock may be wrong', async () => {
  expect(await probe(signZone(now - 20 * days, now - days))).toMatchObject({
    kind: 'warn',
    cause: 'dnssec_bogus',
    evidence: expect.stringMatching(
      /^the signature of the DNSKEY expired.*; but the resolver vouches for it$/,
    ),
  });
});

test('keys that the zone above does not mean sign nothing, though a key that it means stands beside them', async () => {
  const [meant, thief] = [makeZone(), makeZone()];
  const stolen = thief.sign(now - days, now + 13 * days, [meant.dnskey]);
  expect(await probe({ ...stolen, DS: meant.sign(now - days, now + days).DS }, rejects)).toMatchObject({
    kind: 'fail',
    cause: 'dnssec_bogus',
    evidence: expect.stringMatching(/^the signature of the DNSKEY is by key \d+, which does not count$/),
  });
});

test('what expires first counts, and of two signatures of the same records that which lasts longer', async () => {
  const zone = makeZone();
  const [long, short] = [13 * days, 9 * days].map((leftMs) => zone.sign(now - days, now + leftMs));
  const expiry = async (answers: Answers) => (await probe(answers)).facts['signaturesExpireAt'];
  expect(await expiry({ ...long!, SOA: short!.SOA })).toBe(now + 9 * days);
  const both = [...short!.SOA, ...long!.SOA];
  expect(await expiry({ ...long!, SOA: both })).toBe(now + 13 * days);
  expect(await expiry({ ...long!, SOA: both.toReversed() })).toBe(now + 13 * days);
});

test('one DS of several is enough, as while keys are rolled over', async () => {
  expect(await probe({ ...fresh, DS: [...another.DS, ...fresh.DS] })).toMatchObject({ kind: 'ok' });
});

const [ds] = fresh.DS as Extract<Answer, { type: 'DS' }>[];
const unknown: Answer = { ...ds!, data: { ...ds!.data, algorithm: 250 } };

test.for([
  ['that has no keys', { ...fresh, DS: [], DNSKEY: [] }, 'the zone is not signed'],
  [
    'whose keys nobody means',
    { ...fresh, DS: [] },
    'the zone is signed, but the zone above has no DS for it',
  ],
  [
    'with keys of tomorrow',
    { ...fresh, DS: [unknown] },
    'the zone above means keys of a kind that we do not know',
  ],
] as const)('a zone %s is not secure, which is degraded', async ([, answers, evidence]) => {
  expect(await probe(answers, { says: 'nothing of it' })).toMatchObject({
    kind: 'warn',
    cause: 'dnssec_insecure',
    evidence,
    facts: { secure: false },
  });
});

const impatient = { timeoutMs: 1_000 };

describe('what is no matter of signatures', () => {
  test.for([
    ['SERVFAIL', 2, 'dns_servfail'],
    ['NXDOMAIN', 3, 'dns_nxdomain'],
  ] as const)('%s, checked or not, has its own cause', async ([rcode, code, cause]) => {
    const outcome = await probe(fresh, { says: 'vouches', instead: () => code });
    expect(outcome).toMatchObject({
      kind: 'fail',
      cause,
      evidence: `${rcode} for example.org DS, whether signatures are checked or not`,
    });
  });

  test('a resolver that is alive and finds out nothing is the fault of the zone', async () => {
    const instead = (type: string) => (type === 'DNSKEY' ? 'silence' : undefined);
    expect(await probe(fresh, { says: 'vouches', instead }, {}, impatient)).toMatchObject({
      kind: 'fail',
      cause: 'dns_timeout',
    });
  });

  test('a resolver that is dead, that nobody knows, or that refuses us is no fault of the zone', async () => {
    const outcomes = [
      await probe(fresh, { says: 'vouches', instead: () => 'silence' }, {}, impatient),
      await probe(fresh, { says: 'vouches' }, { port: 1 }),
      await probe(fresh, { says: 'vouches' }, { resolver: '::1' }),
      await probe(fresh, { says: 'vouches', instead: () => 5 }),
    ];
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ kind: 'invalid', cause: 'self_no_resolver' });
  });
});

test('signatures are asked for, checked once and unchecked for the rest', async () => {
  const asked: string[] = [];
  const instead = (type: string, checks: boolean) => {
    asked.push(`${type} ${checks ? 'checked' : 'unchecked'}`);
    return undefined;
  };
  await probe(fresh, { says: 'vouches', instead });
  // The first is about the root, and tells whether the resolver is alive.
  expect(asked.toSorted()).toEqual([
    'DNSKEY unchecked',
    'DS unchecked',
    'NS unchecked',
    'SOA checked',
    'SOA checked',
    'SOA unchecked',
  ]);
});
