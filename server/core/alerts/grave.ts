// When what is merely slow is as grave as what is down, so that whoever is woken by that is woken by this as well.
import type { SlowTime } from '../result.ts';
import type { Instant } from '../time.ts';
import type { WatchedCheck } from '../watched.ts';

/** All of it takes so many times the usual, and so much more. */
const [timesMin, moreMsMin] = [5, 25];
/** And has done so for long; less, where a second phase or series says it too. */
const afterMs = 600_000;
const afterMsCorroborated = 300_000;

/** Of a check that is degraded since then. */
export const isGrave = ({ series }: Pick<WatchedCheck, 'series'>, since: Instant, now: Instant): boolean => {
  const slow = series.flatMap(({ standing: { state, contest, finding } }) =>
    state === 'degraded' && contest === undefined && isMuch(finding?.slowness) ? [finding.slowness] : [],
  );
  const isCorroborated = slow.length > 1 || slow.some(({ others = 0 }) => others > 0);
  return slow.length > 0 && now - since >= (isCorroborated ? afterMsCorroborated : afterMs);
};

const isMuch = (slowness: SlowTime | undefined): slowness is SlowTime =>
  slowness?.kind === 'shift' &&
  slowness.tookMs >= timesMin * slowness.usualMs &&
  slowness.tookMs - slowness.usualMs >= moreMsMin;
