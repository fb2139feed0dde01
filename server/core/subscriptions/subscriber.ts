// Who asked to be told by mail, and of what. Of a subscriber nothing is known but an address and what it is for.
import type { Language, Words } from '../../../config/config.ts';
import type { Instant } from '../time.ts';

export const topics = ['incidents', 'maintenance'] as const;
export type Topic = (typeof topics)[number];

/** What somebody wishes to be told, and how. */
export interface Wish {
  /** Ids of services; absent: all of them, those to come too. */
  readonly services?: readonly string[];
  readonly topics: readonly Topic[];
  readonly language: Language;
}

export interface Subscriber {
  /** Random, and not the address: what links in mails are made of. */
  readonly name: string;
  readonly address: string;
  readonly wish: Wish;
  readonly askedAt: Instant;
  /** Absent: nobody has shown yet that the address is his own. */
  readonly confirmedAt?: Instant;
}

/** What the public page has said, for whoever asked to be told of that. */
export interface Bulletin {
  /** Told once under this key to each subscriber, however often that is decided. */
  readonly key: string;
  /** Of the story that it goes on with. */
  readonly thread: string;
  readonly topic: Topic;
  /** Ids; none: it concerns all. */
  readonly services: readonly string[];
  /** Since when it is public. Whoever confirmed later has read it on the page. */
  readonly at: Instant;
  /** Where the page tells it, after the language. */
  readonly path: string;
  readonly title: Words;
  readonly text: Words;
}

/** What becomes of bulletins, in the transaction of what they tell. */
export type BulletinChange =
  /** To all whom it concerns and who have not got it. */
  | { readonly kind: 'told'; readonly bulletin: Bulletin; readonly decidedAt: Instant }
  /** To nobody new: whoever still waits for it gets these words. */
  | { readonly kind: 'reworded'; readonly bulletin: Bulletin }
  /** It is no longer public: what of the story still waits is not sent. */
  | { readonly kind: 'withdrawn'; readonly thread: string };

export const concerns = (
  { topics, services }: Wish,
  bulletin: Pick<Bulletin, 'topic' | 'services'>,
): boolean =>
  topics.includes(bulletin.topic) &&
  (services === undefined ||
    bulletin.services.length === 0 ||
    bulletin.services.some((id) => services.includes(id)));

/** A link that confirms holds so long. */
export const confirmMs = 24 * 3_600_000;
/** After so long, an address that nobody has confirmed is erased. */
export const unconfirmedMs = 48 * 3_600_000;
/** An address that refused for good so often is erased. */
export const refusalsMax = 3;
