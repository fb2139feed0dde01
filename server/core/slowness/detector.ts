// Two detectors that weigh, probe after probe, whether a time has become longer than usual: CUSUM on how far it is from
// the median (all of it is slower), and Bernoulli CUSUM on the share of slow ones (some of it is much slower).
// Page 1954; parameters and their error rates: `npm run sim:slowness`.
import type { Instant } from '../time.ts';
import type { Usual } from './baseline.ts';

export interface Limits {
  /** Nobody minds so much more, whatever is usual; microseconds. */
  readonly floorUs: number;
  /** Evidence, in natural logarithms of odds, that it takes. */
  readonly evidenceMin: number;
}

/** Evidence against one time of one series. */
export interface Suspicion {
  readonly shift: number;
  readonly tail: number;
  /** The first slow one since there was no evidence. */
  readonly shiftSince?: Instant;
  readonly tailSince?: Instant;
  /** Which of the last 40 were longer than is usual: bits, the newest lowest. */
  readonly slow: number;
  readonly far: number;
  /** Of the slow ones, the newest counting most: logarithm of microseconds. */
  readonly level: number;
  readonly found?: Found;
}

export interface Found {
  /** `shift`: most are slow; `tail`: some are. */
  readonly kind: 'shift' | 'tail';
  readonly since: Instant;
}

export const unsuspected: Suspicion = { shift: 0, tail: 0, slow: 0, far: 0, level: 0 };

/** Evidence that one time can add; a spike is one time. */
const stepMax = 3;
/** What a time must differ from the median, in spreads, to count for a shift rather than against it. */
const slack = 1;
const zMax = stepMax + slack;
/** Noise is never taken for less than a tenth. */
const spreadMin = 0.1;
/** The share of slow ones that is usual, and the one that is to be found. */
const [shareUsual, shareFound] = [0.01, 0.2];
const slowEvidence = Math.log(shareFound / shareUsual);
const fastEvidence = Math.log((1 - shareFound) / (1 - shareUsual));
/** However much evidence, so many must be slow: for a shift of the last 12, for a tail of the last 40. */
const [shiftSlowMin, shiftOf] = [8, 12];
const [tailSlowMin, tailOf] = [7, 40];
/** Spikes come singly, where load comes and goes and takes its time: less evidence will do. */
const tailShare = 0.7;
/** When so many of the last are slow it is no tail, whichever of the two has found it. */
const [mostMin, mostOf] = [6, 8];
/** Where times differ much by themselves, what is so many spreads above the median is not yet slow. */
const wideMin = 2;
/** Of an hour of which nothing is known, only twice as much is news. */
const guessFactor = 2;

/** Evidence that it takes where a probe comes every `everyMs`: what lasts shorter than `overMs` is never found. */
export const evidenceMin = (overMs: number, everyMs: number): number =>
  stepMax * Math.max(tailSlowMin, overMs / everyMs);

/** Above it, in microseconds, a time is slow, and above `far` one that happens now and then is. */
export const gates = (usual: Usual, { floorUs }: Pick<Limits, 'floorUs'>): { slow: number; far: number } => {
  const caution = usual.isKnown ? 1 : guessFactor;
  const medianUs = Math.exp(usual.median);
  const slow = Math.max(
    2 * caution * medianUs,
    medianUs + caution * floorUs,
    Math.exp(usual.high90),
    Math.exp(usual.median + wideMin * usual.spread),
  );
  const far = Math.max(4 * caution * medianUs, 2.5 * caution * floorUs, 1.5 * Math.exp(usual.high98));
  return { slow, far: Math.max(slow, far) };
};

/** One more time. What was found stays found: it is for the judge of the series to say that it is over. */
export const weigh = (
  before: Suspicion,
  { at, us }: { readonly at: Instant; readonly us: number },
  usual: Usual,
  limits: Limits,
): Suspicion => {
  const needed = neededOf(limits);
  const gate = gates(usual, limits);
  const log = Math.log(Math.max(1, us));
  const z = (log - usual.median) / Math.max(usual.spread, spreadMin);
  const shift = clamp(before.shift + clamp(z, -zMax, zMax) - slack, 0, needed.shift);
  const tail = clamp(before.tail + (us > gate.far ? slowEvidence : fastEvidence), 0, needed.tail);
  const shiftSince = shift === 0 ? undefined : (before.shiftSince ?? (us > gate.slow ? at : undefined));
  const tailSince = tail === 0 ? undefined : (before.tailSince ?? at);
  const slow = push(before.slow, us > gate.slow);
  const far = push(before.far, us > gate.far);
  const found = before.found ?? find({ shift, tail, shiftSince, tailSince, slow, far }, needed);
  return {
    shift,
    tail,
    slow,
    far,
    level: us > gate.slow ? levelOf(before, log) : before.level,
    ...(shiftSince !== undefined && { shiftSince }),
    ...(tailSince !== undefined && { tailSince }),
    ...(found && { found }),
  };
};

/** Is it no longer probable that some are slow? Only time without a slow one says so of what most were. */
export const isUnlikely = ({ found, tail }: Suspicion, limits: Limits): boolean =>
  found?.kind !== 'tail' || tail < neededOf(limits).tail / 2;

/** The newest was slow. */
export const isSlow = ({ slow }: Suspicion): boolean => slow % 2 === 1;

/** The clock was set back: what began in the future begins now. */
export const rewind = (suspicion: Suspicion, now: Instant): Suspicion => {
  const { shiftSince, tailSince, found } = suspicion;
  return {
    ...suspicion,
    ...(shiftSince !== undefined && { shiftSince: Math.min(shiftSince, now) }),
    ...(tailSince !== undefined && { tailSince: Math.min(tailSince, now) }),
    ...(found && { found: { ...found, since: Math.min(found.since, now) } }),
  };
};

/** Of what it takes to find it slow, the share that there is. */
export const evidenceOf = ({ shift, tail }: Suspicion, limits: Limits): Pick<Suspicion, 'shift' | 'tail'> => {
  const needed = neededOf(limits);
  return { shift: shift / needed.shift, tail: tail / needed.tail };
};

interface Weighed {
  readonly shift: number;
  readonly tail: number;
  readonly shiftSince: Instant | undefined;
  readonly tailSince: Instant | undefined;
  readonly slow: number;
  readonly far: number;
}

const neededOf = ({ evidenceMin }: Limits) => ({ shift: evidenceMin, tail: evidenceMin * tailShare });

const find = (
  { shift, tail, shiftSince, tailSince, slow, far }: Weighed,
  needed: ReturnType<typeof neededOf>,
): Found | undefined => {
  const isShift =
    shift >= needed.shift && shiftSince !== undefined && count(slow % 2 ** shiftOf) >= shiftSlowMin;
  if (isShift) return { kind: 'shift', since: shiftSince };
  if (tail < needed.tail || tailSince === undefined || count(far) < tailSlowMin) return undefined;
  return { kind: count(slow % 2 ** mostOf) >= mostMin ? 'shift' : 'tail', since: tailSince };
};

const newestWeight = 0.3;
const levelOf = ({ level, shift, tail }: Suspicion, log: number): number =>
  level === 0 || shift + tail === 0 ? log : level + newestWeight * (log - level);

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));

const push = (bits: number, bit: boolean): number => (bits * 2 + (bit ? 1 : 0)) % 2 ** tailOf;

/** Bits that are set, of at most 53. */
const count = (bits: number): number => {
  let sum = 0;
  for (let rest = bits; rest > 0; rest = Math.floor(rest / 2)) sum += rest % 2;
  return sum;
};
