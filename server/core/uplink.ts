// What the witnesses of one vantage point and family, each asked once, say together about our uplink.
import type { Cause, Outcome } from '../../checks/lib/outcome.ts';
import type { Layer } from '../../config/config.ts';
import { mostVotes } from './sight.ts';
import type { Instant } from './time.ts';
import { commonLoss, layers, nearAndFar, shareLost } from './witness.ts';
import type { Witness } from './witness.ts';

export interface Told {
  /** When the first probe began that says so. */
  readonly at: Instant;
  readonly outcome: Outcome;
}

/** Of the votes of the references: fewer are lost by a fault of their own. */
const someVotes = 0.25;
const lossRatioMin = 0.03;

/** Nearer layers say whose fault it is that references are lost; when none of them answers it may be ours. */
export const tellUplink = (witnesses: readonly Witness[]): Told => {
  const { near, far } = nearAndFar(witnesses);
  const asked = far.filter(({ isFit }) => isFit);
  const answering = asked.filter((witness) => !isLost(witness));
  const lost = asked.filter(isLost);
  const lostVotes = shareLost(asked, 1);
  const lossRatio = commonLoss(asked);
  const measured = {
    ...untimed,
    facts: { references: asked.length, lost: lost.length, lostVotes, uplinkLossRatio: lossRatio },
  };
  const problem = (kind: 'fail' | 'warn', cause: Cause, evidence: string): Outcome => ({
    kind,
    cause,
    evidence,
    ...measured,
  });
  if (asked.length === 0) return { at: startOf(far), outcome: unfit('no reference could be asked') };
  const outOf = `${lost.length} of ${asked.length} references`;
  if (lostVotes >= mostVotes) {
    const end = endOf(near, answering);
    if (end === undefined)
      return { at: startOf(lost), outcome: unfit(`${outOf} do not answer, nor does anything nearer`) };
    // Where only one of several networks could be asked, it may be that one.
    if (networksIn(lost) > 1 || networksIn(far) === 1)
      return { at: startOf(lost), outcome: problem('fail', 'uplink_down', `${outOf} do not answer${end}`) };
  }
  if (lostVotes >= someVotes) {
    const evidence = `${outOf} do not answer: ${networksOf(asked)}`;
    return { at: startOf(lost), outcome: problem('warn', 'uplink_partial', evidence) };
  }
  if (lossRatio >= lossRatioMin) {
    const evidence = `${(lossRatio * 100).toFixed(1)}% of what is sent to ${asked.length} references gets lost`;
    return { at: startOf(asked), outcome: problem('warn', 'loss', evidence) };
  }
  return { at: startOf(answering), outcome: { kind: 'ok', ...measured } };
};

/** The share of what is sent to the references that gets lost, where it is so much that it spoils what we measure. */
export const lossOf = (witnesses: readonly Witness[]): number | undefined => {
  const ratio = commonLoss(nearAndFar(witnesses).far.filter(({ isFit }) => isFit));
  return ratio >= lossRatioMin ? ratio : undefined;
};

const untimed = { phasesUs: {}, totalUs: 0 };

const unfit = (evidence: string): Outcome => ({
  kind: 'invalid',
  cause: 'self_no_network',
  evidence,
  ...untimed,
  facts: {},
});

const networksIn = (witnesses: readonly Witness[]): number =>
  new Set(witnesses.map(({ network }) => network)).size;

const isLost = ({ failures }: Witness): boolean => failures > 0;

const startOf = (witnesses: readonly Witness[]): Instant =>
  Math.min(...witnesses.map(({ lastAt }) => lastAt));

const names: Readonly<Record<Layer, string>> = {
  gateway: 'the gateway',
  edge: 'our edge',
  operator: 'the operator',
  reference: 'a reference',
};

/** The outermost of the nearer layers that answers, and the one behind it that does not; nothing when it may be us. */
const endOf = (near: readonly Witness[], answering: readonly Witness[]): string | undefined => {
  if (near.length === 0) return answering.length === 0 ? undefined : '';
  const there = layers.filter((layer) => near.some((witness) => witness.layer === layer));
  const index = there.findLastIndex((layer) =>
    near.some((witness) => witness.layer === layer && !isLost(witness)),
  );
  const [last, next] = there.slice(index);
  if (index < 0 || last === undefined) return undefined;
  return `${next === undefined ? '' : `, nor does ${names[next]}`}; ${names[last]} does`;
};

const namesMax = 2;

/** What those have in common that are lost: networks of which nobody answers, if there are any. */
const networksOf = (asked: readonly Witness[]): string => {
  const lost = [...Map.groupBy(asked, ({ network }) => network)].filter(([, members]) =>
    members.some(isLost),
  );
  const gone = lost.filter(([, members]) => members.every(isLost));
  const common = (gone.length > 0 ? gone : lost).map(([network]) => network);
  const more = common.length - namesMax;
  return `${common.slice(0, namesMax).join(' and ')}${more > 0 ? ` and ${more} more` : ''}`;
};
