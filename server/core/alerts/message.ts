// What a route is told, and what became of telling it.
import type { Cause } from '../../../checks/lib/outcome.ts';
import type { Words } from '../../../config/config.ts';
import type { Subject } from '../effects.ts';
import type { Instant } from '../time.ts';

/** What one route is to be told: a row of the outbox. */
export interface Message {
  /** The same for the same message, however often it is sent: receivers use it to drop doubles. */
  readonly key: string;
  /** The key of the first message that told this route of the same story, for receivers that keep a story together. */
  readonly thread: string;
  readonly route: string;
  /** `word`: Vigie about itself, or an incident told by people. */
  readonly kind: 'alert' | 'update' | 'reminder' | 'recovery' | 'word' | 'test';
  readonly severity: 'down' | 'degraded' | 'info';
  readonly at: Instant;
  /** A drill: it says so wherever it is read. */
  readonly exercise: boolean;
  /** One line, and the whole text, in each language. No markup. */
  readonly title: Words;
  readonly text: Words;
  /** What it is about, root first, for receivers that are machines. */
  readonly alerts: readonly MessageAlert[];
}

export interface MessageAlert {
  readonly id: string;
  /** The id of the service, whether the subject is it or a check of it; nothing for what belongs to none. */
  readonly service?: string;
  readonly subject: Subject;
  readonly state: 'down' | 'degraded';
  readonly cause: Cause;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  /** The id of the alert whose subject explains this one. */
  readonly consequenceOf?: string;
}

/** What became of one attempt to hand a message over. The evidence is one bounded line without a secret in it. */
export type Delivery =
  /** `evidence`: what the receiver said to it. */
  | { readonly kind: 'delivered'; readonly evidence?: string }
  /** Worth another try, not before `afterMs` when the receiver said so. */
  | { readonly kind: 'deferred'; readonly evidence: string; readonly afterMs?: number }
  /** Never will be: a wrong address, a wrong token. */
  | { readonly kind: 'refused'; readonly evidence: string };
