// A probe as the runner would hand it to a check, for tests on the loopback.
import { Deadline } from '../../checks/lib/contract.ts';
import type { ActiveCheck, Probe } from '../../checks/lib/contract.ts';
import type { Facts, Outcome } from '../../checks/lib/outcome.ts';
import { createResolver } from '../../checks/lib/resolver.ts';
import { Stopwatch } from '../../checks/lib/timing.ts';
import { waitInTurns } from './turns.ts';

interface Circumstances {
  readonly timeoutMs?: number;
  /** Epoch milliseconds. */
  readonly now?: number;
  readonly family?: 4 | 6;
  /** `address:port`; without them, the system's. */
  readonly resolvers?: readonly string[];
  readonly turn?: number;
  readonly before?: Facts;
  /** Stops the probe as the runner does when it stops itself. */
  readonly stopping?: AbortSignal;
}

export const makeProbe = ({
  timeoutMs = 10_000,
  now = Date.now(),
  family = 4,
  resolvers = [],
  turn = 0,
  before = {},
  stopping,
}: Circumstances = {}): Probe => {
  const deadline = new AbortController();
  void waitInTurns(timeoutMs, { ref: false }).then(() => deadline.abort(new Deadline(timeoutMs)));
  return {
    family,
    timeoutMs,
    turn,
    before,
    now: () => now,
    signal: stopping === undefined ? deadline.signal : AbortSignal.any([deadline.signal, stopping]),
    timing: new Stopwatch(() => performance.now()),
    resolver: createResolver({ servers: resolvers, timeoutMs: 1_000 }),
  };
};

/** Runs a check with options as an operator would write them. */
export const runCheck = (
  check: ActiveCheck,
  written: Readonly<Record<string, unknown>>,
  circumstances: Circumstances = {},
): Promise<Outcome> => check.run(check.options.parse(written), makeProbe(circumstances));
