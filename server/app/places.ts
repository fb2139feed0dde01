// Whence a service can be reached, when that depends on where one is.
import type { VantagePoint, Words } from '../../config/config.ts';
import type { WatchedService } from '../core/watched.ts';

export interface Places {
  readonly reachableFrom: readonly Words[];
  readonly unreachableFrom: readonly Words[];
}

/** Nothing, unless the vantage points contradict one another. Places from which only a part is reached are unreachable. */
export const placesOf = (
  { checks, timeline }: WatchedService,
  vantagePoints: readonly VantagePoint[],
): Places | undefined => {
  if (timeline.state !== 'degraded') return undefined;
  const series = checks
    .filter((check) => check.timeline.state === 'degraded')
    .flatMap((check) => check.series);
  const unreachable = new Set(
    series.filter(({ standing }) => standing.state === 'down').map(({ key }) => key.vantage),
  );
  const reachable = series
    .filter(({ standing, key }) => standing.state === 'up' && !unreachable.has(key.vantage))
    .map(({ key }) => key.vantage);
  if (unreachable.size === 0 || reachable.length === 0) return undefined;
  const named = (ids: ReadonlySet<string>) =>
    vantagePoints.filter(({ id }) => ids.has(id)).map(({ name }) => name);
  return { reachableFrom: named(new Set(reachable)), unreachableFrom: named(unreachable) };
};
