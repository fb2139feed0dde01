// What a checker of an invariant is: it is told what happens, and throws a `Violation` when that must not be.
import type { Fate, IncidentChange } from '../../../server/app/ports.ts';
import type { Message } from '../../../server/core/alerts/message.ts';
import type { Effects } from '../../../server/core/effects.ts';
import type { Remembered } from '../../../server/core/remember.ts';
import type { VirtualTime } from '../../support/virtual-time.ts';
import type { Archive } from '../archive.ts';
import type { Disk } from '../disk.ts';
import type { Sinks } from '../sinks.ts';
import type { Vigie } from '../vigie.ts';
import type { Blame, World } from '../world.ts';

/** What a checker may look at: what is true, what we made of it, and what was kept. */
export interface Stage {
  readonly time: VirtualTime;
  readonly world: World;
  readonly vigie: Vigie;
  readonly disk: Disk;
  readonly sinks: Sinks;
  readonly archive: Archive;
  /** What goes wrong where no checker is called. */
  readonly broken: (error: unknown) => void;
  /** How often the process has died, and how many notables were told. */
  readonly counts: { readonly crashes: number; readonly told: number };
}

export interface Checker {
  /** A probe leaves; `blame` is whose doing it will be that it fails. */
  readonly probed?: (series: string, startedAt: number, blame: Blame | undefined) => void;
  /** A transaction was kept; the archive has it already. */
  readonly kept?: (effects: Effects) => void;
  /** Somebody has written into incidents, and these are to be told of it. */
  readonly written?: (changes: readonly IncidentChange[], messages: readonly Message[]) => void;
  /** It was kept what became of a message, and what another route is told in its place. */
  readonly fated?: (key: string, fate: Fate, left?: readonly Message[]) => void;
  /** A receiver has got it, if not for the first time. */
  readonly arrived?: (message: Message) => void;
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
