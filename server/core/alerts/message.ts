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

/** A message that its route could not be told, and that is left to another one. */
export interface Diversion {
  /** Its number in the outbox. */
  readonly letter: number;
  readonly to: string;
  readonly at: Instant;
  /** Why the last attempt failed. */
  readonly evidence: string;
}

/** The same message for another route, under the key that it would have had there: nobody is told twice. */
export const leftTo = (message: Message, route: string): Message => {
  const under = (key: string) =>
    key.endsWith(`/${message.route}`) ? key.slice(0, -message.route.length) + route : `${key}/${route}`;
  return { ...message, route, key: under(message.key), thread: under(message.thread) };
};

/** One that is left to a route which was told something else before under its key. */
export const apart = (left: Message): Message => ({ ...left, key: `${left.key}@${left.at}` });

/** The one tells the end, if only a part of it, of what the other one tells. */
export const endsStoryOf = (end: Message, { thread, alerts, severity }: Message): boolean => {
  const isRoot = ({ id, consequenceOf }: MessageAlert) =>
    consequenceOf === undefined && alerts.some((alert) => alert.id === id);
  return end.severity === 'info' && severity !== 'info' && (end.thread === thread || end.alerts.some(isRoot));
};

/** What became of one attempt to hand a message over. The evidence is one bounded line without a secret in it. */
export type Delivery =
  /** `evidence`: what the receiver said to it. */
  | { readonly kind: 'delivered'; readonly evidence?: string }
  /** Worth another try, not before `afterMs` when the receiver said so. */
  | { readonly kind: 'deferred'; readonly evidence: string; readonly afterMs?: number }
  /** Never will be: a wrong address, a wrong token. */
  | { readonly kind: 'refused'; readonly evidence: string };
