// Does a series fail now and then? Where one of two servers that take turns is broken, whoever comes second is served: no
// outage is ever confirmed, and half of the visitors are sent away.
import { isTimed } from './result.ts';
import type { Finding, Graded } from './result.ts';
import type { Instant } from './time.ts';

/** Three in ten, as Icinga has it. For a target that fails one probe in a hundred it takes decades to come to that. */
const failuresMin = 6;
const failuresOf = 20;
/** What stumbles while it starts is none of that. */
const failuresSpanMs = 60_000;

/** The last outcomes, oldest first and from a failure on: the instant of one that failed, 0 for another. */
export type Lately = readonly Instant[];

/** What comes too late, or not at all, may get lost on our side: of one alone nobody can tell. An answer is theirs. */
const isTheirs = ({ cause }: Finding): boolean => !isTimed(cause) && cause !== 'unreachable';

/** One more outcome; nothing, if none of them failed. */
export const withOutcome = (
  before: Lately | undefined,
  { at, grade, finding }: Graded & { readonly at: Instant },
): Lately | undefined => {
  const hasFailed = grade === 'bad' && finding !== undefined && isTheirs(finding);
  if (!hasFailed && before === undefined) return undefined;
  const lately = [...(before ?? []), hasFailed ? at : 0].slice(-failuresOf);
  const first = lately.findIndex((failedAt) => failedAt > 0);
  return first < 0 ? undefined : lately.slice(first);
};

/** Since when it fails so often that it is not well, and how often; nothing, when it does not. */
export const intermittence = (
  lately: Lately | undefined,
): { readonly since: Instant; readonly evidence: string } | undefined => {
  const failed = (lately ?? []).filter((at) => at > 0);
  const [since = 0] = failed;
  const isLong = (failed.at(-1) ?? 0) - since >= failuresSpanMs;
  if (lately === undefined || failed.length < failuresMin || !isLong) return undefined;
  return { since, evidence: `${failed.length} of the last ${lately.length} probes failed` };
};
