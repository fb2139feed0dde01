// A series: what one check sees from one vantage point over one address family.
import type { SeriesFamily } from '../../checks/lib/contract.ts';
import type { CheckConfig } from '../../config/config.ts';

export interface SeriesKey {
  readonly check: string;
  readonly vantage: string;
  readonly family: SeriesFamily;
}

/** One string a series, for maps. Ids hold no slash. */
export const seriesId = ({ check, vantage, family }: SeriesKey): string => `${check}/${vantage}/${family}`;

/** The series of a check, in the order of its vantage points, and from each in the order of its families. */
export const seriesOf = ({ id, families, vantagePoints }: CheckConfig): readonly SeriesKey[] =>
  vantagePoints.flatMap((vantage) => families.map((family) => ({ check: id, vantage, family })));
