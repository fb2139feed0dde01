// The Store port as it is inside the thread that has the database: without promises.
import type { Store } from '../app/ports.ts';
import type { SubscriberStore } from '../app/subscriptions/ports.ts';

export type Sync<Port> = {
  readonly [Name in keyof Port]: Port[Name] extends (...args: infer Args) => Promise<infer Answer>
    ? (...args: Args) => Answer
    : never;
};

/** Each call is one transaction, and throws a `StoreError` when nothing of it was kept. */
export type SyncStore = Sync<Store & SubscriberStore>;
