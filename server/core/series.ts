// A series: what one check sees from one vantage point over one address family.
import type { SeriesFamily } from '../../checks/lib/contract.ts';
import type { CheckConfig } from '../../config/config.ts';

export interface SeriesKey {
  readonly check: string;
  readonly vantage: string;
  readonly family: SeriesFamily;
}

/** The place this process probes from, until vantage points have names of their own. */
export const localVantage = 'local';

/** One string a series, for maps. Ids hold no slash. */
export const seriesId = ({ check, vantage, family }: SeriesKey): string => `${check}/${vantage}/${family}`;

/** The series of a check, in the order of its families. */
export const seriesOf = ({ id, families }: CheckConfig): readonly SeriesKey[] =>
  families.map((family) => ({ check: id, vantage: localVantage, family }));
