// What the subscriptions of members need of the store; its errors are those of `../ports.ts`.
import type { Instant } from '../../core/time.ts';
import type { Bulletin, Subscriber, Topic, Wish } from '../../core/subscriptions/subscriber.ts';

/**
 * Keeps who asked to be told by mail. What is erased is in no file of the database afterwards, unless another program read it at
 * that moment: then after the next `tidySubscribers`.
 */
export interface SubscriberStore {
  /**
   * An address waits for a link, the same one as before if it is known. What somebody wishes who has confirmed changes only by his
   * link. Beyond `most` addresses, those that are not known are left out.
   */
  readonly askToBeTold: (asked: {
    readonly name: string;
    readonly address: string;
    readonly wish: Wish;
    readonly at: Instant;
    readonly most: number;
  }) => Promise<void>;
  readonly subscriber: (name: string) => Promise<Subscriber | undefined>;
  /** `whose`: a name; where that is erased or has bounced, also an address. */
  readonly changeSubscriber: (
    whose: string,
    to:
      | { readonly kind: 'confirmed'; readonly at: Instant }
      | { readonly kind: 'changed'; readonly wish: Wish }
      | { readonly kind: 'erased' | 'bounced' },
  ) => Promise<'changed' | 'erased' | 'unknown'>;
  /** The mail that is to be sent now, how many wait, and when the first of them is due. */
  readonly nextMailing: (now: Instant) => Promise<{
    readonly mailing?: Mailing;
    readonly waiting: number;
    readonly nextAt?: Instant;
  }>;
  /** Of a mail whose fate is known already, nothing changes. */
  readonly noteMailing: (id: number, fate: MailingFate) => Promise<'changed' | 'erased'>;
  /** Erases who has not confirmed in time, and forgets what was sent long ago. Answers how many were erased. */
  readonly tidySubscribers: (now: Instant) => Promise<number>;
  readonly countSubscribers: (services: readonly string[]) => Promise<SubscriberCounts>;
}

/** A mail to a subscriber; without a bulletin, the one with the link that he asked for. */
export interface Mailing {
  readonly id: number;
  readonly decidedAt: Instant;
  readonly attempts: number;
  readonly subscriber: Subscriber;
  readonly bulletin?: Bulletin;
}

/** No word of the mail server is in the evidence, but its numbers: it may repeat the address. */
export type MailingFate =
  | { readonly kind: 'delivered'; readonly at: Instant }
  | { readonly kind: 'deferred'; readonly evidence: string; readonly nextAt: Instant }
  /** `refused`: by the address, for good. */
  | { readonly kind: 'dead' | 'refused'; readonly evidence: string; readonly at: Instant };

export interface SubscriberCounts extends Readonly<Record<'confirmed' | 'unconfirmed', number>> {
  /** Of those who have confirmed, by what they wish to be told of each service. */
  readonly services: readonly ({ readonly id: string } & Readonly<Record<Topic, number>>)[];
}
