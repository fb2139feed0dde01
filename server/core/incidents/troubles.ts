// The outages of services that go on, and the service that is at the root of each.
import type { Instant } from '../time.ts';
import type { Watch } from '../watch.ts';
import type { Trouble } from './follow.ts';

export const troublesOf = (
  watch: Pick<Watch, 'services' | 'maintenanceOf'>,
  now: Instant,
): readonly Trouble[] =>
  [...watch.services.values()].flatMap(({ config, timeline: { outage } }) =>
    outage === undefined
      ? []
      : [
          {
            outage: outage.id,
            service: config.id,
            root: config.id,
            state: outage.state,
            startedAt: outage.startedAt,
            confirmedAt: outage.confirmedAt,
            isPublic: config.public,
            isPlanned: watch.maintenanceOf({ kind: 'service', id: config.id }, now) !== undefined,
          },
        ],
  );
