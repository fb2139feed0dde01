// From what is written of a check to all that the program needs to know of it: every default in its place.
import { isIP } from 'node:net';
import type { CheckConfig, Policy, Schedule, WitnessConfig } from './config.ts';
import type { Path } from './problems.ts';
import { instantOf } from './recurrence.ts';
import type { Review } from './review.ts';
import { usual } from './adjustable.ts';
import type { WrittenDefaults } from './adjustable.ts';
import type { KnownCheck, Role, WrittenCheck } from './schema.ts';

export interface Cron {
  /** What is wrong with an expression; nothing when it is right. */
  readonly problem: (expression: string) => string | undefined;
  /** The longest time between two runs; `Infinity` when there are not two. */
  readonly longestGapMs: (expression: string, timezone: string) => number;
}

export interface Completion {
  readonly type: KnownCheck;
  readonly role: Role;
  readonly path: Path;
  readonly defaults: WrittenDefaults;
  /** Ids; the first is our own. None when they are wrong in themselves. */
  readonly vantagePoints: readonly string[];
  readonly timezone: string;
  readonly cron: Cron;
  readonly review: Review;
  /** From which a derived check is made; nothing when one of them is wrong in itself, or this is one of them. */
  readonly witnesses: readonly WitnessConfig[] | undefined;
}

const witnessEveryMs = 10_000;
const networksMin = 2;
const gapMsMax = 366 * 86_400_000;

/**
 * Says what does not fit together, and goes on: what comes of it holds only if nothing was said.
 * `options` is nothing if they are wrong in themselves.
 */
export const completeCheck = (
  written: WrittenCheck,
  options: Readonly<Record<string, unknown>> | undefined,
  completion: Completion,
): Omit<CheckConfig, 'id'> => {
  const schedule = scheduleOf(written, completion);
  const intervalMs = intervalOf({ schedule });
  const timeoutMs = timeoutOf(written, options, intervalMs, completion);
  const { kind, slowMs, askedOn } = completion.type;
  const learn = learnOf(written, completion);
  return {
    type: written.type,
    options: options ?? {},
    schedule,
    timeoutMs,
    families: familiesOf(written, options, completion),
    vantagePoints: vantagePointsOf(written, completion),
    slowMs: { ...slowMs, ...written.slow },
    ...(learn && { learn }),
    ...(askedOn && { askedOn }),
    ...(kind === 'derived' && { derived: true }),
    supporting: written.supporting ?? false,
    policy: policyOf(written, intervalMs, staleMsOf(schedule, timeoutMs), completion),
  };
};

const scheduleOf = (
  { every, cron: expression }: WrittenCheck,
  { type, role, path, defaults, timezone, cron, review, witnesses = [] }: Completion,
): Schedule => {
  // Whoever is asked last ends the round of witnesses that is its outcome.
  if (type.kind === 'derived')
    return { kind: 'every', everyMs: Math.max(witnessEveryMs, ...witnesses.map(intervalOf)) };
  if (type.kind === 'passive') return { kind: 'every', everyMs: type.defaults.everyMs };
  const usualMs = role === 'witness' ? witnessEveryMs : (defaults.every ?? type.defaults.everyMs);
  if (expression === undefined) return { kind: 'every', everyMs: every ?? usualMs };
  if (every !== undefined) review.say([...path, 'cron'], 'one of the two', 'both "every" and "cron"', 'key');
  const wrong = cron.problem(expression);
  const longestGapMs = wrong === undefined ? cron.longestGapMs(expression, timezone) : usualMs;
  if (wrong !== undefined) review.say([...path, 'cron'], `a cron expression such as "0 4 * * *" (${wrong})`);
  else if (longestGapMs > gapMsMax) review.say([...path, 'cron'], 'a time that comes at least once a year');
  return { kind: 'cron', cron: expression, timezone, longestGapMs };
};

const timeoutOf = (
  { timeout, cron }: WrittenCheck,
  options: Readonly<Record<string, unknown>> | undefined,
  intervalMs: number,
  { type, path, defaults, review, witnesses = [] }: Completion,
): number => {
  if (type.kind === 'derived') return Math.max(0, ...witnesses.map(({ timeoutMs }) => timeoutMs));
  // What a check inherits gives way to its interval; only what it writes itself can contradict it.
  const leastMs = (options && type.timeoutMsMin?.(options)) ?? 0;
  const inheritedMs = Math.max(leastMs, defaults.timeout ?? type.defaults.timeoutMs);
  const timeoutMs = timeout ?? (inheritedMs < intervalMs ? inheritedMs : Math.max(leastMs, intervalMs / 2));
  if (timeoutMs < leastMs)
    review.say([...path, 'timeout'], `at least ${leastMs / 1_000} s, which a probe with these options takes`);
  else if (timeout !== undefined && timeout >= intervalMs)
    review.say([...path, 'timeout'], `less than the interval of ${intervalMs / 1_000} s`);
  else if (timeoutMs >= intervalMs)
    review.say(
      [...path, cron === undefined ? 'every' : 'cron'],
      `more than the ${leastMs / 1_000} s that a probe with these options takes`,
      `an interval of ${intervalMs / 1_000} s`,
    );
  return timeoutMs;
};

const familiesOf = (
  { families }: WrittenCheck,
  options: Readonly<Record<string, unknown>> | undefined,
  completion: Completion,
): CheckConfig['families'] => {
  const { type, path, defaults, review } = completion;
  if (type.kind === 'derived') return witnessedFamilies(families, completion);
  if (type.target === undefined) return [0];
  const target = options ? type.target(options) : '';
  if (target === undefined) {
    if (families !== undefined)
      review.say([...path, 'families'], 'no families, for no address is dialled', `[${families.join(', ')}]`);
    return [0];
  }
  const literal = isIP(target);
  if (literal !== 4 && literal !== 6) return families ?? defaults.families ?? [4];
  if (families?.some((family) => family !== literal) === true)
    review.say(
      [...path, 'families'],
      `[${literal}], for ${target} is an address of IPv${literal}`,
      `[${families.join(', ')}]`,
    );
  return [literal];
};

const vantagePointsOf = (
  { 'vantage-points': written }: WrittenCheck,
  { role, path, vantagePoints: known, review }: Completion,
): CheckConfig['vantagePoints'] => {
  for (const [index, id] of (written ?? []).entries())
    if (known.length > 0 && !known.includes(id))
      review.say([...path, 'vantage-points', index], `a vantage point: ${known.join(', ')}`);
  // Whether a place can see at all is asked of every place.
  return written ?? (role === 'witness' ? known : known.slice(0, 1));
};

const witnessedFamilies = (
  written: WrittenCheck['families'],
  { path, review, witnesses }: Completion,
): CheckConfig['families'] => {
  const dialled = new Set((witnesses ?? []).flatMap(({ families }) => families));
  const witnessed = ([4, 6] as const).filter((family) => dialled.has(family));
  if (witnesses === undefined) return written ?? witnessed;
  if (witnessed.length === 0)
    review.say([...path, 'type'], 'witnesses, for what they see is all that it knows', 'no witnesses');
  else if (written === undefined || written.every((family) => dialled.has(family)))
    reviewReferences(written ?? witnessed, { path, review, witnesses });
  else
    review.say(
      [...path, 'families'],
      `[${witnessed.join(', ')}], for over no other are there witnesses`,
      `[${written.join(', ')}]`,
    );
  return written ?? witnessed;
};

const reviewReferences = (
  families: CheckConfig['families'],
  { path, review, witnesses = [] }: Pick<Completion, 'path' | 'review' | 'witnesses'>,
): void => {
  const references = witnesses.filter(({ layer }) => layer === 'reference');
  for (const family of families) {
    const asked = references.filter((reference) => reference.families.includes(family));
    const networks = new Set(asked.map(({ id, network = id }) => network));
    if (networks.size >= networksMin) continue;
    const found = networks.size === 0 ? 'none' : `only ${[...networks].join()}`;
    review.say(
      [...path, 'type'],
      `references over IPv${family} in ${networksMin} networks or more, for one that is dead looks like an uplink that is`,
      found,
    );
  }
};

const intervalOf = ({ schedule }: Pick<CheckConfig, 'schedule'>): number =>
  schedule.kind === 'every' ? schedule.everyMs : schedule.longestGapMs;

/** One missed run of a cron check shows a minute after it should have ended; of the others, three. */
const staleMsOf = (schedule: Schedule, timeoutMs: number): number =>
  schedule.kind === 'every' ? 3 * schedule.everyMs + 10_000 : schedule.longestGapMs + timeoutMs + 60_000;

const learnOf = (
  { learn }: WrittenCheck,
  { type, role, defaults, timezone }: Completion,
): CheckConfig['learn'] => {
  const inherited = defaults.learn ?? {};
  if (type.kind !== 'active' || role === 'witness' || learn === false) return undefined;
  if (learn === undefined && inherited === false) return undefined;
  const { over = usual.learnOverMs, floor, from } = { ...inherited, ...learn };
  return {
    overMs: over,
    ...(floor !== undefined && { floorMs: floor }),
    ...(from !== undefined && { from: instantOf(from, timezone) }),
  };
};

type Confirm = NonNullable<WrittenDefaults['confirm']>;

/** What is written under `defaults` for all checks must fit together too, and is told once, where it stands. */
export const reviewDefaults = ({ confirm = {} }: WrittenDefaults, review: Review): void => {
  const { slow = usual.slow, of = usual.of } = confirm;
  reviewConfirm(confirm, { slow, of }, ['defaults'], review);
};

/** A check is not blamed for what it only inherits. */
const reviewConfirm = (
  written: Confirm = {},
  { slow, of }: Pick<typeof usual, 'slow' | 'of'>,
  path: Path,
  review: Review,
): void => {
  if (slow <= of) return;
  if (written.slow !== undefined)
    review.say([...path, 'confirm', 'slow'], `at most ${of}, for so many outcomes are looked at`);
  else if (written.of !== undefined)
    review.say([...path, 'confirm', 'of'], `at least ${slow}, for so many outcomes must be slow`);
};

const policyOf = (
  written: WrittenCheck,
  intervalMs: number,
  staleMs: number,
  { path, defaults, review }: Completion,
): Policy => {
  const {
    failures = usual.failures,
    over = usual.failuresOverMs,
    recheck = usual.recheckMs,
    slow = usual.slow,
    of = usual.of,
  } = { ...defaults.confirm, ...written.confirm };
  const {
    successes = usual.successes,
    over: goodOver = usual.successesOverMs,
    calm = usual.calmMs,
  } = { ...defaults.recover, ...written.recover };
  if (written.confirm?.recheck !== undefined && recheck > intervalMs)
    review.say([...path, 'confirm', 'recheck'], `no more than the interval of ${intervalMs / 1_000} s`);
  reviewConfirm(written.confirm, { slow, of }, path, review);
  return {
    failuresMin: failures,
    failuresSpanMs: over,
    recoveriesMin: successes,
    recoveriesSpanMs: goodOver,
    recheckMs: Math.min(recheck, intervalMs),
    slowMin: slow,
    slowOf: of,
    calmMs: calm,
    staleMs,
  };
};
