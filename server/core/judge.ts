// The state machine of one series. Outcomes that agree with the state keep it; outcomes that contradict it open a
// contest, which confirms or collapses. Whatever is confirmed is dated back to the first outcome that said so.
import type { Policy } from '../../config/config.ts';
import { intermittence, withOutcome } from './intermittent.ts';
import type { Lately } from './intermittent.ts';
import type { Weighed } from './lossy.ts';
import type { Finding } from './result.ts';
import type { ClearTime } from './sight.ts';
import type { State } from './state.ts';
import type { Instant } from './time.ts';

/** One graded outcome. */
export interface Sample extends Weighed {
  readonly at: Instant;
  /** It has been slower than usual since then: that is certain, and needs no more outcomes. */
  readonly slowSince?: Instant;
}

export type Contest = Failing | Recovering | { readonly kind: 'calming'; readonly since: Instant };

interface Failing {
  readonly kind: 'failing';
  readonly since: Instant;
  /** A silence over a path that loses packets counts as a part of one. */
  readonly count: number;
  /** When the answer of a witness came that was asked since: those that fail from then on fail by no cut of ours. */
  readonly clearAt?: Instant;
}

interface Recovering {
  readonly kind: 'recovering';
  readonly since: Instant;
  readonly count: number;
  /** At least one of the good outcomes was slow or warned; the newest of them found `finding`. */
  readonly poor: boolean;
  readonly finding?: Finding;
}

export interface Standing {
  readonly state: State;
  /** Dated back: the start of the first probe that saw it so. */
  readonly since: Instant;
  /** While unknown: what it was when we last saw it. One outcome that agrees is enough to be there again. */
  readonly held?: Exclude<State, 'unknown'>;
  /** What is, or was last, wrong. */
  readonly finding?: Finding;
  /** Start of the newest outcome that counted. */
  readonly lastAt?: Instant;
  readonly contest?: Contest;
  /** The last `slowOf` outcomes that were not bad, oldest first: the instant of a poor one, 0 for a good one. */
  readonly recent: readonly Instant[];
  /** While up: the last outcomes, if one of them failed. */
  readonly lately?: Lately;
}

/** Never looked at: unknown since ever. */
export const unseen: Standing = { state: 'unknown', since: 0, recent: [] };

/**
 * What an outcome changes. An outcome no later than the newest that counted is ignored, so replays and late results
 * are harmless. Nothing is confirmed down but by failures that began in clear time, the last of them once a witness
 * that was asked since the first had answered: one that answers later may say no more than that we are back.
 */
export const judge = (standing: Standing, sample: Sample, clear: ClearTime, policy: Policy): Standing => {
  const isEvidence = sample.grade !== 'invalid' || sample.answered === true;
  if (!isEvidence || sample.at <= (standing.lastAt ?? 0)) return standing;
  const seen = { ...withLately(standing, sample), lastAt: sample.at };
  if (sample.grade === 'bad') return fail(seen, sample, clear, policy);
  if (sample.grade === 'invalid') return pass(seen, sample, policy);
  return pass({ ...seen, recent: remember(seen.recent, sample, policy) }, sample, policy);
};

const withLately = (standing: Standing, sample: Sample): Standing => {
  const lately = standing.state === 'up' ? withOutcome(standing.lately, sample) : undefined;
  return lately === undefined ? without(standing, 'lately') : { ...standing, lately };
};

const remember = (
  recent: readonly Instant[],
  { at, grade }: Sample,
  { slowOf }: Policy,
): readonly Instant[] => [...recent, grade === 'poor' ? at : 0].slice(-slowOf);

/**
 * Of silences over a path that loses packets it takes so many times as many, a power of two to be added up exactly. With a loss of 20 % a question of one packet,
 * or its answer, gets lost in 36 % of cases: three in a row come every few minutes, twelve once in two hundred thousand.
 * But who is silent for that long is gone, and not to be left out because our uplink is poor.
 */
const silencesPerFailure = 4;

const fail = (standing: Standing, sample: Sample, clear: ClearTime, policy: Policy): Standing => {
  const finding = sample.finding ?? standing.finding;
  if (known(standing) === 'down') {
    const since = standing.state === 'down' ? standing.since : sample.at;
    return enter({ ...standing, recent: [] }, 'down', since, finding);
  }
  const count = sample.silent === true ? 1 / silencesPerFailure : 1;
  const begun: Failing = { kind: 'failing', since: sample.at, count: 0 };
  const before =
    standing.contest?.kind === 'failing' && standing.contest.since >= clear.from ? standing.contest : begun;
  // Asked by this process: what its witnesses told another one may be true no more.
  const isSeen = clear.seen.askedAt >= before.since;
  const clearAt = before.clearAt ?? (isSeen ? clear.seen.answeredAt : undefined);
  const contest: Failing = {
    ...before,
    count: before.count + count,
    ...(clearAt !== undefined && { clearAt }),
  };
  const confirmed =
    contest.count >= policy.failuresMin &&
    sample.at - contest.since >= policy.failuresSpanMs &&
    isSeen &&
    clearAt !== undefined &&
    sample.at >= clearAt;
  return confirmed
    ? enter({ ...standing, recent: [] }, 'down', contest.since, finding)
    : { ...standing, contest, ...(finding && { finding }) };
};

const pass = (standing: Standing, sample: Sample, policy: Policy): Standing => {
  switch (known(standing)) {
    case 'down':
      return recover(standing, sample, policy);
    case 'degraded':
      return calm(standing, sample, policy);
    case 'up':
      return stay(standing, sample, policy);
    case 'unknown':
      return stay(enter(standing, 'up', sample.at), sample, policy);
  }
};

/** The state we would say if we had not been blind. */
const known = ({ state, held }: Standing): State => (state === 'unknown' ? (held ?? 'unknown') : state);

const recover = (standing: Standing, sample: Sample, policy: Policy): Standing => {
  const begun: Recovering = { kind: 'recovering', since: sample.at, count: 0, poor: false };
  const before = standing.contest?.kind === 'recovering' ? standing.contest : begun;
  const isPoor = sample.grade === 'poor';
  const contest: Recovering = {
    ...before,
    count: before.count + 1,
    poor: before.poor || isPoor,
    ...(isPoor && sample.finding && { finding: sample.finding }),
  };
  const confirmed =
    contest.count >= policy.recoveriesMin && sample.at - contest.since >= policy.recoveriesSpanMs;
  if (!confirmed) return { ...standing, contest };
  return contest.poor
    ? enter(standing, 'degraded', contest.since, contest.finding ?? standing.finding)
    : enter(standing, 'up', contest.since);
};

const calm = (standing: Standing, sample: Sample, policy: Policy): Standing => {
  const back =
    standing.state === 'unknown' ? enter(standing, 'degraded', sample.at, standing.finding) : standing;
  if (sample.grade === 'poor')
    return { ...without(back, 'contest'), ...(sample.finding && { finding: sample.finding }) };
  // Neither slow nor fast.
  if (sample.grade === 'invalid') return back.contest?.kind === 'failing' ? without(back, 'contest') : back;
  const since = back.contest?.kind === 'calming' ? back.contest.since : sample.at;
  return sample.at - since >= policy.calmMs && sample.slowSince === undefined
    ? enter({ ...back, recent: [] }, 'up', since)
    : { ...back, contest: { kind: 'calming', since }, ...(sample.finding && { finding: sample.finding }) };
};

const stay = (standing: Standing, sample: Sample, policy: Policy): Standing => {
  const up = standing.state === 'unknown' ? enter(standing, 'up', sample.at) : without(standing, 'contest');
  if (sample.slowSince !== undefined)
    return enter(up, 'degraded', sample.slowSince, sample.finding ?? up.finding);
  const poor = up.recent.filter((at) => at > 0);
  const often = intermittence(up.lately);
  if (often !== undefined && up.finding !== undefined) {
    const evidence = `${often.evidence}, the last one thus: ${up.finding.evidence}`;
    return enter(up, 'degraded', often.since, { ...up.finding, evidence });
  }
  const [first] = poor;
  return first !== undefined && poor.length >= policy.slowMin
    ? enter(up, 'degraded', first, sample.finding ?? up.finding)
    : { ...up, ...(sample.finding && { finding: sample.finding }) };
};

/** A state is entered no earlier than the one before it: what was told stays told. */
const enter = (
  { lastAt, recent, since: previous }: Standing,
  state: Exclude<State, 'unknown'>,
  since: Instant,
  finding?: Finding,
): Standing => ({
  state,
  since: Math.max(since, previous),
  recent,
  ...(lastAt !== undefined && { lastAt }),
  ...(finding && state !== 'up' && { finding }),
});

const without = (standing: Standing, key: 'contest' | 'lately'): Standing => {
  if (standing[key] === undefined) return standing;
  const { [key]: _, ...rest } = standing;
  return rest;
};

/** Is its newest outcome the first slow one? */
export const beginsSlow = (before: Standing, { state, recent }: Standing): boolean =>
  state === 'up' && (recent.at(-1) ?? 0) > 0 && before.recent.every((at) => at === 0);

/** What was slow lately may have been the path. */
export const forgetSlow = (standing: Standing): Standing =>
  standing.state === 'up' && standing.recent.some((at) => at > 0) ? { ...standing, recent: [] } : standing;

/** Should the series be probed again soon, because its newest outcome contradicts its state? */
export const isContested = ({ state, contest, recent }: Standing): boolean =>
  contest?.kind === 'failing' ||
  contest?.kind === 'recovering' ||
  (state === 'up' && (recent.at(-1) ?? 0) > 0);

/** Has it just begun to fail, or has no witness answered that was asked since? */
export const isInDoubt = (before: Standing, { contest }: Standing): boolean =>
  contest?.kind === 'failing' && (before.contest?.kind !== 'failing' || contest.clearAt === undefined);

/** Has it done more than grow older? Its age is in the results. */
export const hasMoved = (before: Standing, after: Standing): boolean =>
  before.state !== after.state ||
  before.since !== after.since ||
  before.contest?.kind !== after.contest?.kind ||
  before.contest?.since !== after.contest?.since ||
  (after.contest !== undefined && after.contest.kind !== 'calming') ||
  before.lately !== undefined ||
  after.lately !== undefined ||
  before.recent.some((at) => at > 0) ||
  after.recent.some((at) => at > 0);

/** Without an outcome that counted for longer than `afterMs` we do not know: since the last one. */
export const expire = (standing: Standing, now: Instant, afterMs: number): Standing =>
  standing.lastAt !== undefined && now - standing.lastAt > afterMs
    ? forget(standing, standing.lastAt)
    : standing;

/** Failures confirm each other only when no probe was missed between them: the clock was set, or we were suspended. */
export const unbroken = (standing: Standing, at: Instant, missedMs: number): Standing =>
  standing.contest?.kind === 'failing' && at - (standing.lastAt ?? at) > missedMs
    ? without(standing, 'contest')
    : standing;

/** We do not know what it is since `at`; what it was is held. Outcomes under way to a confirmation no longer count. */
export const forget = (standing: Standing, at: Instant): Standing => {
  if (standing.state === 'unknown')
    return standing.contest === undefined ? standing : without(standing, 'contest');
  const { state, since, finding, lastAt } = standing;
  return {
    state: 'unknown',
    since: Math.max(at, since),
    held: state,
    recent: [],
    ...(finding && { finding }),
    ...(lastAt !== undefined && { lastAt }),
  };
};

/** The clock was set back: what lies in the future is now, or no outcome would count until it has come. */
export const rewindStanding = (standing: Standing, now: Instant): Standing => {
  const { since, lastAt, contest, recent, lately } = standing;
  const clearAt = contest?.kind === 'failing' ? contest.clearAt : undefined;
  const newest = Math.max(
    since,
    lastAt ?? 0,
    contest?.since ?? 0,
    clearAt ?? 0,
    ...recent,
    ...(lately ?? []),
  );
  if (newest <= now) return standing;
  return {
    ...standing,
    since: Math.min(since, now),
    recent: recent.map((at) => Math.min(at, now)),
    ...(lately && { lately: lately.map((at) => Math.min(at, now)) }),
    ...(lastAt !== undefined && { lastAt: Math.min(lastAt, now) }),
    ...(contest && { contest: rewindContest(contest, now) }),
  };
};

const rewindContest = (contest: Contest, now: Instant): Contest => ({
  ...contest,
  since: Math.min(contest.since, now),
  ...(contest.kind === 'failing' &&
    contest.clearAt !== undefined && { clearAt: Math.min(contest.clearAt, now) }),
});
