// What everybody may know of our own trouble: that we cannot measure, or not over one kind of address.
import type { VantagePoint } from '../../config/config.ts';
import { proberId, toldOf } from '../core/impairment.ts';
import type { Place } from '../core/sights.ts';
import type { Instant } from '../core/time.ts';
import type { Watch } from '../core/watch.ts';
import type { WatchedService } from '../core/watched.ts';
import type { PublishedStatus } from './publish.ts';

export const publishImpairments = (
  { impairments }: Pick<Watch, 'impairments'>,
  services: readonly WatchedService[],
  vantagePoints: readonly VantagePoint[],
  now: Instant,
): Pick<PublishedStatus, 'blindSince' | 'unfitSince' | 'unmeasured'> => {
  if (impairments.length === 0) return {};
  const told = toldOf(impairments, now);
  const unfit = told.find(({ id }) => id === proberId);
  const blind = told.find(({ kind, place }) => kind === 'blind' && place === undefined);
  const unmeasured = told.flatMap(({ place, since }) => {
    if (place === undefined || place.family === 0 || !hidesSome(place, services)) return [];
    const from = vantagePoints.length > 1 && vantagePoints.find(({ id }) => id === place.vantage)?.name;
    return [{ family: `IPv${place.family}` as const, ...(from && { from }), since }];
  });
  return {
    ...(blind && { blindSince: blind.since }),
    ...(unfit && { unfitSince: unfit.since }),
    ...(unmeasured.length > 0 && { unmeasured }),
  };
};

/** Is anything that is published measured from there, and unknown now? */
const hidesSome = ({ vantage, family }: Place, services: readonly WatchedService[]): boolean =>
  services.some(({ checks }) =>
    checks.some(({ series }) =>
      series.some(
        ({ key, standing }) =>
          key.vantage === vantage && key.family === family && standing.state === 'unknown',
      ),
    ),
  );
