// What the main thread and the store's thread say to each other.
import type { Store, StoreErrorCode } from '../app/ports.ts';
import type { SubscriberStore } from '../app/subscriptions/ports.ts';

export type Method = keyof (Store & SubscriberStore);

export interface Request {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** The `id` of the first reply, which answers no request: whether the database is open. */
export const opening = 0;

export interface Reply {
  readonly id: number;
  /** In the store's thread, with the waits for a lock; without the time in the queue. */
  readonly tookMs: number;
  readonly answer:
    | { readonly kind: 'done'; readonly value: unknown }
    | { readonly kind: 'failed'; readonly code: StoreErrorCode; readonly sentence: string };
}
