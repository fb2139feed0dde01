// What links in mails end with. Whoever has one acts for a subscriber: it is made of the subscriber's name and of a code under a
// key of ours, and kept nowhere.
import { createHmac, timingSafeEqual } from 'node:crypto';

export type Purpose = 'confirm' | 'manage';

export interface Tokens {
  readonly of: (name: string, purpose: Purpose) => string;
  /** The name of the subscriber; nothing, when it is no token of ours for this purpose. Nothing is looked up for that. */
  readonly nameIn: (token: string, purpose: Purpose) => string | undefined;
}

const pattern = /^([0-9a-f]{32})[\w-]{43}$/;

/** `key`: long, random, and the same for as long as links are to hold. */
export const createTokens = (key: () => Uint8Array): Tokens => {
  const of: Tokens['of'] = (name, purpose) =>
    name + createHmac('sha256', key()).update(`${purpose}:${name}`).digest('base64url');
  return {
    of,
    nameIn: (token, purpose) => {
      const name = pattern.exec(token)?.[1];
      if (name === undefined) return undefined;
      return timingSafeEqual(Buffer.from(token), Buffer.from(of(name, purpose))) ? name : undefined;
    },
  };
};
