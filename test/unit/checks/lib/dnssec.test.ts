// The examples of the RFCs: keys, what they signed, and what becomes of it when anything is another.
import packet from 'dns-packet';
import type { Answer, DsData } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { keysOf, signedBy } from '../../../../checks/lib/dnssec.ts';
import { isMeant } from '../../../../checks/lib/dnssec-key.ts';

interface Example {
  readonly zone: string;
  readonly key: readonly [flags: number, algorithm: number, key: string];
  readonly tag: number;
  readonly record: Answer;
  readonly signature: readonly [inception: string, expiration: string, signature: string];
  readonly ds?: readonly [digestType: number, digest: string];
}

const www: Answer = { type: 'A', name: 'www.example.net', ttl: 3_600, data: '192.0.2.1' };

const examples: Readonly<Record<string, Example>> = {
  'RSASHA256 (RFC 5702 §6.1)': {
    zone: 'example.net',
    key: [
      256,
      8,
      'AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Qs8PkxUdp6p/DlUmObdk=',
    ],
    tag: 9_033,
    record: { ...www, data: '192.0.2.91' },
    signature: [
      '2000-01-01T00:00:00Z',
      '2030-01-01T00:00:00Z',
      'kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZNz85mwlMgNEacFYK/lPtPiVYP4bwg==',
    ],
  },
  'ECDSAP256SHA256 (RFC 6605 §6.1)': {
    zone: 'example.net',
    key: [
      257,
      13,
      'GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==',
    ],
    tag: 55_648,
    record: www,
    signature: [
      '2010-08-12T10:04:39Z',
      '2010-09-09T10:04:39Z',
      'qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFKG7tZoLBLlUzGGus7ZwmwWep666VCw==',
    ],
    ds: [2, 'b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17'],
  },
  'ECDSAP384SHA384 (RFC 6605 §6.2)': {
    zone: 'example.net',
    key: [
      257,
      14,
      'xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40',
    ],
    tag: 10_771,
    record: www,
    signature: [
      '2010-08-12T10:20:25Z',
      '2010-09-09T10:20:25Z',
      '/L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCeZOvzFaxsT8Glr74hbavRKayJNuydCuzWTSSPdz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm',
    ],
    ds: [
      4,
      '72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9b5f4d288405c3008a946df983d6',
    ],
  },
  'ED25519 (RFC 8080 §6.1)': {
    zone: 'example.com',
    key: [257, 15, 'l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4='],
    tag: 3_613,
    record: {
      type: 'MX',
      name: 'example.com',
      ttl: 3_600,
      data: { preference: 10, exchange: 'mail.example.com' },
    },
    signature: [
      '2015-07-29T22:00:00Z',
      '2015-08-19T22:00:00Z',
      'oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcrqNAg==',
    ],
    ds: [2, '3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b'],
  },
};

const seconds = (date: string): number => Date.parse(date) / 1_000;

const dnskey = ({ zone, key: [flags, algorithm, key] }: Example): Answer => ({
  type: 'DNSKEY',
  name: zone,
  data: { flags, algorithm, key: Buffer.from(key, 'base64') },
});

const rrsig = ({
  zone,
  key,
  tag,
  record,
  signature: [inception, expiration, signature],
}: Example): Answer => ({
  type: 'RRSIG',
  name: record.name,
  data: {
    typeCovered: record.type,
    algorithm: key[1],
    labels: record.name.split('.').length,
    originalTTL: 3_600,
    inception: seconds(inception),
    expiration: seconds(expiration),
    keyTag: tag,
    signersName: zone,
    signature: Buffer.from(signature, 'base64'),
  },
});

/** As a message would bring them. */
const received = (answers: Answer[]): readonly Answer[] =>
  packet.decode(packet.encode({ type: 'response', answers })).answers ?? [];

const verify = (example: Example, answers: Answer[], now = example.signature[0]) =>
  signedBy(
    keysOf(example.zone, received([dnskey(example)])),
    example.record.name,
    example.record.type,
    received(answers),
    Date.parse(now),
  );

describe.for(Object.entries(examples))('%s', ([, example]) => {
  const signed = [example.record, rrsig(example)];

  test('holds until it expires', () => {
    const [inception, expiration] = example.signature;
    const held = {
      expiresAt: Date.parse(expiration),
      lifetimeMs: Date.parse(expiration) - Date.parse(inception),
    };
    expect(verify(example, signed)).toEqual(held);
    expect(verify(example, signed, expiration)).toEqual(held);
  });

  test('does not hold for another record, another time to live, or when a bit of it is another', () => {
    const signature = rrsig(example) as Extract<Answer, { type: 'RRSIG' }>;
    const flipped = Buffer.from(signature.data.signature);
    flipped[40]! ^= 1;
    const more = { ...example.record, type: 'A', data: '192.0.2.77' } as Answer;
    for (const answers of [
      [
        ...(example.record.type === 'A'
          ? [more]
          : [{ ...example.record, data: { preference: 11, exchange: 'a' } } as Answer]),
        signature,
      ],
      [example.record, { ...signature, data: { ...signature.data, originalTTL: 60 } }],
      [example.record, { ...signature, data: { ...signature.data, signature: flipped } }],
      [example.record, { ...signature, data: { ...signature.data, signature: Buffer.alloc(0) } }],
    ])
      expect(verify(example, answers)).toMatch(/^the signature of the (A|MX) by key \d+ does not hold$/);
  });

  test('is by the key that is meant', () => {
    const [key] = keysOf(example.zone, received([dnskey(example)]));
    expect(key?.keyTag).toBe(example.tag);
    if (example.ds === undefined || key === undefined) return;
    const [digestType, digest] = example.ds;
    const ds: DsData = {
      keyTag: example.tag,
      algorithm: example.key[1],
      digestType,
      digest: Buffer.from(digest, 'hex'),
    };
    const owner = Buffer.from(
      example.zone
        .split('.')
        .map((label) => String.fromCharCode(label.length) + label)
        .join('') + '\0',
    );
    expect(isMeant(key, ds, owner)).toBe(true);
    expect(isMeant(key, { ...ds, digest: Buffer.from(ds.digest).reverse() }, owner)).toBe(false);
    expect(isMeant(key, { ...ds, keyTag: 1 }, owner)).toBe(false);
  });
});

const example = examples['ECDSAP256SHA256 (RFC 6605 §6.1)']!;

test.for([
  ['2010-09-09T10:04:40Z', 'the signature of the A expired on 2010-09-09 10:04 UTC'],
  ['2010-08-12T10:04:38Z', 'the signature of the A is not valid before 2010-08-12 10:04 UTC'],
] as const)('at %s %s', ([now, why]) => {
  expect(verify(example, [example.record, rrsig(example)], now)).toBe(why);
});

test.for([
  ['nothing', [], 'there is no A'],
  ['no signature', [example.record], 'the A is not signed'],
  [
    'a signature of something else',
    [example.record, { ...rrsig(example), name: 'example.net' }],
    'the A is not signed',
  ],
  [
    'a signature by a key that is not there',
    [example.record, rrsig({ ...example, tag: 1 })],
    'the signature of the A is by key 1, which does not count',
  ],
] as const)('%s', ([, answers, why]) => {
  expect(verify(example, [...answers])).toBe(why);
});

test('of several signatures one that holds is enough', () => {
  const bad = rrsig({ ...example, signature: [example.signature[0], example.signature[1], 'AAAA'] });
  expect(verify(example, [example.record, bad, rrsig(example)])).toMatchObject({
    expiresAt: expect.any(Number),
  });
});

test('records count once, in their own order, in whatever letters they came', () => {
  const twice = [example.record, { ...example.record, name: 'WWW.Example.NET' }, rrsig(example)];
  expect(verify(example, twice)).toMatchObject({ expiresAt: expect.any(Number) });
});

test.for([
  ['no key of the zone', 1],
  ['a revoked one', 257 | 0x80],
] as const)('%s signs nothing', ([, flags]) => {
  const other = { ...example, key: [flags, example.key[1], example.key[2]] as const };
  expect(keysOf(other.zone, received([dnskey(other)]))).toEqual([]);
});
