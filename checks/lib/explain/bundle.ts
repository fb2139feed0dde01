// What is known of a database at one instant: who is connected, who waits for whom, and what the time goes into.
import type { Cause, SelfCause } from '../outcome.ts';
import type { Dialect } from './normalise.ts';

/** `small` is what may be asked every minute; `full` takes longer and looks at more. */
export type Depth = 'small' | 'full';

/** For administrators only: it has names of accounts, and statements, though without what members wrote into them. */
export type Explanation = { readonly engine: Dialect; readonly at: number } & (
  | { readonly bundle: Bundle }
  /** Nobody let us in, or answered. */
  | { readonly cause: Cause | SelfCause; readonly evidence: string }
);

/** What the server did not answer is absent, and `wishes` says what to switch on. All lists are bounded, the most important first. */
export interface Bundle {
  readonly connections?: Connections;
  readonly locks?: readonly LockWait[];
  readonly activity?: Activity;
  /** What was executed between the first look and the last, from the server's own statistics. */
  readonly digests?: readonly Digest[];
  /** Shares of the users in the busy time since the server began to count, if it does. */
  readonly usual?: readonly Share[];
  /** A replica only: seconds since the newest row of the probe that has arrived. */
  readonly heartbeatAgeSeconds?: number;
  readonly wishes: readonly string[];
  /** The time was up before everything was asked. */
  readonly cut?: true;
}

export interface Connections {
  /** Without our own. */
  readonly used: number;
  readonly max: number;
  readonly users: readonly { readonly user: string; readonly connections: number }[];
}

/** One connection that waits, and one for which it waits; the same waiter may wait for several. */
export interface LockWait {
  readonly seconds: number;
  readonly waiter: Holder;
  readonly blocker: Holder;
}

interface Holder {
  readonly id: number;
  readonly user: string;
  readonly statement: string;
  /** Seconds since it last did anything, while it keeps its transaction open. */
  readonly idleSeconds?: number;
}

/** What sessions were seen doing, over several looks. */
export interface Activity {
  readonly looks: number;
  /** Busy sessions a look, those that wait for locks included. */
  readonly sessions: number;
  /** Shares in the busy time of those that do not wait for locks: who waits keeps nobody else from anything. */
  readonly users: readonly Share[];
  readonly waits: readonly (Share & { readonly kind: WaitKind })[];
  readonly statements: readonly (Share & { readonly user: string })[];
}

/** `work`: for nothing but a processor. */
export const waitKinds = ['lock', 'commit', 'replica', 'disk', 'client', 'work'] as const;
export type WaitKind = (typeof waitKinds)[number];

/** From 0 to 1. */
export interface Share {
  readonly name: string;
  readonly share: number;
}

export interface Digest {
  readonly statement: string;
  readonly calls: number;
  readonly ms: number;
}
