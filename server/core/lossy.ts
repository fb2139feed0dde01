// Over a path that loses packets an answer shows that there is somebody, and not how well he does; silence shows little.
import type { CheckConfig } from '../../config/config.ts';
import { ancestorsOf } from './consequences.ts';
import type { Related } from './consequences.ts';
import type { Standing } from './judge.ts';
import { isTimed } from './result.ts';
import type { Graded } from './result.ts';
import type { SeriesKey } from './series.ts';
import type { Sights } from './sights.ts';
import type { Instant } from './time.ts';

/** What is sent from a place gets lost on the way that all references have in common. */
export interface Loss {
  /** Of what is sent, lately. */
  readonly ratio: number;
  /** What was sent off before then is not judged by its time. Nothing, while it lasts. */
  readonly endedAt?: Instant;
}

export const isLosing = (loss: Loss | undefined): boolean => loss !== undefined && loss.endedAt === undefined;

/** A graded outcome, and what else is true of it. */
export interface Weighed extends Graded {
  /** Of one that is invalid: it answered, though nobody can say how well. */
  readonly answered?: true;
  /** Of one that is bad: it did not answer, or its answer got lost. */
  readonly silent?: true;
}

/** The uplinks that series go through, as their witnesses show them. */
export class Paths {
  readonly #sights: Pick<Sights, 'lossOf' | 'witnessesOf'>;
  #behind: ReadonlySet<string> = new Set();

  constructor(sights: Pick<Sights, 'lossOf' | 'witnessesOf'>) {
    this.#sights = sights;
  }

  configure(related: Related): void {
    this.#behind = behindUplinks(related);
  }

  /** Nothing for a series that goes through none, or while nothing has been lost on it. */
  of(series: SeriesKey): Loss | undefined {
    return this.#behind.has(series.check) ? this.#sights.lossOf(series) : undefined;
  }

  /** Whom to ask whether it is the path; nobody for a series that goes through none. */
  witnessesOf(series: SeriesKey): readonly SeriesKey[] {
    return this.#behind.has(series.check) ? this.#sights.witnessesOf(series) : [];
  }
}

/** Ids of the checks that depend on an uplink, if only by way of others: what they ask goes through it. */
const behindUplinks = (related: Related): ReadonlySet<string> => {
  const isUplink = ({ derived }: CheckConfig): boolean => derived === true;
  const behind = [...related.checks.values()].filter((check) =>
    ancestorsOf(check, related).some(({ kind, id }) =>
      kind === 'check'
        ? isUplink(related.checks.get(id)?.config ?? check.config)
        : related.services.get(id)?.checks.some(({ config }) => isUplink(config)),
    ),
  );
  return new Set(behind.map(({ config }) => config.id));
};

/**
 * What an outcome is worth that came over such a path. Its time is the path's: slow or lossy, it is noted and not judged.
 * A refusal, a wrong answer, or one that is fast all the same are what they are.
 */
export const overLoss = (graded: Graded, { ratio }: Loss, standing: Standing): Weighed => {
  const { grade, finding } = graded;
  if (grade === 'good' && isFoundSlow(standing)) return { grade: 'invalid', answered: true };
  if (finding === undefined || !isTimed(finding.cause) || grade === 'invalid') return graded;
  const evidence = `${finding.evidence}${noted}${(ratio * 100).toFixed(1)}% of what is sent`;
  const said = { finding: { ...finding, evidence } };
  return grade === 'bad' ? { grade, ...said, silent: true } : { grade: 'invalid', ...said, answered: true };
};

const noted = '; the uplink loses ';

/** The evidence as it was before the path was noted; nothing, if none was. */
export const beforeLoss = (evidence: string): string | undefined =>
  evidence.includes(noted) ? evidence.slice(0, evidence.lastIndexOf(noted)) : undefined;

// Slower than usual, which nobody weighs now: within its thresholds is not yet as fast as it was.
const isFoundSlow = ({ state, held, finding }: Standing): boolean =>
  (held ?? state) === 'degraded' && finding?.slowness !== undefined;
