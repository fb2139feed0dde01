// How often each of many strangers may ask, without knowing who they are: of an address nothing is kept but a hash of it, with a
// key that nobody has seen and that an hour later nobody has.
import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { SocketAddress, isIP } from 'node:net';
import type { Context } from 'hono';
import { Bucket } from './bucket.ts';
import type { Pace } from './bucket.ts';

const keyMs = 3_600_000;
/** As many as a few megabytes hold; with more, whoever came first is forgotten. */
const strangersMax = 20_000;
const hashChars = 11;

export class Crowd {
  readonly #pace: Pace;
  readonly #buckets = new Map<string, Bucket>();
  #key = randomBytes(32);
  #keySinceMs = 0;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** Whether somebody from this address may ask now; those whose address is not known share one. */
  allows(address: string | undefined, nowMs: number): boolean {
    if (nowMs - this.#keySinceMs >= keyMs) {
      this.#key = randomBytes(32);
      this.#keySinceMs = nowMs;
      this.#buckets.clear();
    }
    const stranger = createHmac('sha256', this.#key).update(networkOf(address)).digest('base64url');
    const name = stranger.slice(0, hashChars);
    const bucket = this.#buckets.get(name) ?? new Bucket(this.#pace);
    if (this.#buckets.size >= strangersMax) {
      const [first = ''] = this.#buckets.keys();
      this.#buckets.delete(first);
    }
    this.#buckets.set(name, bucket);
    return bucket.take(nowMs);
  }
}

/** What one household has: an address of IPv4, or the first 56 bits of one of IPv6. */
export const networkOf = (address = ''): string => {
  if (isIP(address) !== 6) return address;
  const written = new SocketAddress({ address, family: 'ipv6' }).address;
  const [, mapped] = /^::ffff:(\d+\..*)$/.exec(written) ?? [];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = written.split('::');
  const [left, right] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const groups =
    tail === undefined
      ? left
      : [
          ...(left ?? []),
          ...Array(8 - (left ?? []).length - (right ?? []).length).fill('0'),
          ...(right ?? []),
        ];
  return [...(groups ?? []).slice(0, 3), Number.parseInt(groups?.[3] ?? '0', 16) >> 8].join(':');
};

/** Of whoever asks; what a proxy says of it is believed of one on this machine, and then only the last of what it says. */
export const addressOf = (c: Context): string | undefined => {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: IncomingMessage };
  const peer = incoming?.socket.remoteAddress;
  if (peer !== undefined && !/^(?:::1$|(?:::ffff:)?127\.)/i.test(peer)) return peer;
  const said = c.req.header('X-Forwarded-For')?.split(',').at(-1)?.trim() ?? '';
  return isIP(said) === 0 ? peer : said;
};
