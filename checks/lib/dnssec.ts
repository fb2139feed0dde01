// Are the records of a zone signed by keys that the zone above means, and until when? Signatures are checked over the
// canonical form of RFC 4034 §6, at a time that is given. Answers are hostile: nothing here throws, or takes long.
import packet from 'dns-packet';
import type { Answer, DnskeyData, DsData, RrsigData } from 'dns-packet';
import { normalizeName } from './dns-message.ts';
import { holds, isKnown, isMeant, isZoneKey, keyTagOf } from './dnssec-key.ts';
import type { ZoneKey } from './dnssec-key.ts';

export type Chain =
  | ({ readonly state: 'secure'; readonly keys: readonly ZoneKey[] } & Signed)
  | { readonly state: 'insecure'; readonly why: string }
  | { readonly state: 'bogus'; readonly why: string };

/** A signature that holds. */
export interface Signed {
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** How long it lasts in all. */
  readonly lifetimeMs: number;
}

/** What was answered to questions for the zone, signatures included. */
export type Answers = Readonly<Record<'DS' | 'DNSKEY' | 'SOA' | 'NS', readonly Answer[]>>;

/** So many keys, and so many signatures of the same records, are looked at; and so many keys for each signature. */
const keysMax = 32;
const signaturesMax = 8;
const candidatesMax = 4;

/**
 * From the DS of the zone above over the keys to SOA and NS (RFC 4035 §5); one key that is meant is enough. Tells of the
 * signatures that hold the one that expires first.
 */
export const followChain = (zone: string, answers: Answers, nowMs: number): Chain => {
  const apex = normalizeName(zone);
  const keys = keysOf(apex, answers.DNSKEY);
  const pointers = recordsOf(apex, 'DS', answers.DS).map(({ data }) => data as DsData);
  const known = pointers.filter(isKnown);
  if (known.length === 0) return { state: 'insecure', why: whyInsecure(pointers, keys) };
  const owner = wireName(apex);
  const meant = keys.filter((key) => known.some((pointer) => isMeant(key, pointer, owner)));
  if (meant.length === 0) {
    return { state: 'bogus', why: whyMeaningless(known, keys) };
  }
  const signers = { DNSKEY: meant, SOA: keys, NS: keys };
  const signed: Signed[] = [];
  for (const type of ['DNSKEY', 'SOA', 'NS'] as const) {
    const found = signedBy(signers[type], apex, type, answers[type], nowMs);
    if (typeof found === 'string') return { state: 'bogus', why: found };
    signed.push(found);
  }
  return { state: 'secure', keys, ...signed.reduce((a, b) => (b.expiresAt < a.expiresAt ? b : a)) };
};

const whyMeaningless = (pointers: readonly DsData[], keys: readonly ZoneKey[]): string => {
  const [wanted, found] = [tagsOf(pointers), tagsOf(keys)];
  return wanted === found
    ? `the DS of the zone above has another digest than key ${found} of the zone`
    : `the DS of the zone above means key ${wanted}, and the zone has ${found || 'none'}`;
};

const whyInsecure = (pointers: readonly DsData[], keys: readonly ZoneKey[]): string => {
  if (pointers.length > 0) return 'the zone above means keys of a kind that we do not know';
  return keys.length > 0
    ? 'the zone is signed, but the zone above has no DS for it'
    : 'the zone is not signed';
};

const tagsOf = (keyed: readonly { readonly keyTag: number }[]): string =>
  [...new Set(keyed.map(({ keyTag }) => keyTag))].join(', ');

const recordsOf = (owner: string, type: string, answers: readonly Answer[]): readonly Data[] =>
  answers.filter((answer): answer is Data => answer.type === type && normalizeName(answer.name) === owner);

type Data = Exclude<Answer, { type: 'OPT' }>;

export const keysOf = (apex: string, answers: readonly Answer[]): readonly ZoneKey[] =>
  recordsOf(apex, 'DNSKEY', answers)
    .slice(0, keysMax)
    .map((record) => {
      const rdata = canonical(record, apex, 0).subarray(wireName(apex).length + fixedBytes);
      return { keyTag: keyTagOf(rdata), data: record.data as DnskeyData, rdata };
    })
    .filter(({ data }) => isZoneKey(data));

/** Which signature of these records holds, of several the last to expire; or why none does. */
export const signedBy = (
  keys: readonly ZoneKey[],
  owner: string,
  type: string,
  answers: readonly Answer[],
  nowMs: number,
): Signed | string => {
  const records = recordsOf(owner, type, answers);
  if (records.length === 0) return `there is no ${type}`;
  const signatures = recordsOf(owner, 'RRSIG', answers)
    .map(({ data }) => data as RrsigData)
    .filter(({ typeCovered }) => typeCovered === type);
  if (signatures.length === 0) return `the ${type} is not signed`;
  const verdicts = signatures.slice(0, signaturesMax).map((signature) => {
    const complaint = complaintOf(signature, records, owner, keys);
    return complaint === undefined ? inForce(signature, nowMs) : complaint;
  });
  const [last] = verdicts
    .filter((verdict) => typeof verdict !== 'string')
    .toSorted((a, b) => b.expiresAt - a.expiresAt);
  return last ?? `the signature of the ${type} ${verdicts.find((verdict) => typeof verdict === 'string')}`;
};

const complaintOf = (
  signature: RrsigData,
  records: readonly Data[],
  owner: string,
  keys: readonly ZoneKey[],
): string | undefined => {
  const { keyTag, algorithm, labels } = signature;
  if (owner !== '.' && labels !== owner.split('.').length) return 'is for other names';
  const candidates = keys.filter((key) => key.keyTag === keyTag && key.data.algorithm === algorithm);
  if (candidates.length === 0) return `is by key ${keyTag}, which does not count`;
  const message = signedMessage(signature, records, owner);
  return candidates.slice(0, candidatesMax).some((key) => holds(key, message, signature.signature))
    ? undefined
    : `by key ${keyTag} does not hold`;
};

/** RFC 4034 §3.1.5: dates are seconds that go round after 136 years. Both ends belong to the time. */
const inForce = ({ inception, expiration }: RrsigData, nowMs: number): Signed | string => {
  const nowS = Math.floor(nowMs / 1_000);
  const instant = (seconds: number) => (nowS + ((seconds - nowS) | 0)) * 1_000;
  const [beginsAt, expiresAt] = [instant(inception), instant(expiration)];
  if (nowS * 1_000 > expiresAt) return `expired on ${minuteOf(expiresAt)}`;
  if (nowS * 1_000 < beginsAt) return `is not valid before ${minuteOf(beginsAt)}`;
  return { expiresAt, lifetimeMs: expiresAt - beginsAt };
};

const minuteOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** RFC 4034 §3.1.8.1: the signature without itself, then the records, each once and in their order. */
const signedMessage = (signature: RrsigData, records: readonly Data[], owner: string): Buffer => {
  const rdataAt = wireName(owner).length + fixedBytes;
  const bare = { ...signature, signersName: signature.signersName.toLowerCase(), signature: Buffer.alloc(0) };
  const head = encode({ type: 'RRSIG', name: '.', data: bare }).subarray(1 + fixedBytes);
  const encoded = records
    .map((record) => canonical(record, owner, signature.originalTTL))
    .toSorted((a, b) => Buffer.compare(a.subarray(rdataAt), b.subarray(rdataAt)));
  return Buffer.concat([
    head,
    ...encoded.filter((record, index) => encoded[index - 1]?.equals(record) !== true),
  ]);
};

/** Type, class, time to live and length, between the name of a record and its data. */
const fixedBytes = 10;
const headerBytes = 12;

const canonical = (record: Data, owner: string, ttl: number): Buffer =>
  encode({ ...inSmallLetters(record), name: owner, ttl, class: 'IN', flush: false });

/** RFC 4034 §6.2, as far as we verify: names inside of these records, too, are in small letters. */
const inSmallLetters = (record: Data): Data => {
  if (record.type === 'NS') return { ...record, data: record.data.toLowerCase() };
  if (record.type !== 'SOA') return record;
  const { mname, rname } = record.data;
  return { ...record, data: { ...record.data, mname: mname.toLowerCase(), rname: rname.toLowerCase() } };
};

// What it writes is never compressed.
const encode = (record: Answer): Buffer => packet.encode({ answers: [record] }).subarray(headerBytes);

const wireName = (name: string): Buffer =>
  encode({ type: 'NULL', name, data: Buffer.alloc(0) }).subarray(0, -fixedBytes);
