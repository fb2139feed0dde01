// The contract of a notifier: one file of server/notify/ default-exports what `defineNotifier` returns.
import type { z } from 'zod';
import { Deadline } from '../../checks/lib/contract.ts';
import { Failure, Unfit, printable } from '../../checks/lib/outcome.ts';
import type { Resolver } from '../../checks/lib/resolver.ts';
import type { Language } from '../../config/config.ts';
import { Secret } from '../../config/secret.ts';
import type { Clock } from '../app/ports.ts';
import type { Delivery, Message } from '../core/alerts/message.ts';

/** What a notifier is handed for one delivery. */
export interface Errand {
  /** In whose name it speaks. */
  readonly organisation: string;
  /** The languages of the route, at least one; who can take only one takes the first. */
  readonly languages: readonly Language[];
  readonly resolver: Resolver;
  readonly clock: Clock;
  /** Ends the delivery. Its `reason` is a `Deadline` when the time is up; everything else means that we stop. */
  readonly signal: AbortSignal;
}

export interface Notifier<Options extends z.ZodObject = z.ZodObject> {
  /** As shown to administrators: `Matrix`. */
  readonly title: string;
  /** One sentence for the reference of options: whom it tells, and how. */
  readonly summary: string;
  readonly options: Options;
  /** Who reads what it tells, unless the route says otherwise; `admins` where nothing is said. */
  readonly audience?: 'public';
  // Methods, not properties: a registry holds notifiers of all options, and only methods may vary so.
  /** The hosts and mail domains that it depends on, to be compared with what is watched. */
  hosts(options: z.output<Options>): readonly string[];
  /** Answers a delivery, never an exception, whatever the receiver does; rejects only when we stop, or with a bug. */
  send(message: Message, options: z.output<Options>, errand: Errand): Promise<Delivery>;
}

/** What `send` of a definition may throw, besides `Failure` and `Unfit`: the receiver's word that this will never do. */
export class Refusal extends Error {}

/** The receiver's word that it should be tried later. */
export class Postponement extends Error {
  readonly afterMs: number | undefined;

  constructor(evidence: string, afterMs?: number) {
    super(evidence);
    this.afterMs = afterMs;
  }
}

interface Definition<Options extends z.ZodObject> extends Pick<
  Notifier<Options>,
  'title' | 'summary' | 'options' | 'audience'
> {
  readonly hosts: (options: z.output<Options>) => readonly string[];
  /** Ends when the receiver has the message, with what it said to it. */
  readonly send: (message: Message, options: z.output<Options>, errand: Errand) => Promise<string>;
}

export const defineNotifier = <Options extends z.ZodObject>(
  definition: Definition<Options>,
): Notifier<Options> => ({
  ...definition,
  send: (message, options, errand) =>
    attempt(() => definition.send(message, options, errand), options, errand.signal),
});

/** What comes of `send`, as a delivery; secrets among `options` are in no evidence. */
export const attempt = async (
  send: () => Promise<string>,
  options: unknown,
  signal: AbortSignal,
): Promise<Delivery> => {
  try {
    signal.throwIfAborted();
    return { kind: 'delivered', evidence: withoutSecrets(await send(), options) };
  } catch (error) {
    const delivery = deliveryOf(error, signal);
    return { ...delivery, evidence: withoutSecrets(delivery.evidence, options) };
  }
};

type Undelivered = Exclude<Delivery, { readonly kind: 'delivered' }>;

const deliveryOf = (error: unknown, { reason }: AbortSignal): Undelivered => {
  if (error instanceof Refusal) return { kind: 'refused', evidence: error.message };
  if (error instanceof Postponement) {
    const { message, afterMs } = error;
    return { kind: 'deferred', evidence: message, ...(afterMs !== undefined && { afterMs }) };
  }
  // A request that cannot even be written, say: time does not mend what an operator wrote.
  if (error instanceof Unfit && error.cause === 'self_misconfigured')
    return { kind: 'refused', evidence: error.message };
  if (error instanceof Failure || error instanceof Unfit)
    return { kind: 'deferred', evidence: error.message };
  // Whatever a library throws once the time is up, the reason is the time.
  if (reason instanceof Deadline) return { kind: 'deferred', evidence: reason.message };
  throw error;
};

/** Receivers repeat what they were sent: whatever of it is secret is taken out, before it is cut to a line. */
const withoutSecrets = (evidence: string, options: unknown): string =>
  printable(spellings(options).reduce((text, secret) => text.replaceAll(secret, '[secret]'), evidence));

/** The shortest secret that can be told from a word of the receiver. */
const secretCharsMin = 4;

const spellings = (options: unknown): readonly string[] =>
  secretsIn(options)
    .flatMap((secret) => {
      const { pathname, search } = URL.parse(secret) ?? {};
      const encoded = [encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
      return [secret, ...encoded, `${pathname ?? ''}${search ?? ''}`];
    })
    .filter((spelling) => spelling.length >= secretCharsMin)
    .toSorted((a, b) => b.length - a.length);

const secretsIn = (options: unknown): readonly string[] => {
  if (options instanceof Secret) return [options.expose()];
  return typeof options === 'object' && options !== null ? Object.values(options).flatMap(secretsIn) : [];
};
