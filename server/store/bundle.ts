// Buckets that follow one another as the bytes of one row: to read a row costs as much as to read the buckets in it.
import type { Bucket } from '../core/bucket.ts';
import { VarintReader, pushVarint } from '../core/varint.ts';

// For each bucket its place, how many bytes it takes, and these; in the order of their places.

/** The bundle with a bucket in its place, instead of the one that is there. */
export const putInto = (bundle: Uint8Array, place: number, bucket: Bucket): Uint8Array => {
  const [head, packed]: [number[], number[]] = [[], []];
  bucket.pack(packed);
  pushVarint(head, place);
  pushVarint(head, packed.length);
  const reader = new VarintReader(bundle);
  let [before, after] = [0, 0];
  while (!reader.isAtEnd) {
    const other = reader.varint();
    if (other > place) break;
    reader.skip(reader.varint());
    after = reader.at;
    if (other < place) before = after;
  }
  return Buffer.concat([
    bundle.subarray(0, before),
    Uint8Array.from(head),
    Uint8Array.from(packed),
    bundle.subarray(after),
  ]);
};

/** Adds each bucket to the one that is asked for by its place, if there is one. Throws a `RangeError` for damaged bytes. */
export const addBundle = (bundle: Uint8Array, bucketFor: (place: number) => Bucket | undefined): void => {
  const reader = new VarintReader(bundle);
  while (!reader.isAtEnd) {
    const bucket = bucketFor(reader.varint());
    const bytes = reader.varint();
    if (bucket === undefined) reader.skip(bytes);
    else bucket.addPacked(reader);
  }
};
