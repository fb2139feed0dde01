// What a checker of an invariant is: it is told what happens, and throws a `Violation` when that must not be.
import type { Effects } from '../../../server/core/effects.ts';
import type { Remembered } from '../../../server/core/remember.ts';
import type { VirtualTime } from '../../support/virtual-time.ts';
import type { Archive } from '../archive.ts';
import type { Disk } from '../disk.ts';
import type { Vigie } from '../vigie.ts';
import type { Blame, World } from '../world.ts';

/** What a checker may look at: what is true, what we made of it, and what was kept. */
export interface Stage {
  readonly time: VirtualTime;
  readonly world: World;
  readonly vigie: Vigie;
  readonly disk: Disk;
  readonly archive: Archive;
  /** How often the process has died, and how many notables were told. */
  readonly counts: { readonly crashes: number; readonly told: number };
}

export interface Checker {
  /** A probe leaves; `blame` is whose doing it will be that it fails. */
  readonly probed?: (series: string, startedAt: number, blame: Blame | undefined) => void;
  /** A transaction was kept; the archive has it already. */
  readonly kept?: (effects: Effects) => void;
  /** The process is about to start, and will be told this. */
  readonly starting?: (remembered: Remembered) => void;
  readonly crashed?: () => void;
  /** The wall clock was set, and said `before` until then. */
  readonly clockStepped?: (before: number) => void;
  readonly uplinkChanged?: () => void;
  /** A while has passed. */
  readonly look?: () => void;
  /** Some window of the past: a day, or any other. */
  readonly window?: (from: number, to: number) => void;
  /** Nothing has gone wrong for hours: all that must come to pass has. */
  readonly calm?: () => void;
}
