// A zone that is signed here and now, with a key of its own, and a resolver that has it.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import packet from 'dns-packet';
import type { Answer, DecodedPacket } from 'dns-packet';
import { keyTagOf } from '../../checks/lib/dnssec-key.ts';
import { replyTo, startNameServer } from './name-server.ts';

type Type = 'DS' | 'DNSKEY' | 'SOA' | 'NS';
export type Answers = Readonly<Record<Type, readonly Answer[]>>;

const zone = 'example.org';
const owner = Buffer.from('\u0007example\u0003org\0');
const headerBytes = 12;
const ttl = 3_600;
const algorithm = 13;

const encode = (record: Answer): Buffer => packet.encode({ answers: [record] }).subarray(headerBytes);

/** With a key of its own. Signatures last from one date to the other, in epoch milliseconds. */
export const signZone = (inception: number, expiration: number): Answers =>
  makeZone().sign(inception, expiration);

export interface SignedZone {
  readonly dnskey: Answer;
  /** Other keys may stand beside its own, which signs them too. */
  readonly sign: (inception: number, expiration: number, otherKeys?: readonly Answer[]) => Answers;
}

export const makeZone = (): SignedZone => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const key = Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const dnskey: Answer = { type: 'DNSKEY', name: zone, ttl, data: { flags: 257, algorithm, key } };
  const rdata = rdataOf(dnskey);
  const keyTag = keyTagOf(rdata);
  const digest = createHash('sha256').update(owner).update(rdata).digest();
  return {
    dnskey,
    sign: (inception, expiration, otherKeys = []) => {
      const signature = (type: string, canonical: readonly Answer[]): Answer => {
        const data = {
          typeCovered: type,
          algorithm,
          labels: 2,
          originalTTL: ttl,
          inception: inception / 1_000,
          expiration: expiration / 1_000,
          keyTag,
          signersName: zone,
          signature: Buffer.alloc(0),
        };
        const bare: Answer = { type: 'RRSIG', name: zone, ttl, data };
        const records = canonical.toSorted((a, b) => Buffer.compare(rdataOf(a), rdataOf(b))).map(encode);
        const message = Buffer.concat([rdataOf(bare), ...records]);
        const signed = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
        return { ...bare, data: { ...data, signature: signed } };
      };
      const keys = [dnskey, ...otherKeys];
      return {
        DS: [{ type: 'DS', name: zone, ttl, data: { keyTag, algorithm, digestType: 2, digest } }],
        DNSKEY: [...keys, signature('DNSKEY', keys)],
        // What is signed is in small letters, whatever is sent.
        SOA: [
          soa('NS.Example.ORG', 'Host.Example.ORG'),
          signature('SOA', [soa('ns.example.org', 'host.example.org')]),
        ],
        NS: [ns('NS.Example.ORG'), signature('NS', [ns('ns.example.org')])],
      };
    },
  };
};

const rdataOf = (record: Answer): Buffer => encode(record).subarray(owner.length + 10);
const soa = (mname: string, rname: string): Answer => ({
  type: 'SOA',
  name: zone,
  ttl,
  data: { mname, rname, serial: 7 },
});
const ns = (data: string): Answer => ({ type: 'NS', name: zone, ttl, data });

export interface Opinion {
  /** Its answer to whoever wants signatures checked: vouched for, not vouched for, or an error. */
  readonly says: 'vouches' | 'nothing of it' | 'SERVFAIL';
  /** What it does with certain questions: an rcode, or silence. */
  readonly instead?: (type: string, checks: boolean) => number | 'silence' | undefined;
  readonly spoil?: (reply: Buffer, type: string) => Buffer;
}

const datagramBytesMax = 60_000;

/** A resolver that answers for this zone; over UDP only. */
export const startSigningResolver = (answers: Answers, { says, instead = () => undefined, spoil }: Opinion) =>
  startNameServer((asked: DecodedPacket) => {
    const type = asked.questions?.[0]?.type ?? '';
    const fault = instead(type, !asked.flag_cd);
    if (fault === 'silence') return [];
    if (asked.questions?.[0]?.name !== zone) return [replyTo(asked, { flags: 5, answers: [] })];
    const refusal = fault ?? (says === 'SERVFAIL' && !asked.flag_cd ? 2 : 0);
    const vouching = says === 'vouches' && !asked.flag_cd ? packet.AUTHENTIC_DATA : 0;
    const found = refusal === 0 ? [...(answers[type as Type] ?? [])] : [];
    const reply = replyTo(asked, { flags: refusal | vouching, answers: found });
    return spoil === undefined ? [reply] : [spoil(reply, type).subarray(0, datagramBytesMax), reply];
  });
